/** Restarts the Remote Registry service, as the source document recommends before an upgrade (D6). */
import { quoteArgument } from "../cmd/quote";

const service = "RemoteRegistry";

/** Printed instead of `net`'s own words. */
const failure = `${service} was not restarted: look at its state, its start type and what depends on it, with services.msc`;

/** A command that succeeds while the service is in that state. `sc` prints the state's number in every language. */
function isInState(state: 1 | 4): string {
  return `sc query ${service} 2>nul | findstr /c:${quoteArgument(`: ${state} `)} >nul`;
}

/**
 * One line for cmd.exe of every Windows from 2003 on. It stops the service if it runs, starts it, and succeeds only
 * when it runs again. From Windows Server 2012 on, Windows may stop the service at any moment, and anybody's request
 * starts it. So if `net` reports that there was nothing to do, the state decides. Without input of its own, `net stop`
 * does not wait for an answer if other services depend on it: it fails, and they go on.
 *
 * The output of `net` is dropped: it is in the computer's language and code page, and @pulumi/command cannot pass
 * output that is not UTF-8 to the engine. The command would succeed on the computer, fail in Pulumi, and run again in
 * every `up`.
 */
export function restartRemoteRegistry(): string {
  const stop = `(${isInState(1)} || net stop ${service} <nul >nul 2>nul || ${isInState(1)})`;
  const start = `(net start ${service} >nul 2>nul || ${isInState(4)})`;
  return `${stop} && ${start} || (echo ${failure}&exit 1)`;
}
