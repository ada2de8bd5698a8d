import assert from "node:assert/strict";
import { findRelease, type Release } from "../../lib/releases";

/** The release of the table with this name. */
export function named(name: string): Release {
  const release = findRelease(name);
  assert.ok(release, name);
  return release;
}
