/** Names that the lab and lib each have from their own sources: a name in lib that the lab does not have is wrong in one of them. */
import assert from "node:assert/strict";
import { partsOf } from "../../lab/product-lines";
import { programOf, workingProcess } from "../../lab/setup/programs";
import { classicServices } from "../../lab/windows/classic-services";
import { exchangeKeyOf, keyOfRole } from "../../lab/windows/seed";
import { type Role, roles } from "../../lib/facts";
import { hasSetup, releases, servicesOf, setupOf } from "../../lib/releases";
import { named } from "../releases/named";

describe("the lab's names", () => {
  it("are those of lib for Setup's programs", () => {
    for (const release of releases.filter(hasSetup)) {
      const { program, process } = setupOf(release);
      assert.deepEqual([program, process], [programOf(release), workingProcess], release.name);
    }
  });

  it("are those of lib for the keys of roles, and no service that lib looks for is unknown to 2007", () => {
    for (const release of [named("2007 SP1"), named("2010 SP3")]) {
      const { registryKey, roleKeys } = setupOf(release);
      assert.equal(registryKey, exchangeKeyOf(release));
      const keys = roles.map((role) => [keyOfRole(release, role), role]);
      assert.deepEqual(
        Object.fromEntries(keys),
        Object.fromEntries(Object.entries(roleKeys).map(([key, role]) => [`${registryKey}\\${key}`, role])),
      );
      for (const role of roles)
        assert.deepEqual(
          servicesOf(release.product, [role]).filter((name) => !classicServices([role]).includes(name)),
          [],
          `${release.name} ${role}`,
        );
    }
  });

  it("has each key that lib takes for a role of 2013 and later in a part that Setup installs", () => {
    const installed = (line: "2013" | "2016" | "SE", of: readonly Role[]) =>
      of.flatMap((role) => partsOf(line, [role]).map(({ key }) => key));
    const all = new Set([
      ...installed("2013", ["Mailbox", "Client Access", "Edge Transport", "Management Tools"]),
      ...installed("2016", ["Mailbox"]),
    ]);
    assert.deepEqual(
      Object.keys(setupOf(named("SE RTM")).roleKeys).filter((key) => !all.has(key)),
      [],
    );
  });
});
