/**
 * powershell.exe of a simulated server. It interprets no PowerShell: it knows the product's own scripts by their exact texts, reads
 * from standard input what they are told, and has their effects on the model. That Exchange's shell needs credentials that the
 * session can pass on, and leaves out cmdlets that the account's roles do not have: Microsoft, Connect to Exchange servers using
 * remote PowerShell, and Permissions.
 */
import { actScript, acts } from "../../lib/host/maintenance/actScripts";
import { readScript } from "../../lib/host/maintenance/readScript";
import { bootstrap } from "../../lib/host/maintenance/runScript";
import { fileVersionShell } from "../setup/modern/update";
import type { Logon } from "../windows/logon";
import { type Program, type ProgramContext, readAll } from "../windows/programs/program";
import * as cmdlets from "./cmdlets";
import type { ManagementFaults } from "./faults";
import { failureOf, type LookParameters, look } from "./look";
import type { Management, Policy, State } from "./model";

/** Role groups that may change servers, and those that may look at them (Microsoft, Built-in role groups). */
const managers = ["Organization Management", "Server Management"];
const viewers = [...managers, "View-Only Organization Management"];

const scripts = new Map([
  [readScript, "readMaintenance"],
  ...acts.map((act) => [actScript(act), act] as const),
]);

function isIn(logon: Logon, groups: readonly string[]): boolean {
  return logon.groups.some(({ name }) => groups.includes(name.slice(name.indexOf("\\") + 1)));
}

/** Exchange's shell: the local one of an Edge Transport server, else a session with an endpoint of Exchange. */
function connect(
  { logon, computer }: ProgramContext,
  place: cmdlets.Place,
  { registryKey }: Parameters,
): void {
  if (computer.registry.text(`${registryKey}\\Setup`, "MsiInstallPath") === undefined)
    throw new cmdlets.CmdletFailure(
      "System.Management.Automation.ItemNotFoundException",
      "PathNotFound,Microsoft.PowerShell.Commands.GetItemPropertyCommand",
      `Cannot find path '${registryKey}\\Setup' because it does not exist.`,
    );
  cmdlets.requireWorking(place, "Connect-ExchangeServer");
  if (place.management.servers.get(place.computer.name)?.isEdge === true) return;
  if (logon.credentials !== null && isIn(logon, viewers)) return;
  throw new cmdlets.CmdletFailure(
    "System.Management.Automation.Remoting.PSRemotingTransportException",
    logon.credentials === null ? "1312,PSSessionOpenFailed" : "AccessDenied,PSSessionOpenFailed",
    logon.credentials === null
      ? "A specified logon session does not exist. It may already have been terminated."
      : "Access is denied.",
  );
}

/** A cmdlet that changes something: the session has it for those alone whose roles have it. */
function requireManager({ logon }: ProgramContext, place: cmdlets.Place, name: string): void {
  if (place.management.servers.get(place.computer.name)?.isEdge === true || isIn(logon, managers)) return;
  throw new cmdlets.CmdletFailure(
    "System.Management.Automation.CommandNotFoundException",
    "CommandNotFoundException",
    `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program.`,
  );
}

/** What Windows' own cmdlets ask for. */
function requireAdministrator({ logon }: ProgramContext): void {
  if (logon.administrator) return;
  throw new cmdlets.CmdletFailure(
    "System.ComponentModel.Win32Exception",
    "AccessDenied",
    "Access is denied.",
  );
}

type Parameters = { readonly [name: string]: unknown };

/** What an act does, and whose right it is: `exchange` names the cmdlet that the session may lack. */
type Act = { readonly exchange?: string; run(place: cmdlets.Place, given: Parameters): void };

const effects: { readonly [act in (typeof acts)[number]]: Act } = {
  setComponentState: {
    exchange: "Set-ServerComponentState",
    run: (place, { component, state, requester }) =>
      cmdlets.setComponentState(place, String(component), state as State, String(requester)),
  },
  restartTransport: {
    run: (place) => {
      cmdlets.startService(place, "MSExchangeTransport", true);
      place.management.startTransport(place.computer.name);
      place.management.note(place.computer.name, "transport restarted");
    },
  },
  redirectMessages: {
    exchange: "Redirect-Message",
    run: (place, { target }) => cmdlets.redirectMessages(place, String(target)),
  },
  startDagMaintenance: {
    exchange: "Set-MailboxServer",
    run: (place, { overrideMinimumTwoCopies, pauseClusterNode }) =>
      cmdlets.startDagMaintenance(place, {
        overrideMinimumTwoCopies: overrideMinimumTwoCopies === true,
        pauseClusterNode: pauseClusterNode === true,
      }),
  },
  stopDagMaintenance: { exchange: "Set-MailboxServer", run: (place) => cmdlets.stopDagMaintenance(place) },
  setActivationPolicy: {
    exchange: "Set-MailboxServer",
    run: (place, { policy }) => cmdlets.setPolicy(place, policy as Policy),
  },
  setActivationDisabledAndMoveNow: {
    exchange: "Set-MailboxServer",
    run: (place, { disabled }) => cmdlets.setDisabled(place, disabled === true),
  },
  suspendActivation: {
    exchange: "Suspend-MailboxDatabaseCopy",
    run: (place, { database }) => cmdlets.suspendActivation(place, String(database)),
  },
  suspendClusterNode: { run: (place) => cmdlets.setNode(place, "Paused") },
  resumeClusterNode: { run: (place) => cmdlets.setNode(place, "Up") },
  moveActiveManager: { run: (place) => cmdlets.moveActiveManager(place) },
  startServices: {
    run: (place, { services }) => {
      for (const name of services as readonly string[]) cmdlets.startService(place, name, false);
    },
  },
};

/** What a script answers. */
function answerOf(
  context: ProgramContext,
  place: cmdlets.Place,
  script: string,
  parameters: Parameters,
): unknown {
  if (script === "readMaintenance")
    return look(place, parameters as unknown as LookParameters, () => connect(context, place, parameters));
  const { exchange, run } = effects[script as (typeof acts)[number]];
  try {
    if (exchange === undefined) requireAdministrator(context);
    else {
      connect(context, place, parameters);
      requireManager(context, place, exchange);
    }
    run(place, parameters);
    return { ok: true, error: null };
  } catch (error) {
    return { ok: false, error: failureOf(error) };
  }
}

/** powershell.exe: the scripts of maintenance, and what {@link fileVersionShell} knows. */
export function managementShell(management: Management, faults: ManagementFaults): Program {
  return async (context) => {
    const encoded = /\s-EncodedCommand\s+([A-Za-z0-9+/=]+)/.exec(` ${context.commandLine}`)?.[1];
    if (encoded === undefined) return fileVersionShell(context);
    const [script = "", json = ""] = (await readAll(context.stdin))
      .toString("latin1")
      .split(/\r?\n/)
      .map((line) => Buffer.from(line, "base64").toString("utf8"));
    const name = scripts.get(script);
    if (Buffer.from(encoded, "base64").toString("utf16le") !== bootstrap || name === undefined) {
      context.printError("The lab simulates the scripts of maintenance, and no other.\n");
      return 1;
    }
    const parameters = JSON.parse(json) as Parameters;
    const rubbish = faults.rubbish?.[name];
    faults.atScript?.(name, "before");
    await context.process.sleep(1);
    const answer = answerOf(context, { management, computer: context.computer, faults }, name, parameters);
    faults.atScript?.(name, "after");
    await context.process.sleep(1);
    if (rubbish !== undefined) {
      context.print(rubbish);
      return 1;
    }
    // What Exchange's shell prints by itself stands in front (its banner, and VERBOSE lines).
    context.print("VERBOSE: Connecting to the server.\n\n");
    context.print(`${parameters.mark}.b\n${ascii(JSON.stringify(answer))}\n${parameters.mark}.e\n`);
    return 0;
  };
}

/** As the scripts write it: everything but ASCII by its code. */
function ascii(text: string): string {
  return text.replace(/[^ -~]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
