/** Aliases of a component: the SDK's server hands them on without their types. */
import assert from "node:assert/strict";
import { withTypes } from "../../lib/plugin/component";

describe("aliases of the component in the plugin", () => {
  it("get their types back, each its own, and none that is the component itself", () => {
    const urn = "urn:pulumi:test::upgrade::old:index:Upgrade::contoso";
    // Only a type; a name with a type; only a name; a URN, whose request has no type; nothing.
    const aliases = [{}, { name: "fabrikam" }, { name: "contoso" }, urn, {}];
    assert.deepEqual(withTypes(aliases, ["old:index:Upgrade", "older:index:Upgrade", "", "", ""]), [
      { type: "old:index:Upgrade" },
      { name: "fabrikam", type: "older:index:Upgrade" },
      { name: "contoso" },
      urn,
    ]);
  });
});
