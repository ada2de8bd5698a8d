/** What has to be said of a release before it is offered as a target. */
import assert from "node:assert/strict";
import { missingParts, offered, releases, type TargetFacts, targetFactsOf } from "../../lib/releases";
import { catalogueOf } from "../../lib/releases/catalogue";
import { defineRelease } from "../../lib/releases/definition";
import { releaseNamed } from "../../lib/releases/transitions";
import { named } from "./named";

describe("what is said of a target", () => {
  it("has no part left open for a release that is offered", () => {
    for (const name of offered) assert.deepEqual(missingParts(targetFactsOf(named(name))), [], name);
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
    const invented = defineRelease({
      name: "SE CU9",
      source: "this test",
      build: "15.2.9999.1",
      levels: { schema: 19001, organization: 19002, domain: 19003 },
      upgradesFrom: ["SE RTM"],
      framework: "not described",
      windows: "not described",
      forest: "not described",
      coexistence: "not described",
      setup: { licence: "accepted, with a choice of diagnostic data", extendedProtection: true },
    });
    const release = releaseNamed("SE CU9", catalogueOf([invented]));
    assert.ok(release);
    const facts = targetFactsOf(release);
    for (const part of ["framework", "windows", "forest", "coexistence", "services"] as const)
      assert.equal(facts[part], "not described", part);
  });

  it("does not compile where a part is left out", () => {
    const { services: _services, ...rest } = targetFactsOf(named("2007 SP1"));
    // @ts-expect-error
    const lacking: TargetFacts = rest;
    assert.ok(!("services" in lacking));
  });
});
