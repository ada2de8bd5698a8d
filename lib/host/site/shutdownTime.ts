/** When Windows was last shut down in order: a changed time proves a restart. */
import { type Part, regQueryValue } from "../cmd/commands";
import { dataOf, findKey, parseRegistry } from "../cmd/registry";
import type { Link } from "./link";

/** Registry key in which Windows records when it was last shut down (ShutdownTime, a FILETIME). */
export const shutdownKey = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Windows";

/** The command that prints the time, in a session and in a batch file. */
export const shutdownTimeCommand = regQueryValue(shutdownKey, "ShutdownTime");

/** When Windows was last shut down, in units of 100 ns since 1601; undefined if the registry does not tell. */
export async function readShutdownTime(link: Link): Promise<bigint | undefined> {
  return shutdownTimeOf(await link.askOne(`${shutdownTimeCommand} 2>&1`));
}

/** The FILETIME in the output of `reg query`; undefined if it contains none. */
export function shutdownTimeOf(part: Pick<Part, "text">): bigint | undefined {
  const data = dataOf(findKey(parseRegistry(part.text), shutdownKey), "ShutdownTime")?.trim() ?? "";
  if (!/^[0-9a-f]{16}$/i.test(data)) return undefined;
  return Buffer.from(data, "hex").readBigUInt64LE();
}
