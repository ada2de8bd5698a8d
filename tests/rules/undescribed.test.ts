/** A release of which the tables say nothing is unknown to the rules that judge by them, and never in order. */
import assert from "node:assert/strict";
import { type ComputerFacts, known } from "../../lib/facts";
import { findRelease } from "../../lib/releases";
import { catalogueOf } from "../../lib/releases/catalogue";
import { defineRelease, type ReleaseDefinition } from "../../lib/releases/definition";
import { releaseNamed } from "../../lib/releases/transitions";
import type { Case } from "../../lib/rules/case";
import { broken, evaluate, waive } from "../../lib/rules/evaluate";
import { renderFinding } from "../../lib/rules/finding";
import { rules } from "../../lib/rules/table";
import { invented, inventedDefinition } from "../releases/invented";
import { aCase, installed, rolesAre } from "./builder";

const target = invented;

const server = (): Case => ({
  ...aCase({ machine: rolesAre(installed("Mailbox", "15.2.2562.17")) }),
  target,
});

function unverified(c: Case): readonly string[] {
  return evaluate(c)
    .filter(
      ({ verdict }) =>
        verdict.verdict === "unknown" &&
        /^the program, which defines Exchange SE CU9, does not say /.test(verdict.why),
    )
    .map(({ rule }) => rule);
}

describe("a release that is not described", () => {
  it("leaves open what the forest, Windows and .NET have to be (D4, R17, R18), and software (R20), in preview and right before Setup", () => {
    for (const apply of [false, true]) {
      assert.deepEqual(unverified({ ...server(), apply }), ["D4", "R17", "R18", "R20"]);
      // The server of 2007 is of another product, and whether it may stay is not described, either.
      assert.deepEqual(unverified({ ...aCase({ step: "organization" }), target, apply }), [
        "D4",
        "R15",
        "R18",
      ]);
    }
  });

  it("is told with what is not described, what a person compares instead, and that no source speaks of it", () => {
    const found = evaluate(server()).find(({ rule }) => rule === "D4");
    assert.ok(found);
    assert.equal(
      renderFinding(found),
      [
        "D4 (must), server upgrade on mbx-lon.contoso.com: not verified: the program, which defines Exchange SE CU9, does not say what the forest has to be",
        "  Found:  nothing in the definition of Exchange SE CU9",
        "  Needed: the forest that the system requirements of Exchange SE CU9 ask for",
        "  Where:  in the forest",
        "  Fix:    look up Microsoft's system requirements of Exchange SE CU9, compare the functional levels, the domain controllers and the global catalogs of the forest with them, and where they hold say so with `waive: { D4: reason }`",
        "  Rule:   D4, the organization meets the system requirements (unverified: no source is described for SE CU9)",
      ].join("\n"),
    );
  });

  it("is refused by nothing of this, and let through by a waiver only", () => {
    const c = server();
    const open = evaluate(c).filter(({ rule }) => rule === "D4" || rule === "R17");
    assert.deepEqual(broken(open), []);
    const reason = "compared with the requirements of SE CU9, CHG0099";
    const { remaining, accepted } = waive(open, { D4: reason });
    assert.deepEqual(
      remaining.map(({ rule }) => rule),
      ["R17"],
    );
    assert.deepEqual(
      accepted.map(({ finding }) => finding.rule),
      ["D4"],
    );
  });

  describe("but for the software that it needs", () => {
    const cu9 = (software: ReleaseDefinition["software"]): Case => {
      const definition = defineRelease({ ...inventedDefinition, software });
      const release = releaseNamed(definition.name, catalogueOf([definition]));
      assert.ok(release);
      return { ...server(), target: release };
    };
    const r20 = (c: Case, software: ComputerFacts["software"]) =>
      evaluate({ ...c, facts: { ...c.facts, computer: { ...c.facts.computer, software } } })
        .filter(({ rule }) => rule === "R20")
        .map(renderFinding);
    const rewrite = "IIS URL Rewrite Module";
    const runtime = "Visual C++ 2012 Redistributable (x64)";

    it("asks for what its definition names, and for nothing else (R20)", () => {
      const c = cu9([runtime, rewrite]);
      const installed = known("1", "its key");
      assert.deepEqual(r20(c, { [runtime]: installed, [rewrite]: installed }), []);
      assert.deepEqual(r20(c, { [runtime]: installed, [rewrite]: known(null, "its key") }), [
        [
          `R20 (must), server upgrade on mbx-lon.contoso.com: software that Setup needs is not installed: ${rewrite}`,
          "  Found:  nothing of it in its key",
          `  Needed: ${runtime} and ${rewrite}`,
          "  Where:  on mbx-lon.contoso.com",
          `  Fix:    install ${rewrite}: an upgrade installs none of it`,
          "  Rule:   R20, the software is installed that Setup of the target needs (unverified: defined by the program: this test)",
        ].join("\n"),
      ]);
      assert.deepEqual(r20(cu9([]), {}), []);
    });

    it("leaves it open where the definition says so, or nothing", () => {
      for (const software of ["not described", undefined] as const) {
        const [first] = r20(cu9(software), {});
        assert.match(first ?? "", /does not say which software a server needs\n/);
      }
    });
  });

  it("leaves open what a pending restart is where no sign of one is described (R7)", () => {
    const old = findRelease("2003 SP2");
    const { enforced } = rules.R7;
    assert.ok(old && enforced.by === "judge");
    const verdict = enforced.judge({ ...aCase(), target: old });
    assert.equal(
      verdict.verdict === "unknown" && verdict.why,
      "what Setup takes for a pending restart is not described for Exchange 2003 SP2 in this version of the package",
    );
    assert.equal(enforced.judge(aCase()).verdict, "ok");
  });
});
