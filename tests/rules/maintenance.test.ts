/** What keeps a server from being taken out of service, judged before the window: whole texts, each a finding of its own. */
import assert from "node:assert/strict";
import { known, type MaintenanceFacts, unknown } from "../../lib/facts";
import type { ComponentReading, MaintenanceReadings } from "../../lib/facts/maintenance";
import { maintenanceOf } from "../../lib/releases";
import type { ConnectionLogon } from "../../lib/rules/case";
import { renderFinding } from "../../lib/rules/finding";
import { waitedFor, whyNeverRead } from "../../lib/rules/maintenance/entering";
import { type SaidOfMaintenance, saidFindings, shellFindings } from "../../lib/rules/maintenance/findings";
import { foundIn } from "../../lib/rules/maintenance/found";
import { healthOf } from "../../lib/rules/maintenance/leaving";
import { notLeftText, recordUnreadText } from "../../lib/rules/maintenance/texts";
import { updateWork, upgradeWork } from "../../lib/rules/maintenance/work";
import { codeIn, withCode } from "../../lib/text";
import { aCase, releaseNamed } from "./builder";

const step = aCase({ target: "SE RTM" });
const { computer } = step;

const copy = (database: string, replication: "Remote" | "None") => ({
  database,
  status: "Mounted",
  replication,
  copies: replication === "None" ? 1 : 2,
  active: true,
  activationSuspended: false,
  copyQueue: 0,
  replayQueue: 0,
});

/** A member of a group of three whose fellow takes its messages. */
const member: MaintenanceReadings = {
  components: { HubTransport: { state: "Active", requesters: {} } },
  mailboxServer: {
    activationPolicy: "Unrestricted",
    activationDisabledAndMoveNow: false,
    availabilityGroup: "DAG1",
  },
  copies: [copy("Seattle 1", "Remote")],
  clusterNode: { state: "Up", primaryActiveManager: false, members: ["EX1", "EX2", "EX3"] },
  queues: [],
  activeCalls: null,
  services: {},
  redirectTargets: [
    {
      fqdn: "ex2.contoso.com",
      sameGroup: true,
      hubTransport: "Active",
      activationPolicy: "Unrestricted",
      unread: null,
    },
  ],
};

const seen = (changes: Partial<MaintenanceReadings>): MaintenanceFacts =>
  Object.fromEntries(
    Object.entries({ ...member, ...changes }).map(([name, value]) => [name, known(value, "the shell")]),
  ) as unknown as MaintenanceFacts;

/** The findings, without the line that has the rule's own words. */
const texts = (changes: Partial<MaintenanceReadings>, maintenance: SaidOfMaintenance["maintenance"] = {}) =>
  shellFindings(step, { maintenance, restarts: true }, seen(changes)).map((finding) =>
    renderFinding(finding)
      .split("\n")
      .filter((line) => !line.startsWith("  Rule:"))
      .join("\n"),
  );

const ofTwo = [
  `R62 (must), server upgrade on ${computer}: its group has two members, so that one copy of each database is left meanwhile`,
  "  Found:  members EX1 and EX2",
  "  Needed: two copies that are left, or a word that one is enough",
  `  Where:  on ${computer}`,
  "  Fix:    say `maintenance.overrideMinimumTwoCopies: true`; or add a member",
].join("\n");
const single = [
  `R63 (must), server upgrade on ${computer}: databases have their only copy on this server: their users lose them while it is out of service`,
  "  Found:  Archive and Seattle 2",
  "  Needed: another copy of each, or a word that they may go down",
  `  Where:  on ${computer}`,
  "  Fix:    add copies, or move their mailboxes; or say `maintenance.allowSingleCopies: true`",
].join("\n");
const noRedirect = [
  `R64 (must), server upgrade on ${computer}: no other server takes the messages that wait in its queues`,
  "  Found:  ex2.contoso.com: HubTransport Draining, activation Blocked",
  "  Needed: a server whose component HubTransport is Active, and whose activation is not blocked",
  "  Where:  on the other servers of its group and site, and in the program: `maintenance.redirectTo`",
  '  Fix:    put one back into service first, or say in `maintenance.redirectTo` which server takes them, or "none"',
].join("\n");

const two = { clusterNode: { state: "Up" as const, primaryActiveManager: false, members: ["EX1", "EX2"] } };
const singles = { copies: [copy("Seattle 2", "None"), copy("Seattle 1", "Remote"), copy("Archive", "None")] };
const blocked = {
  redirectTargets: member.redirectTargets.map((each) => ({
    ...each,
    hubTransport: "Draining" as const,
    activationPolicy: "Blocked" as const,
  })),
};

describe("maintenance: the rules before the window", () => {
  it("find nothing on a member of a group of three", () => {
    assert.deepEqual(texts({}), []);
  });

  it("find a group of two (R62), until the program says that one copy is enough", () => {
    assert.deepEqual(texts(two), [ofTwo]);
    assert.deepEqual(texts(two, { overrideMinimumTwoCopies: true }), []);
  });

  it("find databases with one copy (R63), until the program says that they may go down", () => {
    assert.deepEqual(texts(singles), [single]);
    assert.deepEqual(texts(singles, { allowSingleCopies: true }), []);
  });

  it("find that nobody takes the messages (R64), unless the program redirects none", () => {
    assert.deepEqual(texts(blocked), [noRedirect]);
    assert.deepEqual(texts(blocked, { redirectTo: "none" }), []);
  });

  it("find what others keep out of service (R65), and nothing in what is maintenance's or Setup's own", () => {
    const asked = (requesters: ComponentReading["requesters"]) => ({
      components: { HubTransport: { state: "Inactive" as const, requesters } },
    });
    assert.deepEqual(texts(asked({ HealthAPI: "Inactive", Sidelined: "Draining" })), [
      [
        `R65 (should), server upgrade on ${computer}: others have taken parts of the server out of service, and only they can put them back`,
        "  Found:  HubTransport Draining (Sidelined) and HubTransport Inactive (HealthAPI)",
        "  Needed: no state of another requester",
        `  Where:  on ${computer}`,
        "  Fix:    find out who has set it and why; Set-ServerComponentState with that requester clears it. The step leaves it as it is",
      ].join("\n"),
    ]);
    for (const own of ["Maintenance", "Functional"] as const)
      assert.deepEqual(texts(asked({ [own]: "Inactive" })), []);
    assert.deepEqual(texts(asked({ HealthAPI: "Active" })), []);
  });

  it("find that nothing restarts the server (R69), from 2013 on and only where it goes out of service", () => {
    const said = (maintenance: SaidOfMaintenance["maintenance"], restarts: boolean, target = "SE RTM") =>
      saidFindings(aCase({ target }), { maintenance, restarts }).map((finding) =>
        renderFinding(finding)
          .split("\n")
          .filter((line) => !line.startsWith("  Rule:"))
          .join("\n"),
      );
    assert.deepEqual(said({}, false), [
      [
        `R69 (should), server upgrade on ${computer}: SE RTM asks for a restart after Setup, and the server is put back into service without one`,
        '  Found:  `reboot` is "never"',
        "  Needed: the restart while the server is out of service",
        "  Where:  in the program: `reboot`",
        '  Fix:    say `reboot: "ifRequired"`',
      ].join("\n"),
    ]);
    assert.deepEqual(said({}, true), []);
    assert.deepEqual(said("none", false), []);
    assert.deepEqual(said({}, false, "2010 SP3"), []);
  });

  it("find all three at once, each for itself", () => {
    assert.deepEqual(texts({ ...two, ...singles, ...blocked }), [ofTwo, single, noRedirect]);
  });

  it("say what a logon has not that the shell needs (R61), and the way out", () => {
    const unread = { ...seen({}), copies: unknown("the management shell did not open", "shell") };
    const parts = (logon: ConnectionLogon) => {
      const c = { ...step, logon };
      const [text = ""] = shellFindings(c, { maintenance: {}, restarts: true }, unread).map(renderFinding);
      const lines = text.split("\n");
      return [lines[0], lines.find((line) => line.startsWith("  Fix:"))];
    };
    const said = `R61 (must), server upgrade on ${computer}: not verified: the management shell did not open`;
    const needed =
      'let the account log on with a password and be a member of a role group such as Server Management, and look whether the shell opens on the server; or say `maintenance: "none"`';
    assert.deepEqual(parts("password"), [said, `  Fix:    ${needed}`]);
    assert.deepEqual(parts("key"), [
      `${said}. The connection logs on with a key, which gives no credentials for Kerberos: that may be why`,
      `  Fix:    ${needed}`,
    ]);
    assert.deepEqual(parts("winrm"), [
      `${said}. A session of WinRM has no credentials for other computers: that may be why`,
      `  Fix:    reach the computer over SSH, and ${needed}`,
    ]);
  });

  it("name their rule also where a server stays out of service, and not the code of a run", () => {
    const maintenance = maintenanceOf(step.target.product);
    const found = foundIn(seen({}));
    assert.ok(maintenance !== "none" && found.known);
    const work = upgradeWork(computer, step.target);
    const server = { computer, work, maintenance, found: found.value };
    for (const text of [
      notLeftText(server, ["HubTransport Inactive for Maintenance, found Active"]),
      recordUnreadText(computer, work, "C:\\Windows\\ExchangeUpgrade\\maintenance", false),
    ]) {
      assert.equal(withCode(text, "XU-RUN"), text);
      assert.equal(codeIn(text), "R67");
    }
  });

  it("speak of an update as they do of an upgrade", () => {
    const target = releaseNamed("SE RTM");
    assert.equal(upgradeWork("ex1.contoso.com", target).subject, "server upgrade on ex1.contoso.com");
    assert.equal(
      updateWork("ex1.contoso.com", "KB5074994", target).subject,
      "security update on ex1.contoso.com",
    );
    const about = { step: "securityUpdate", computer, target: step.target } as const;
    const [text = ""] = shellFindings(step, { maintenance: {}, restarts: true }, seen(two), {
      about,
      what: "KB5074994",
      by: "update",
    }).map(renderFinding);
    assert.equal(
      text.split("\n")[0],
      `R62 (must), security update on ${computer}: its group has two members, so that one copy of each database is left meanwhile`,
    );
  });
});

describe("queues that cannot be read", () => {
  const described = maintenanceOf("SE");
  assert.notEqual(described, "none");
  const out: MaintenanceReadings = {
    ...member,
    components: {
      HubTransport: { state: "Inactive", requesters: { Maintenance: "Inactive" } },
      ServerWideOffline: { state: "Inactive", requesters: { Maintenance: "Inactive" } },
    },
  };
  const look = (start: number | null, state = 1): MaintenanceFacts => ({
    ...seen({
      ...out,
      services: { MSExchangeTransport: start === null ? null : { start, state, deleted: false } },
    }),
    queues: unknown("the transport service isn't available", "Get-Queue"),
  });
  const waits = (facts: MaintenanceFacts) => (described === "none" ? [] : waitedFor(described, facts, false));
  const unreadNow = "queues could not be read: the transport service isn't available";

  it("are waited for while transport may come up", () => {
    for (const facts of [
      look(2),
      look(3),
      look(4, 4),
      look(4, 2),
      { ...look(4), services: unknown("no", "sc") },
    ]) {
      assert.equal(whyNeverRead(facts), null);
      assert.deepEqual(waits(facts), [unreadNow]);
    }
  });

  it("are not verified where transport is disabled, or not there", () => {
    const found = foundIn(seen(out));
    assert.ok(found.known);
    for (const [facts, state] of [
      [look(4), "disabled"],
      [look(null), "not there"],
    ] as const) {
      const text = `queues not verified: the service MSExchangeTransport is ${state}`;
      assert.deepEqual(waits(facts), [text]);
      assert.deepEqual(
        healthOf(facts, found.value).filter((line) => line.state === "unknown"),
        [{ text, state: "unknown", isFinal: true }],
      );
    }
    assert.equal(whyNeverRead(seen({ ...out, services: { MSExchangeTransport: null } })), null);
  });
});
