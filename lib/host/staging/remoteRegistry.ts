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
 * One line for cmd.exe of every Windows from 2003 on: stops the service where it runs, starts it, and succeeds only when it
 * runs again. From Windows Server 2012 on it may be stopped, and may be started by whoever asks for it, at any moment: so
 * what counts is the state, where `net` says that there was nothing to do. Without input of its own `net stop` does not
 * wait for an answer where other services depend on it; it then fails, and they go on.
 *
 * What `net` says is kept back: it is in the computer's language and code page, and @pulumi/command cannot give an output
 * that is not UTF-8 to the engine. The command would have succeeded, fail all the same, and run again in every `up`.
 */
export function restartRemoteRegistry(): string {
  const stop = `(${isInState(1)} || net stop ${service} <nul >nul 2>nul || ${isInState(1)})`;
  const start = `(net start ${service} >nul 2>nul || ${isInState(4)})`;
  return `${stop} && ${start} || (echo ${failure}&exit 1)`;
}
