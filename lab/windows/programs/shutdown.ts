/** shutdown.exe with `/r /t 0`, simulated: the computer goes down in order and comes back. */
import type { Program } from "./program";

/** Between the answer and the end of every connection. */
const graceMs = 20;

export const shutdown: Program = async (context) => {
  if (context.args.join(" ").toLowerCase() !== "/r /t 0") {
    context.printError('The lab simulates "shutdown /r /t 0".\n');
    return 1;
  }
  if (!context.logon.administrator) {
    context.printError("Access is denied.(5)\n");
    return 5;
  }
  setTimeout(() => context.computer.restart(), graceMs);
  return 0;
};
