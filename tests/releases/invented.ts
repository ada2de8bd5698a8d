/** A release that there never was, of which nothing is described but its numbers. */
import assert from "node:assert/strict";
import { catalogueOf } from "../../lib/releases/catalogue";
import { defineRelease } from "../../lib/releases/definition";
import { releaseNamed } from "../../lib/releases/transitions";

/** What a program would say of it. */
export const inventedDefinition = defineRelease({
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
const found = releaseNamed(inventedDefinition.name, catalogueOf([inventedDefinition]));
assert.ok(found);

export const invented = found;
