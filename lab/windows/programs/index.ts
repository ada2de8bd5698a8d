/** The programs that every simulated Windows computer has in system32. */

import { certutil } from "./certutil";
import { cmd } from "./cmd";
import { cscript } from "./cscript";
import { cacls, icacls } from "./icacls";
import { clusterProgram } from "./mscluster";
import { net } from "./net";
import type { Program } from "./program";
import { reg } from "./reg";
import { schtasks } from "./schtasks";
import { shutdown } from "./shutdown";
import { chcp, hostname, ping, sc, taskkill, tasklist, whoami } from "./system";
import { find, findstr, more } from "./text";

/** File names and what they run. */
export const systemPrograms: readonly (readonly [string, Program])[] = [
  ["cacls.exe", cacls],
  ["certutil.exe", certutil],
  ["chcp.com", chcp],
  ["cluster.exe", clusterProgram],
  ["cmd.exe", cmd],
  ["cscript.exe", cscript],
  ["find.exe", find],
  ["findstr.exe", findstr],
  ["hostname.exe", hostname],
  ["icacls.exe", icacls],
  ["more.com", more],
  ["net.exe", net],
  ["ping.exe", ping],
  ["reg.exe", reg],
  ["sc.exe", sc],
  ["shutdown.exe", shutdown],
  ["schtasks.exe", schtasks],
  ["taskkill.exe", taskkill],
  ["tasklist.exe", tasklist],
  ["whoami.exe", whoami],
];
