/** The messages about a server that could not be taken out of service, or not be put back. Pure. */
import type { Maintenance } from "../../releases";
import { listed, renderProblem } from "../../text";
import { ruleLine } from "../finding";
import { wordsOf } from "../table";
import { leaveByHand } from "./byHand";
import type { FoundBefore } from "./found";
import type { Work } from "./work";

/** The server, and the state to restore on it. */
export interface Server {
  readonly computer: string;
  readonly work: Work;
  readonly maintenance: Maintenance;
  readonly found: FoundBefore;
}

function ruleText(rule: "R66" | "R67" | "R68", { target }: Work): string {
  return ruleLine({ rule, ...wordsOf(rule, target) });
}

/** How to put it back by hand, as one clause. */
function byHand({ maintenance, found, computer }: Server): string {
  return `type in the Exchange Management Shell on ${computer}: ${leaveByHand(maintenance, found, computer).join("; ")}`;
}

/**
 * Added to the message if something failed while the server was out of service. Nothing puts the server back before
 * Setup, or Windows Installer, has finished: clients would connect to a half upgraded server.
 */
export function staysOutText(server: Server, failed: string): string {
  const { computer, work } = server;
  return [
    failed,
    `  And:    ${computer} stays out of service. It was taken out of service for ${work.reason}, and what was found before is kept on it`,
    `  Then:   remove the reason and run pulumi up again: it goes on from there, and puts ${computer} back at the end. ` +
      `If it has to serve before that, ${byHand(server)}`,
  ].join("\n");
}

/**
 * Added where the connection was lost, or the shell failed, while the server was taken out of service or put back.
 * @param isInstalled true where Setup, or Windows Installer, is through
 */
export function betweenText(server: Server, failed: string, isInstalled: boolean): string {
  const { computer, work } = server;
  const upgrade = isInstalled ? `${work.result} is installed` : `${work.program} was not started`;
  return [
    failed,
    `  And:    ${computer} may be out of service, wholly or in part (R67). ${upgrade}, and what was found before is kept on it`,
    `  Then:   remove the reason and run pulumi up again: it goes on from there. To put the server back before that, ${byHand(server)}`,
  ].join("\n");
}

/**
 * Added where something keeps a run from coming to a server that an earlier run has taken out of service: a rule, the change window,
 * another run.
 */
export function stillOutText(server: Server): string {
  const { computer } = server;
  return [
    `  And:    an earlier pulumi up has taken ${computer} out of service, and none has put it back (R67). What was found before is kept on it`,
    `  Then:   remove the reason and run pulumi up again: it goes on from there, and puts ${computer} back at the end. ` +
      `If it has to serve before that, ${byHand(server)}`,
  ].join("\n");
}

/** The same where nobody can tell. */
export function stillOutUnreadText(computer: string, why: string): string {
  return `  And:    whether an earlier pulumi up has left ${computer} out of service could not be read: ${why}`;
}

/** The server could not be taken out of service. @param undone why restoring it failed, too; null if it is restored */
export function notEnteredText(server: Server, waited: readonly string[], undone: string | null): string {
  const { computer, work } = server;
  const state =
    undone === null
      ? `${work.program} was not started, and the server is back in service as it was found; databases that were moved stay where they are`
      : `${work.program} was not started. The server is not back in service either: ${undone}`;
  return renderProblem({
    summary: `${work.subject}: the server could not be taken out of service (R66). ${state}`,
    found: listed(waited),
    needed:
      "every component Inactive but Monitoring and RecoveryActionsEnabled, queues empty but for shadow copies, and of a member of a group no active copy, its node paused, and its activation blocked",
    where: `on ${computer}`,
    fix:
      undone === null
        ? "remove what is waited for, or give it more time (`maintenance.patience`); then run pulumi up again"
        : `remove the reason and run pulumi up again: it goes on from there.${disabledText(work, undone)} To put the server back before that, ${byHand(server)}`,
    rule: ruleText("R66", work),
    code: null,
  });
}

/** The updates' own script disables services while it runs: one that has failed leaves them so (R83). */
function disabledText(work: Work, undone: string): string {
  if (work.program !== "Windows Installer" || undone !== keptOutText(work)) return "";
  return " A service that cannot be started may be disabled since that installation: in Windows PowerShell there, in the folder Bin of Exchange, Add-PSSnapin Microsoft.Exchange.Management.PowerShell.Setup, then .\\ServiceControl.ps1 AfterPatch, enables them (R83).";
}

/** Why a server is not put back where an earlier run has begun the work and not finished it. */
export function keptOutText({ program }: Work): string {
  return `${program} was begun there before and has not come to a good end, and nothing puts such a server back`;
}

/**
 * The server was taken out of service, but Setup must not start any more.
 * @param undone why restoring it failed; null if it is restored
 */
export function notStartedText(server: Server, refused: string, undone: string | null): string {
  return undone === null
    ? `${refused}\n  And:    the server had been taken out of service for it, and is back as it was found`
    : staysOutText(server, `${refused}\n  And:    the server is not back in service: ${undone}`);
}

/**
 * Setup has installed the release, and the update that follows it must not be started.
 * @param work what has been installed
 */
export function notBegunText(computer: string, { result }: Work, refused: string): string {
  return [
    refused,
    `  And:    ${result} is installed, and ${computer} is in service as it was found. The update was not begun`,
    "  Then:   remove the reason and run pulumi up again: it goes on with the update",
  ].join("\n");
}

/** R68: the server is as it was found, but not all of it is healthy. @param isOut true where it was found out of service */
export function notHealthyText(
  computer: string,
  work: Work,
  found: readonly string[],
  isOut: boolean,
): string {
  const state = isOut ? "out of service, as it was found" : "back in service";
  return renderProblem({
    summary: `R68 (should), ${work.subject}: the server is ${state}, and not everything is well`,
    found: listed(found),
    needed: "components as they were found before, copies healthy, the cluster node Up",
    where: `on ${computer}`,
    fix: `look at what is named, with Get-ServerComponentState, Get-MailboxDatabaseCopyStatus and Get-Queue. ${work.stands}`,
    rule: ruleText("R68", work),
    code: null,
  });
}

/** An operation that an earlier run has started still runs: a restart would break it off, and clients would meet it. */
export function stillRunsText(computer: string, work: Work, running: readonly string[]): string {
  return renderProblem({
    summary: `${work.subject}: an installation that an earlier pulumi up has started still runs, so that the server is neither restarted nor put back (R67)`,
    found: `running: ${listed(running)}`,
    needed: "an installation that has come to its end",
    where: `on ${computer}`,
    fix: "say in the program what was begun, and run pulumi up again: it follows it and proves the result. Or wait for its end, and look what has come of it",
    rule: ruleText("R67", work),
    code: null,
  });
}

/** The server could not be put back into service. */
export function notLeftText(server: Server, left: readonly string[]): string {
  const { computer, work } = server;
  return renderProblem({
    summary: `${work.subject}: ${work.result} is installed, and the server is not back in service as it was found (R67)`,
    found: listed(left),
    needed: "what was found before the server was taken out of service",
    where: `on ${computer}`,
    fix: `run pulumi up again: it goes on from there, without ${work.program}. Or ${byHand(server)}`,
    rule: ruleText("R67", work),
    code: null,
  });
}

/** Somebody removed `maintenance` from the program while the server is out of service. @param folder of the record */
export function leftOutText(server: Server, folder: string): string {
  const { computer, work } = server;
  return renderProblem({
    summary: `${work.subject}: the server was taken out of service by an earlier pulumi up, and nothing would put it back (R67)`,
    found: `${folder}\\found.json, and a program that says no \`maintenance\` of this server`,
    needed: "the step with its `maintenance`, or a server that somebody has put back",
    where: `on ${computer}, and in the program`,
    fix: `say \`maintenance\` again and run pulumi up: it goes on from there, and puts the server back at the end. Or ${byHand(server)}; then delete ${folder}`,
    rule: ruleText("R67", work),
    code: null,
  });
}

/**
 * The record on the computer cannot be read, so that the state to restore is not known.
 * @param isInstalled true where Setup, or Windows Installer, is through
 */
export function recordUnreadText(computer: string, work: Work, folder: string, isInstalled: boolean): string {
  const state = isInstalled ? `${work.result} is installed, and ` : "";
  return renderProblem({
    summary: `${work.subject}: ${state}what was found before the server was taken out of service cannot be read (R67)`,
    found: `${folder}\\found.json is no record of this program`,
    needed: "the record that an earlier pulumi up has written there",
    where: `on ${computer}`,
    fix: `look whether the server is in service as it should be, with its activation policy; then delete ${folder} and run pulumi up again`,
    rule: ruleText("R67", work),
    code: null,
  });
}
