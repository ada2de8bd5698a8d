/** The management shell of a server, as the phases use it. */
import type { MaintenanceFacts } from "../../../facts";
import {
  type ActAnswer,
  CommandTimeout,
  ConnectionLost,
  type HeldComputer,
  type MaintenanceAct,
  type MaintenanceQuestions,
  performAct,
  readMaintenance,
} from "../../../host";
import {
  availabilityComponent,
  callRouter,
  type EnterMeasure,
  type LeaveMeasure,
  type Maintenance,
  setupOf,
  stoppedServices,
  transportComponent,
  transportService,
  wholeServer,
} from "../../../releases";
import type { FoundBefore } from "../../../rules/maintenance/found";
import { stateBefore, stoppedNow } from "../../../rules/maintenance/leaving";
import type { Work } from "../../../rules/maintenance/work";
import type { Call } from "../../call";
import type { MaintenanceSettings } from "../../step/maintenance";
import type { Step } from "../../step/step";

/** A server that a step, or an update, takes out of service. */
export interface Served {
  readonly step: Step;
  readonly work: Work;
  readonly maintenance: Maintenance;
  readonly settings: MaintenanceSettings;
  readonly call: Call;
}

/** The questions to the shell about a step's server. */
export function questionsOf(step: Step, maintenance: Maintenance): MaintenanceQuestions {
  return {
    registryKey: setupOf(step.target).registryKey,
    componentStates: maintenance.componentStates,
    unifiedMessaging: maintenance.unifiedMessaging,
    services: [...stoppedServices, transportService],
  };
}

/** Looks at the server; looks again if the connection was lost meanwhile. */
export async function lookAtServer(
  { step, maintenance }: Served,
  computer: HeldComputer,
): Promise<MaintenanceFacts> {
  return again(() => computer.using((session) => readMaintenance(session, questionsOf(step, maintenance))));
}

/** Number of repetitions after a lost connection or a meaningless answer. */
const most = 3;

/** Repeats an act or a look, all of which may be repeated. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConnectionLost) || tries === most) throw error;
    }
  }
}

/** The name of an act in messages: the command that a person would type. */
export function textOf(what: MaintenanceAct): string {
  switch (what.act) {
    case "setComponentState":
      return `Set-ServerComponentState ${what.component} ${what.state} (${what.requester})`;
    case "restartTransport":
      return "Restart-Service MSExchangeTransport";
    case "redirectMessages":
      return `Redirect-Message to ${what.target}`;
    case "startDagMaintenance":
      return "StartDagServerMaintenance.ps1";
    case "stopDagMaintenance":
      return "StopDagServerMaintenance.ps1";
    case "setActivationPolicy":
      return `Set-MailboxServer -DatabaseCopyAutoActivationPolicy ${what.policy}`;
    case "setActivationDisabledAndMoveNow":
      return `Set-MailboxServer -DatabaseCopyActivationDisabledAndMoveNow ${what.disabled}`;
    case "suspendActivation":
      return `Suspend-MailboxDatabaseCopy ${what.database} -ActivationOnly`;
    case "suspendClusterNode":
      return "Suspend-ClusterNode";
    case "resumeClusterNode":
      return "Resume-ClusterNode";
    case "moveActiveManager":
      return "Move-ClusterGroup";
    case "startServices":
      return `Start-Service ${what.services.join(", ")}`;
  }
}

/**
 * Does one act. @returns why it has failed, in one sentence without a full stop; null if the shell reports it as done
 */
export async function act(
  { step }: Served,
  computer: HeldComputer,
  what: MaintenanceAct,
): Promise<string | null> {
  const { registryKey } = setupOf(step.target);
  let why = "it was not done";
  for (let tries = 1; tries <= most; tries++) {
    let answer: ActAnswer;
    try {
      answer = await again(() => computer.using((session) => performAct(session, { registryKey }, what)));
    } catch (error) {
      if (!(error instanceof CommandTimeout)) throw error;
      return `${textOf(what)}: it has not come to its end in time`;
    }
    if (answer.outcome === "done") return null;
    if (answer.outcome === "failed")
      return `${textOf(what)}: ${answer.error.message.replace(/\.$/, "")} (${answer.error.id})`;
    why = answer.why;
  }
  return `${textOf(what)}: ${why}`;
}

/** The act of a measure on the way out. @param target FQDN that messages are redirected to */
export function entering(
  measure: EnterMeasure,
  { maintenance, settings }: Served,
  target: string,
): MaintenanceAct {
  switch (measure) {
    case "drain transport":
      return componentAct(transportComponent, "Draining");
    case "drain calls":
      return componentAct(callRouter, "Draining");
    case "go offline":
      return componentAct(wholeServer, "Inactive");
    case "restart transport":
      return { act: "restartTransport" };
    case "start group maintenance":
      return {
        act: "startDagMaintenance",
        overrideMinimumTwoCopies: settings.overrideMinimumTwoCopies === true,
        pauseClusterNode: maintenance.pauseClusterNode,
      };
    case "redirect messages":
      return { act: "redirectMessages", target };
    case "move active manager":
      return { act: "moveActiveManager" };
    case "suspend node":
      return { act: "suspendClusterNode" };
    case "move databases":
      return { act: "setActivationDisabledAndMoveNow", disabled: true };
    case "block activation":
      return { act: "setActivationPolicy", policy: "Blocked" };
  }
}

function componentAct(
  component: string,
  state: "Active" | "Draining" | "Inactive",
  requester: "Maintenance" | "Functional" = "Maintenance",
): MaintenanceAct {
  return { act: "setComponentState", component, state, requester };
}

/** Removes the states that Setup has left under the requester Functional. */
export function repairing(component: string): MaintenanceAct {
  return componentAct(component, "Active", "Functional");
}

/** The acts of a measure on the way back. */
export function leaving(
  measure: LeaveMeasure,
  found: FoundBefore,
  look: MaintenanceFacts,
): readonly MaintenanceAct[] {
  switch (measure) {
    case "go online":
      return [componentAct(wholeServer, stateBefore(found, wholeServer))];
    case "take calls":
      return [componentAct(callRouter, stateBefore(found, callRouter))];
    case "take messages":
      return [componentAct(transportComponent, stateBefore(found, transportComponent))];
    case "restart transport":
      return [{ act: "restartTransport" }];
    case "stop group maintenance":
      return [{ act: "stopDagMaintenance" }];
    case "resume node":
      return [{ act: "resumeClusterNode" }];
    case "let databases stay":
      return [
        { act: "setActivationDisabledAndMoveNow", disabled: found.activationDisabledAndMoveNow === true },
      ];
    case "let copies activate":
      return [componentAct(availabilityComponent, stateBefore(found, availabilityComponent))];
    case "restore activation":
      return found.activationPolicy === null
        ? []
        : [{ act: "setActivationPolicy", policy: found.activationPolicy }];
    case "suspend copies":
      return found.suspended.map((database) => ({ act: "suspendActivation", database }));
    case "start services":
      return [{ act: "startServices", services: stoppedNow(look, found) }];
  }
}
