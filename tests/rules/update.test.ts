/** Rules on security updates, where no lab shows the case: what is asked for in the directory (R84), and what could not be read. */
import assert from "node:assert/strict";
import { known, unknown } from "../../lib/facts";
import { renderFinding } from "../../lib/rules/finding";
import { evaluateUpdate } from "../../lib/rules/update/evaluateUpdate";
import type { UpdateCase } from "../../lib/rules/update/updateCase";
import { aCase, buildOf, domainsAt, rolesAre, silent } from "./builder";

const file = "D:\\SU\\a.msp";

/** An update of 2019 CU11 that brings the work of May 2022, on a computer with the management tools. */
function anUpdate(
  changes: Partial<UpdateCase> = {},
  level: Parameters<typeof domainsAt>[0][string] = 13242,
): UpdateCase {
  return {
    step: aCase({
      target: "2019 CU11",
      machine: rolesAre(),
      domainLevels: domainsAt({ "contoso.com": level, "emea.contoso.com": level }),
    }),
    kb: "KB5014261",
    build: buildOf("15.2.986.26"),
    file,
    installed: known(buildOf("15.2.986.22"), "ExSetup.exe"),
    fileThere: known(true, file),
    planned: null,
    isOfStep: false,
    ...changes,
  };
}

const texts = (u: UpdateCase, rule: string, recorded = false) =>
  evaluateUpdate(u, recorded)
    .filter((finding) => finding.rule === rule)
    .map(renderFinding);

describe("security updates: the rules", () => {
  it("name the preparation that the update of May 2022 asks for, where the domain does not show it", () => {
    const [text, ...more] = texts(anUpdate(), "R84");
    assert.deepEqual(more, []);
    const lines = text?.split("\n") ?? [];
    assert.match(
      lines[0] ?? "",
      /^R84 \(should\), security update on \S+: the security update of May 2022 asks for Setup \/PrepareAllDomains, and \S+ does not show it$/,
    );
    assert.equal(
      lines[4],
      "  Fix:    run it with the newest media (ExchangeDomainPrep with `allDomains: true`, or Setup /PrepareAllDomains), before or after the update; where it is done, waive the rule for that reason",
    );
    assert.deepEqual(texts(anUpdate({}, 13243), "R84"), []);
    assert.deepEqual(texts(anUpdate({ build: buildOf("15.2.986.25") }), "R84"), []);
    assert.match(texts(anUpdate({}, silent), "R84")[0] ?? "", /: not verified: no answer within 60 s\n/);
    // Once applied, the update still does not protect without it.
    const applied = anUpdate({ installed: known(buildOf("15.2.986.26"), "ExSetup.exe") });
    assert.equal(texts(applied, "R84").length, 1);
  });

  it("say that the schema's work of July 2021 shows in no number", () => {
    const july = anUpdate({
      step: aCase({ target: "2016 CU20", machine: rolesAre() }),
      kb: "KB5004778",
      build: buildOf("15.1.2242.12"),
      installed: known(buildOf("15.1.2242.10"), "ExSetup.exe"),
    });
    assert.match(
      texts(july, "R84")[0] ?? "",
      /^R84 \(should\), .*: not verified: the security update of July 2021 asks for Setup \/PrepareSchema, and no number shows whether that was run\n/,
    );
  });

  it("never take what could not be read for in order", () => {
    const why = unknown("no answer within 60 s", "mbx");
    const first = (u: UpdateCase, rule: string) => texts(u, rule)[0]?.split("\n")[0] ?? "";
    assert.match(first(anUpdate({ installed: why }), "R80"), /^R80 \(must\), .*: not verified: no answer/);
    assert.match(first(anUpdate({ fileThere: why }), "R82"), /^R82 \(must\), .*: not verified: no answer/);
    const unread = { ...aCase({ target: "2019 CU11", machine: { identity: why, roles: why } }) };
    for (const rule of ["D10", "R30"])
      assert.match(first(anUpdate({ step: unread }), rule), /\(must\), .*: not verified: no answer/, rule);
    // What the state has applied is not started, so that an unreachable computer refuses nothing.
    assert.deepEqual(
      evaluateUpdate(anUpdate({ installed: why }), true).filter(({ level }) => level === "must"),
      [],
    );
  });

  it("refuse where Exchange is not installed", () => {
    const [text = ""] = texts(anUpdate({ installed: known(null, "the registry") }), "R80");
    assert.match(text, /^R80 \(must\), .*: Exchange is not installed\n/);
  });
});
