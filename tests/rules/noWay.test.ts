/** A server that no upgrade in place brings to the target: one cause, one message, for each pair of releases. */
import assert from "node:assert/strict";
import { known } from "../../lib/facts";
import { formatBuild, offered, releases, transition } from "../../lib/releases";
import { causesOn, evaluate } from "../../lib/rules/evaluate";
import { renderFinding } from "../../lib/rules/finding";
import {
  aCase,
  type Changes,
  identityIs,
  installed,
  plannedUpTo,
  rolesAre,
  serverObject,
  serversAre,
} from "./builder";

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

  it("is still told that nothing keeps members of its group apart, which the program has to say for any target", () => {
    const c = aCase({ ...upTo("2019 CU15"), ...from("15.1.2507.6"), alongside: ["mbx-par.contoso.com"] });
    assert.deepEqual(
      causesOn(c).map(({ rule }) => rule),
      ["R2", "R30"],
    );
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
