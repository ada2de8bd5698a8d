/** Judging a step by all rules at once. */
import assert from "node:assert/strict";
import { known, unknown, unreadComputer, unreadForest } from "../../lib/facts";
import { unreadHealth } from "../../lib/facts/health";
import { domainOf, placeOf } from "../../lib/rules/case";
import { blocking, broken, evaluate, waive } from "../../lib/rules/evaluate";
import type { Finding } from "../../lib/rules/finding";
import { renderFinding } from "../../lib/rules/finding";
import {
  aCase,
  account,
  domainsAt,
  facingTheInternet,
  identityIs,
  installed,
  loggedOnAs,
  organizationAt,
  plannedUpTo,
  rolesAre,
  schemaAt,
  serverObject,
  serversAre,
  sids,
  silent,
} from "./builder";

const steps = ["schema", "organization", "domain", "server"] as const;

function verdicts(findings: readonly Finding[]): readonly string[] {
  return findings.map((f) => `${f.rule} ${f.verdict.verdict}`);
}

describe("evaluate", () => {
  for (const step of steps) {
    it(`has nothing to say about a valid ${step} step, in preview and right before Setup`, () => {
      assert.deepEqual(evaluate(aCase({ step })), []);
      assert.deepEqual(evaluate(aCase({ step, apply: true })), []);
    });
  }

  for (const target of ["2007 SP3", "2010 SP3", "2013 CU23", "2016 CU23", "2019 CU15", "SE RTM"])
    it(`asks of an Edge Transport server on its way to ${target} nothing that a directory would have to say`, () => {
      const why = "the step has no directory";
      const edge = aCase({
        target,
        computer: "edge1.perimeter.contoso.com",
        planned: plannedUpTo({ target, from: "as found", edge: true }),
        found: unknown(why, "edge1"),
        access: unknown(why, "edge1"),
        machine: rolesAre(installed("Edge Transport")),
      });
      for (const apply of [false, true]) {
        const facts = {
          ...edge.facts,
          forest: unreadForest(why, "edge1"),
          health: unreadHealth(unknown(why, "edge1")),
          domainLevels: {},
        };
        const asked = evaluate({ ...edge, apply, facts }).filter((f) => renderFinding(f).includes(why));
        assert.deepEqual(asked.map(renderFinding), []);
      }
    });

  it("says everything at once, in the table's order", () => {
    const c = aCase({
      step: "schema",
      computer: "dc2.contoso.com",
      logon: "key",
      forest: schemaAt(6870),
      found: account("prep", []),
      machine: {
        ...identityIs("mail.contoso.com", "London"),
        ...loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk"),
      },
    });
    assert.deepEqual(verdicts(evaluate(c)), [
      "D10 fails",
      "P5 fails",
      "P6 fails",
      "R2 fails",
      "R4 fails",
      "R5 fails",
    ]);
  });

  it("says that nothing could be verified when nothing could be read", () => {
    const facts = {
      forest: unreadForest("no answer within 60 s", "dc1.contoso.com"),
      account: silent,
      computer: unreadComputer("no answer within 60 s", "mbx-lon.contoso.com"),
      domainLevels: {},
      serverAccess: silent,
      health: unreadHealth(silent),
      administrators: silent,
    };
    const expected: Readonly<Record<(typeof steps)[number], readonly string[]>> = {
      schema: ["D1", "D4", "D9", "D10", "P5", "P6", "R2", "R4", "R6", "R8", "R33", "R34"],
      organization: [
        ...["D1", "D4", "D9", "D10", "P7", "P8", "R2", "R3", "R4", "R6", "R8"],
        ...["R31", "R32", "R33", "R34", "R38", "R39"],
      ],
      domain: ["D1", "D4", "D9", "D10", "P9", "R2", "R3", "R4", "R6", "R8", "R35", "R38"],
      server: [
        ...["D1", "D3", "D4", "D5", "D6", "D9", "D10", "D15"],
        ...["P1", "P3", "R2", "R3", "R4", "R6", "R7", "R8", "R12", "R13", "R48"],
      ],
    };
    for (const step of steps) {
      const found = evaluate({ ...aCase({ step, apply: true }), facts });
      assert.deepEqual(
        verdicts(found),
        expected[step].map((id) => `${id} unknown`),
      );
    }
  });

  it("asks of an operator's server what no session shows, and not who the session is", () => {
    const computer = unreadComputer("no answer within 60 s", "mbx-lon.contoso.com");
    const found = evaluate(aCase({ run: "manual", machine: computer, apply: true }));
    assert.deepEqual(
      verdicts(found),
      ["D1", "D4", "D5", "D6", "D7", "D9", "D10", "D15", "P1", "P3", "R2", "R7", "R8", "R13", "R48"].map(
        (id) => `${id} unknown`,
      ),
    );
  });

  it("judges a finished step by nothing but D9, whoever runs it and wherever", () => {
    const c = aCase({
      step: "schema",
      computer: "dc2.contoso.com",
      logon: "key",
      forest: schemaAt(11116),
      found: account("prep", []),
      machine: unreadComputer("it was not asked", "dc2.contoso.com"),
    });
    assert.deepEqual(evaluate(c), []);
  });

  it("judges a finished server on an organization beyond the target by D9", () => {
    const c = aCase({
      machine: rolesAre(installed("Mailbox", "8.1.240.6")),
      forest: organizationAt(11222),
    });
    assert.deepEqual(verdicts(evaluate(c)), ["D9 fails"]);
  });

  it("hands on what a reader needs: rule, level, title, source, step, computer", () => {
    const [finding] = evaluate(aCase({ step: "schema", logon: "key" }));
    assert.ok(finding);
    const { verdict, ...about } = finding;

    assert.deepEqual(about, {
      rule: "R5",
      level: "must",
      title: "a preparation needs network credentials, which a key logon does not have",
      source: "how Setup is run",
      step: "schema",
      computer: "dc1.contoso.com",
    });
    assert.equal(verdict.verdict, "fails");
  });
});

describe("what refuses", () => {
  const c = aCase({ step: "schema", logon: "key", found: silent });
  const findings = evaluate(c);
  const [first] = findings;
  assert.ok(first);
  const advice: Finding = { ...first, level: "should" };

  it("in preview: what fails, not what could not be seen", () => {
    assert.deepEqual(verdicts(findings), ["P5 unknown", "R5 fails"]);
    assert.deepEqual(verdicts(broken(findings)), ["R5 fails"]);
  });

  it("right before Setup: what could not be seen, too", () => {
    assert.deepEqual(verdicts(blocking(findings)), ["P5 unknown", "R5 fails"]);
  });

  it("never what is only recommended", () => {
    assert.deepEqual(broken([advice]), []);
    assert.deepEqual(blocking([advice]), []);
    assert.match(
      renderFinding(advice),
      /^P5 \(should\), schema preparation on dc1\.contoso\.com: not verified: /,
    );
  });
});

describe("waivers", () => {
  /** Cases with a recommendation, something unseen and something that fails. */
  const c = aCase({
    step: "server",
    recordedWindows: null,
    machine: {
      ...identityIs("mbx-lon.contoso.com", "London", { windowsBuild: 6001 }),
      remoteRegistry: known(4, "the service"),
      pendingRestart: known(["PendingFileRenameOperations"], "Session Manager"),
      media: silent,
    },
  });
  const findings = evaluate(c);
  const rulesOf = (list: readonly Finding[]) => list.map((f) => f.rule);

  it("start from these findings", () => {
    assert.deepEqual(verdicts(findings), ["D5 unknown", "D6 fails", "R7 fails", "R8 unknown"]);
    assert.deepEqual(rulesOf(findings.filter((f) => f.level === "should")), ["D6"]);
  });

  it("leave everything as it is when there are none", () => {
    for (const none of [undefined, {}]) {
      assert.deepEqual(waive(findings, none), { remaining: findings, accepted: [], refused: [] });
    }
  });

  it("accept a recommendation, with the reason as it was given", () => {
    const { remaining, accepted, refused } = waive(findings, { D6: "disabled by policy 17, ticket 4711" });
    assert.deepEqual(rulesOf(remaining), ["D5", "R7", "R8"]);
    assert.deepEqual(accepted, [{ finding: findings[1], reason: "disabled by policy 17, ticket 4711" }]);
    assert.deepEqual(refused, []);
  });

  it("accept a must that could not be verified, so that it does not refuse right before Setup", () => {
    const { remaining, accepted } = waive(findings, { D5: "installed fresh in 2009" });
    assert.deepEqual(rulesOf(accepted.map((a) => a.finding)), ["D5"]);
    assert.deepEqual(rulesOf(blocking(findings)), ["D5", "R7", "R8"]);
    assert.deepEqual(rulesOf(blocking(remaining)), ["R7", "R8"]);
  });

  it("do not help against a must that fails: it stands, and the waiver is refused", () => {
    const { remaining, accepted, refused } = waive(findings, { R7: "we restart later" });
    assert.deepEqual(remaining, findings);
    assert.deepEqual(accepted, []);
    assert.deepEqual(refused, ["R7"]);
    assert.deepEqual(rulesOf(broken(remaining)), ["R7"]);
  });

  it("help against a must that fails where what is in hand allows it (R7)", () => {
    const files = [{ path: "C:\\Temp\\a.tmp", to: null }];
    const waiting = evaluate({
      ...c,
      facts: { ...c.facts, computer: { ...c.facts.computer, pendingFiles: files } },
    });
    const { remaining, accepted, refused } = waive(waiting, { R7: "the scanner's own files" });
    assert.deepEqual(rulesOf(remaining), ["D5", "D6", "R8"]);
    assert.deepEqual(rulesOf(accepted.map(({ finding }) => finding)), ["R7"]);
    assert.deepEqual(refused, []);
  });

  it("are applied each for itself, in the order of the findings", () => {
    const waivers = { R8: "seen by Ann", R7: "no", D6: "policy", D5: "fresh", D3: "not found here" };
    const { remaining, accepted, refused } = waive(findings, waivers);
    assert.deepEqual(rulesOf(remaining), ["R7"]);
    assert.deepEqual(
      accepted.map(({ finding, reason }) => [finding.rule, reason]),
      [
        ["D5", "fresh"],
        ["D6", "policy"],
        ["R8", "seen by Ann"],
      ],
    );
    assert.deepEqual(refused, ["R7"]);
  });

  it("stop to help once what was not verified is seen to fail", () => {
    const crossed = evaluate({ ...c, recordedWindows: 3790 });
    const { remaining, refused } = waive(crossed, { D5: "installed fresh in 2009" });
    assert.deepEqual(refused, ["D5"]);
    assert.ok(rulesOf(broken(remaining)).includes("D5"));
  });

  it("of a rule in two strengths accept the recommendation and not the must", () => {
    const forest = {
      ...serversAre(
        serverObject("mbx-lon", ["Mailbox"]),
        serverObject("cas-lon", ["Client Access"]),
        serverObject("cas-ny", ["Client Access"], "8.0.685.25", { site: "NewYork" }),
      ),
      ...facingTheInternet("cas-ny"),
    };
    const waivers = { D3: "one night for all of them" };
    const mailbox = waive(evaluate(aCase({ forest })), waivers);
    assert.deepEqual(rulesOf(mailbox.accepted.map((a) => a.finding)), ["D3"]);
    const machine = rolesAre(installed("Client Access"));
    const clientAccess = waive(
      evaluate(aCase({ forest, machine, computer: "cas-lon.contoso.com" })),
      waivers,
    );
    assert.deepEqual(clientAccess.refused, ["D3"]);
  });
});

describe("the domain of a name", () => {
  const domains = ["contoso.com", "emea.contoso.com", "CORP.fabrikam.com"];
  const cases = [
    ["dc1.contoso.com", "contoso.com"],
    ["dc1.emea.contoso.com", "emea.contoso.com"],
    ["a.b.emea.contoso.com", "emea.contoso.com"],
    ["DC1.EMEA.CONTOSO.COM", "emea.contoso.com"],
    ["pc.corp.fabrikam.com", "CORP.fabrikam.com"],
    ["dc1.notcontoso.com", null],
    ["contoso.com", null],
    ["emea.contoso.com", "contoso.com"],
    ["dc1", null],
  ] as const;
  for (const [name, domain] of cases) {
    it(`of ${name} is ${domain ?? "none of them"}`, () => {
      assert.equal(domainOf(name, domains), domain);
      assert.equal(domainOf(name, domains.toReversed()), domain);
    });
  }
});

describe("the place of a computer", () => {
  it("is what the directory says of a domain controller, whatever the computer says", () => {
    const place = placeOf(aCase({ step: "schema", machine: identityIs("dc1.contoso.com", "London") }));
    assert.deepEqual(place, {
      known: true,
      value: { domain: "contoso.com", site: "Operations" },
      source: "CN=Sites on dc1.contoso.com",
    });
  });

  it("is what a member says of itself", () => {
    assert.deepEqual(placeOf(aCase()), {
      known: true,
      value: { domain: "contoso.com", site: "London" },
      source: "Tcpip and Netlogon parameters",
    });
  });

  it("is what a computer says of itself, where the domain controllers could not be read", () => {
    assert.deepEqual(placeOf(aCase({ step: "schema", forest: { domainControllers: silent } })), {
      known: true,
      value: { domain: "contoso.com", site: "Operations" },
      source: "Tcpip and Netlogon parameters",
    });
  });

  it("is unknown, with the reason, where nothing says it", () => {
    assert.deepEqual(placeOf(aCase({ machine: { identity: silent } })), silent);
    assert.deepEqual(
      placeOf(aCase({ domainLevels: domainsAt({}), machine: identityIs("mbx-lon.contoso.com", null) })),
      {
        known: false,
        why: "mbx-lon.contoso.com does not report an Active Directory site",
        source: "Tcpip and Netlogon parameters",
      },
    );
  });
});
