/**
 * What waits for a restart of Windows, in the registry. The lab says it for itself: TechNet cc164360 (A Restart from a Previous Installation
 * is Pending); the value Flags, and the keys of later Windows: CSS-Exchange, Get-ServerRebootPending.
 */
import type { WindowsRegistry } from "./registry";

const updates = "HKLM\\SOFTWARE\\Microsoft\\Updates";
const volatile = `${updates}\\UpdateExeVolatile`;
const sessionManager = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager";
const renames = "PendingFileRenameOperations";
const currentVersion = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion";
const laterKeys = [
  `${currentVersion}\\Component Based Servicing\\RebootPending`,
  `${currentVersion}\\WindowsUpdate\\Auto Update\\RebootRequired`,
];

/** Whether Setup of 2007 and 2010 finds a pending restart. */
export function isRestartPending(registry: WindowsRegistry): boolean {
  const isSet = (key: string, name: string): boolean => {
    const value = registry.get(key, name);
    return value !== undefined && (value.type !== "REG_DWORD" || value.data !== 0);
  };
  const files = registry.get(sessionManager, renames);
  return (
    isSet(updates, "UpdateExeVolatile") ||
    isSet(volatile, "Flags") ||
    (files !== undefined && (files.type === "REG_DWORD" || files.data.length > 0))
  );
}

/** Leaves a file to be renamed at the next start of Windows. */
export function leaveRestartPending(registry: WindowsRegistry): void {
  const data = ["\\??\\C:\\WINDOWS\\Temp\\exsetup.tmp", ""];
  registry.set(sessionManager, renames, { type: "REG_MULTI_SZ", data });
}

/** What Windows does when it starts: nothing waits any more. */
export function finishPending(registry: WindowsRegistry): void {
  registry.remove(updates, "UpdateExeVolatile");
  registry.remove(volatile, "Flags");
  registry.remove(sessionManager, renames);
  for (const key of laterKeys) registry.removeKey(key);
}
