/** Signs of a pending restart, as the simulated Setup finds them in the registry. */
import type { RestartSign } from "../../lib/releases";
import type { WindowsRegistry } from "../windows/registry";

/** True when the sign is there. */
export function isRestartPending(registry: WindowsRegistry, sign: RestartSign): boolean {
  if (sign.kind === "key") return registry.has(sign.key);
  const value = registry.get(sign.key, sign.value);
  if (value === undefined) return false;
  if (sign.kind === "number") return value.type !== "REG_DWORD" || value.data !== 0;
  return value.type === "REG_DWORD" || value.data.length > 0;
}

/** Leaves a file to be renamed at the next start of Windows. */
export function leaveRestartPending(registry: WindowsRegistry): void {
  const key = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager";
  const data = ["\\??\\C:\\WINDOWS\\Temp\\exsetup.tmp", ""];
  registry.set(key, "PendingFileRenameOperations", { type: "REG_MULTI_SZ", data });
}
