/** What has to be said of a release before it is offered as a target. */
import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import { missingParts, offered, releases, type TargetFacts, targetFactsOf } from "../../lib/releases";
import { invented } from "./invented";
import { named } from "./named";

describe("what is said of a target", () => {
  it("has no part left open for a release that is offered", () => {
    for (const name of offered) assert.deepEqual(missingParts(targetFactsOf(named(name))), [], name);
  });

  it("completes in an editor for the names that are offered, and for no other", () => {
    const file = join(__dirname, "..", "..", "lib", "releases", "rows.ts");
    const program = ts.createProgram([file], { target: ts.ScriptTarget.ES2022, types: [], strict: true });
    const checker = program.getTypeChecker();
    const source = program.getSourceFile(file);
    const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source);
    const type = symbol?.exports?.get("TargetName" as ts.__String);
    const union = type === undefined ? undefined : checker.getDeclaredTypeOfSymbol(type);
    const names = union?.isUnion() ? union.types.map((each) => each.isStringLiteral() && each.value) : [];
    assert.deepEqual(names.toSorted(), offered.toSorted());
  });

  it("keeps a release from being offered as long as a part is not described", () => {
    assert.deepEqual(missingParts(targetFactsOf(named("2019 Preview"))), ["forest"]);
    assert.deepEqual(missingParts(targetFactsOf(named("2003 SP2"))), [
      "setup",
      "permissions",
      "restartSigns",
      "forest",
    ]);
    // To the first release of a product no upgrade in place leads, but for SE.
    for (const release of releases)
      if (!offered.includes(release.name) && !(release.label === "RTM" && release.product >= "2007"))
        assert.ok(missingParts(targetFactsOf(release)).length > 0, release.name);
  });

  it("is no less for a release that a program has defined: what it does not say is not described", () => {
    const facts = targetFactsOf(invented);
    for (const part of ["framework", "windows", "forest", "coexistence"] as const)
      assert.equal(facts[part], "not described", part);
    // Services go by the product, as Setup's switches do.
    assert.deepEqual(facts.services, targetFactsOf(named("SE RTM")).services);
  });

  it("does not compile where a part is left out", () => {
    const { services: _services, ...rest } = targetFactsOf(named("2007 SP1"));
    // @ts-expect-error
    const lacking: TargetFacts = rest;
    assert.ok(!("services" in lacking));
  });
});
