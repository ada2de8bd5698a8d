import assert from "node:assert/strict";
import type { Organization } from "../lab/organization";

/** Fails where the state or the screen shows a password of the organization. */
export function assertNoPassword(seen: string, { accounts }: Pick<Organization, "accounts">): void {
  for (const { name, password } of accounts)
    assert.ok(!seen.includes(password), `the password of ${name} is in the state or on the screen`);
}
