/** Fabrikam, from Exchange 2019 CU14 to Subscription Edition over WinRM with Kerberos, through one OpenSSH server. */
import { fabrikam } from "../lab/fabrikam";
import { KerberosUnavailable } from "../lib/host";
import { kerberosLibrary } from "../lib/host/transport/winrm/kerberosLibrary";
import { completedRuns, directoryLevels, heading, onStage, type Stage, showChange } from "./demo-stage";
import { startJumpHost } from "./jump-host";

/** Active Directory, five Mailbox servers, one Edge Transport server, one set of tools. */
const steps = 8;

/** Plays on the project examples/fabrikam-winrm; shows nothing, and says so, where this machine has no Kerberos. */
export async function showWinRm(): Promise<void> {
  try {
    kerberosLibrary();
  } catch (error) {
    if (!(error instanceof KerberosUnavailable)) throw error;
    console.log(`SKIPPED: the demo over WinRM is not shown on this machine. ${error.message}`);
    return;
  }
  const jumpHost = await startJumpHost();
  heading(
    jumpHost === null
      ? "SKIPPED: the jump host. This machine has no OpenSSH server; the computers are reached without one"
      : `The jump host is this machine's OpenSSH, on port ${jumpHost.port}: it forwards, and runs no command`,
  );
  try {
    await onStage(fabrikam, "examples/fabrikam-winrm", upgrade, {
      winrm: { kerberos: "mit" },
      ...(jumpHost === null ? {} : { jumpHost }),
    });
  } finally {
    jumpHost?.stop();
  }
}

async function upgrade({ lab, pulumi }: Stage): Promise<void> {
  const before = await directoryLevels(lab, "FABRIKAM\\reader");
  heading("1. Preview: every step, read over WinRM");
  await pulumi(["preview"]);
  heading("2. Up: Setup is started by tasks that are registered over WinRM, and each step is verified");
  await pulumi(["up", "--yes", "--skip-preview"]);
  heading("3. Preview again: nothing is left to do");
  await pulumi(["preview", "--expect-no-changes"]);

  heading("Levels before and after");
  showChange(before, await directoryLevels(lab, "FABRIKAM\\reader"));
  const runs = completedRuns(lab);
  if (runs !== steps) throw new Error(`Setup ran ${runs} times, not ${steps} times`);
  const members = Object.values(lab.computers).filter(
    ({ computer }) => computer.spec.domain === fabrikam.root,
  );
  const overSsh = members.filter(({ counts }) => counts.logons > 0).map(({ name }) => name);
  if (overSsh.length > 0) throw new Error(`somebody logged on over SSH to ${overSsh.join(", ")}`);
  const commands = members.reduce((sum, { winrm }) => sum + (winrm?.counts.commands ?? 0), 0);
  console.log(`
Setup ran ${runs} times. The ${members.length} computers of ${fabrikam.root} were sent ${commands} commands over WinRM, each message sealed, and
no logon over SSH.

What to try next
  docs/running-setup.md              which connection, and what each of them needs
  examples/fabrikam-winrm/index.ts   is the program that you have just seen
`);
}
