/**
 * shutdown.exe with `/r /t 0`, and `/f`, simulated: the computer goes down in order and comes back. Refusals are Win32 errors,
 * as InitiateShutdown documents them (winreg.h): 1191 from Windows Vista on where others are logged on and nobody is forced off.
 */
import { windowsVersions } from "../versions";
import type { Program } from "./program";

/** Between the answer and the end of every connection. */
const graceMs = 20;

/** Sentences of the system, each with its number behind it (public captures of 5, 1115 and 1190; 1191: Win32 error codes). */
const sentences: { readonly [code: number]: string } = {
  5: "Access is denied.",
  1115: "A system shutdown is in progress.",
  1190: "A system shutdown has already been scheduled.",
  1191: "The system shutdown cannot be initiated because there are other users logged on to the computer.",
};

export const shutdown: Program = async (context) => {
  const { computer } = context;
  const options = context.args.join(" ").toLowerCase();
  if (options !== "/r /t 0" && options !== "/r /f /t 0") {
    context.printError('The lab simulates "shutdown /r /t 0", and with "/f".\n');
    return 1;
  }
  const refuse = (code: number): number => {
    context.printError(`${sentences[code] ?? "The lab refuses."}(${code})\n`);
    return code;
  };
  const old = !windowsVersions[computer.windows].integrity;
  // XP and 2003 take /f for its contrary (Windows Sysinternals Administrator's Reference, PsShutdown).
  const forced = options.includes("/f") !== old;
  if (computer.restartBehaviour.refuses !== undefined) return refuse(computer.restartBehaviour.refuses);
  if (!context.logon.administrator) return refuse(5);
  if (computer.goingDown) return refuse(1115);
  // 1190 came with InitiateShutdown, of Vista; before it a shutdown that waits is one in progress (memory).
  if (computer.scheduledRestart) return refuse(old ? 1115 : 1190);
  if (!forced && computer.loggedOn.length > 0) {
    if (!old) return refuse(1191);
    // Programs of users are asked, and ask the users: nobody answers (documentation of InitiateSystemShutdown).
    return 0;
  }
  computer.goingDown = true;
  setTimeout(() => computer.restart(), graceMs);
  return 0;
};
