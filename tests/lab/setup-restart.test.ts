import assert from "node:assert/strict";
import { finishPending, isRestartPending } from "../../lab/windows/pending-restart";
import type { RegistryValue } from "../../lab/windows/registry";
import { makeComputer } from "./windows-support";

const updates = "HKLM\\SOFTWARE\\Microsoft\\Updates";
const sessionManager = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager";
const renames = "PendingFileRenameOperations";
const servicing = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing";

describe("simulated Setup finds a pending restart", () => {
  const cases: readonly (readonly [
    key: string,
    name: string,
    value: number | string | RegistryValue,
    boolean,
  ])[] = [
    [updates, "UpdateExeVolatile", 0, false],
    [updates, "UpdateExeVolatile", 2, true],
    [`${updates}\\UpdateExeVolatile`, "Flags", 0, false],
    [`${updates}\\UpdateExeVolatile`, "Flags", 1, true],
    [sessionManager, renames, { type: "REG_MULTI_SZ", data: [] }, false],
    [sessionManager, renames, { type: "REG_MULTI_SZ", data: ["\\??\\C:\\x", ""] }, true],
    [`${servicing}\\RebootPending`, "x", 0, false],
  ];
  for (const [key, name, value, pending] of cases)
    it(`${pending ? "in" : "not in"} ${name} = ${JSON.stringify(value)} of ${key}, for 2007`, () => {
      const { registry } = makeComputer();
      assert.equal(isRestartPending(registry), false);
      registry.set(key, name, value);
      assert.equal(isRestartPending(registry), pending);
      finishPending(registry);
      assert.equal(isRestartPending(registry), false);
    });

  it("that of later Windows is over when Windows has started, too", () => {
    const { registry } = makeComputer({ windows: "2019" });
    registry.create(`${servicing}\\RebootPending`);
    finishPending(registry);
    assert.equal(registry.has(`${servicing}\\RebootPending`), false);
  });
});
