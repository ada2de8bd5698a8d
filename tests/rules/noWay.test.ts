/** A server that no upgrade in place brings to the target: one cause, one message, for each pair of releases. */
import assert from "node:assert/strict";
import { known } from "../../lib/facts";
import { formatBuild, offered, releases, transition } from "../../lib/releases";
import type { Case } from "../../lib/rules/case";
import { causesOn, evaluate } from "../../lib/rules/evaluate";
import { renderFinding } from "../../lib/rules/finding";
import { causesAmong } from "../../lib/rules/oneCause";
import {
  aCase,
  type Changes,
  domainsAt,
  identityIs,
  installed,
  organizationAt,
  plannedUpTo,
  rolesAre,
  schemaAt,
  serverObject,
  serversAre,
  servicesFor,
} from "./builder";
import { everythingWrong } from "./everythingWrong";

const from = (build: string): Changes => ({
  forest: serversAre(serverObject("mbx-lon", ["Mailbox"], build)),
  machine: rolesAre(installed("Mailbox", build), installed("Management Tools", build)),
});

const upTo = (target: string) => ({
  target,
  planned: plannedUpTo({ target, schema: true, organization: true, domains: ["contoso.com"] }),
});

describe("a server that cannot come to the target", () => {
  it("is told that alone, for every pair of releases that is refused", () => {
    let pairs = 0;
    let others = 0;
    for (const to of releases.filter(({ name }) => offered.includes(name)))
      for (const at of releases) {
        if (at.preview || at === to || transition(at.name, to.name) !== undefined) continue;
        const c = aCase({ ...upTo(to.name), ...from(formatBuild(at.build)) });
        const found = causesOn(c).map(({ rule }) => rule);
        assert.ok(
          found.length === 1 && /^(D9|R2)$/.test(found[0] ?? ""),
          `${at.name} > ${to.name}: ${found}`,
        );
        pairs++;
        others += evaluate(c).length - 1;
      }
    assert.ok(pairs > 4_000 && others > 1_000, `${pairs} pairs, ${others} other findings`);
  });

  it("is told the way back as its one refusal, whatever runs beside it and does not run on it", () => {
    const c = aCase({
      ...upTo("2019 CU15"),
      ...from("15.2.2562.17"),
      alongside: ["mbx-par.contoso.com"],
      machine: {
        ...rolesAre(installed("Mailbox", "15.2.2562.17")),
        searchProcesses: known(0, "tasklist"),
      },
    });
    assert.deepEqual(
      evaluate(c)
        .map(({ rule }) => rule)
        .filter((id) => /^(D9|R30|R46)$/.test(id)),
      ["D9", "R46"],
    );
    assert.deepEqual(causesOn(c).map(renderFinding), [
      [
        "D9 (must), server upgrade on mbx-lon.contoso.com: 2019 CU15 is below what is already there, and nothing can be taken back",
        String.raw`  Found:  Mailbox 15.2.2562.17 (SE RTM), read from HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
        "  Needed: levels of 2019 CU15 or of a release before it",
        "  Where:  in the program: `target`",
        "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
        '  Rule:   D9, an upgrade cannot be taken back to the earlier release (Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update")',
      ].join("\n"),
    ]);
  });

  it("is not told that nothing keeps members of its group apart: its Setup will not run", () => {
    const c = aCase({ ...upTo("2019 CU15"), ...from("15.1.2507.6"), alongside: ["mbx-par.contoso.com"] });
    assert.deepEqual(
      evaluate(c).flatMap(({ rule }) => (rule === "R2" || rule === "R30" ? [rule] : [])),
      ["R2", "R30"],
    );
    assert.deepEqual(
      causesOn(c).map(({ rule }) => rule),
      ["R2"],
    );
  });

  it("is told beside it what is wrong with account, program and nothing else, whatever else is, for every pair that is refused", () => {
    // What the program says, and who runs Setup, is to be mended for any target.
    const others = new Set<string>(["P1", "R14"]);
    const told = new Set<string>();
    for (const to of releases.filter(({ name }) => offered.includes(name)))
      for (const at of releases) {
        if (at.preview || at === to || transition(at.name, to.name) !== undefined) continue;
        const build = formatBuild(at.build);
        const plain = aCase({
          ...upTo(to.name),
          ...from(build),
          answers: {},
          alongside: ["ex2.contoso.com"],
        });
        const { computer, forest, ...facts } = everythingWrong(plain);
        const { identity, roles } = plain.facts.computer;
        const { servers, schema, organization } = plain.facts.forest;
        const { domainLevels } = plain.facts;
        const c = {
          ...plain,
          facts: {
            ...facts,
            computer: { ...computer, identity, roles },
            // Levels beyond the target would be a way back (D9) of their own.
            forest: { ...forest, servers, schema, organization },
            domainLevels,
          },
        };
        const all = evaluate(c);
        const found = causesAmong(all, c).map(({ rule }) => rule);
        const [first, ...rest] = found.filter((id) => !others.has(id));
        assert.ok(
          (first === "D9" || first === "R2") && rest.length === 0,
          `${at.name} > ${to.name}: ${found}`,
        );
        assert.ok(all.length > found.length, `${at.name} > ${to.name}`);
        for (const id of found) told.add(id);
      }
    assert.deepEqual([...told].sort(), [...others, "D9", "R2"].sort());
  });

  it("is still told what is wrong with the program and with the account", () => {
    const c = aCase({
      ...upTo("2019 CU15"),
      ...from("15.2.2562.17"),
      answers: {},
      account: "CONTOSO\\ghost",
    });
    const found = causesOn(c).map(({ rule }) => rule);
    assert.ok(found.includes("D9") && found.length > 1, found.join(" "));
    assert.deepEqual(
      found.filter((id) => id !== "D9"),
      evaluate(c)
        .map(({ rule }) => rule)
        .filter((id) => found.includes(id) && id !== "D9"),
    );
  });

  it("is not told so by another computer, which answers in its place (D10)", () => {
    const c = aCase({
      ...upTo("2019 CU15"),
      ...from("15.2.1118.7"),
      machine: {
        ...rolesAre(installed("Mailbox", "15.2.2562.17")),
        ...identityIs("mbx-se.contoso.com", "London"),
      },
    });
    const all = evaluate(c).map(({ rule }) => rule);
    assert.ok(all.includes("D9") && all.includes("D10"), all.join(" "));
    assert.deepEqual(
      causesOn(c)
        .filter(({ rule }) => rule !== "D4")
        .map(renderFinding),
      [
        [
          "D10 (must), server upgrade on mbx-lon.contoso.com: the connection reaches mbx-se.contoso.com",
          "  Found:  mbx-se.contoso.com, read from Tcpip and Netlogon parameters",
          "  Needed: a connection to mbx-lon.contoso.com itself",
          "  Where:  in the program: `computer.name` and `computer.connection.host`",
          "  Fix:    correct the name or the host: with another FQDN than the computer's own the installation fails",
          "  Rule:   D10, the fully qualified domain name that is given is the computer's own (unverified: no source is described for 2019 CU15)",
        ].join("\n"),
      ],
    );
  });
});

describe("a finding that follows from another one", () => {
  const rulesOf = (c: Case) => ({
    all: evaluate(c).map(({ rule }) => rule),
    told: causesOn(c).map(({ rule }) => rule),
  });

  it("is not told: a clustered mailbox server, by the wizard (D7, D15)", () => {
    const clusterKeys = known(["ClusteredMailboxServer"], "the key of the role");
    const { all, told } = rulesOf(aCase({ run: "manual", machine: { clusterKeys } }));
    assert.deepEqual([all, told], [["D7", "D15"], ["D7"]]);
  });

  it("is not told: a session that is not that of an account which nobody has (R4), and each of the groups in which it is not", () => {
    const c = aCase({
      planned: plannedUpTo({ from: "as found", byFirstServer: true }),
      account: "CONTOSO\\ghost",
      found: known(null, "contoso.com"),
      forest: { ...schemaAt(10637), ...organizationAt(10666) },
      domainLevels: domainsAt({ "contoso.com": 10628, "emea.contoso.com": 10628 }),
    });
    const { all, told } = rulesOf(c);
    assert.deepEqual(
      all.filter((id) => /^P\d$|^R4$/.test(id)),
      ["P1", "P5", "P6", "P7", "P8", "P9", "R4"],
    );
    assert.deepEqual(
      told.filter((id) => /^P\d$|^R4$/.test(id)),
      ["P1", "P6", "P8"],
    );
  });

  it("is not told: servers of a group that the program alone gives run at once (R9, R30)", () => {
    const apart = {
      ...upTo("2019 CU15"),
      ...from("15.2.1118.7"),
      alongside: ["ex2.contoso.com"],
      declared: { roles: null, site: null, dag: "DAG1" },
    };
    const { all, told } = rulesOf(aCase(apart));
    assert.ok(all.includes("R9") && all.includes("R30"), all.join(" "));
    assert.ok(told.includes("R9") && !told.includes("R30"), told.join(" "));
    // A group that does not show may be there.
    const hidden = known(
      [{ dn: "CN=DAG2", name: "DAG2", members: [], unseen: "its members do not show" }],
      "dc1",
    );
    const c = aCase(apart);
    const unseen = rulesOf({
      ...c,
      facts: { ...c.facts, forest: { ...c.facts.forest, availabilityGroups: hidden } },
    });
    assert.ok(unseen.told.includes("R30"), unseen.told.join(" "));
  });

  it("is not told: a service is stopped that is marked for deletion (R52, R50, R51)", () => {
    const services = servicesFor("2019 CU15", {
      MSDTC: { start: 4, state: 1, deleted: true },
      MSExchangeRPC: { start: 4, state: 1, deleted: true },
    });
    const of = (deleted: boolean) => {
      const { known: isKnown } = services;
      assert.ok(isKnown);
      const value = Object.fromEntries(
        Object.entries(services.value).map(([name, found]) => [
          name,
          found && { ...found, deleted: deleted && found.deleted },
        ]),
      );
      const machine = { ...from("15.2.1118.7").machine, services: known(value, services.source) };
      return rulesOf(aCase({ ...upTo("2019 CU15"), ...from("15.2.1118.7"), machine })).told.filter((id) =>
        /^R5[012]$/.test(id),
      );
    };
    assert.deepEqual([of(true), of(false)], [["R52"], ["R50", "R51"]]);
  });
});
