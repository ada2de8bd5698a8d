/** The rules that judge the computer on which a step runs. */

import { stepKinds } from "../../model";
import { citations, isModern } from "../../releases";
import { runModesWith } from "../../runModes";
import type { RuleId } from "../ids";
import { installed } from "../organization/prerequisites";
import {
  always,
  built,
  checkedBySetup,
  everyStep,
  everyStepAndUpdate,
  handled,
  inDocument,
  isModernTarget,
  judged,
  ofPreparations,
  onSteps,
  onUpdates,
  own,
  type Rule,
  stepsTo,
} from "../rule";
import { clusterProcedure, wizardOnCluster } from "./clusteredMailbox";
import { frameworkSource, supportedFramework } from "./framework";
import { installationFinished, noPendingRestart } from "./leftover";
import {
  operatingSystem,
  supportedWindows,
  windowsSource,
  windowsTitle,
  windowsUpgradeSource,
} from "./operatingSystem";
import { activeDirectoryPlace, ownName, schemaPlace } from "./placement";
import { openRegistry, remoteRegistry } from "./remoteRegistryService";
import { serverRules } from "./serverRules";
import {
  eventLogRights,
  neededSoftware,
  noExecutionPolicy,
  noOpenShells,
  settingSource,
  softwareSource,
} from "./setupNeeds";
import { targetMedia } from "./targetMedia";

/** From 2010 on, database availability groups replace clustered mailbox servers. */
const onServersOf2007: Rule["appliesTo"] = ({ step, target }) =>
  step === "server" && target.product === "2007";

const onModernServers: Rule["appliesTo"] = ({ step, target }) =>
  step === "server" && isModern(target.product);

export const computerRules = {
  D1: {
    level: "must",
    appliesTo: everyStep,
    judges: "computer",
    title: always("Exchange must be installed already, with one or more roles or with the management tools"),
    source: inDocument,
    enforced: judged(
      installed,
      "the roles in the registry of the server; for a preparation, the organization in the directory",
    ),
  },
  D2: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "computer",
    title: always("an upgrade that failed for one or more roles may be run again on the same server"),
    source: inDocument,
    enforced: built("a watermark or a role left behind makes the step pending, and Setup is run again"),
  },
  D5: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "computer",
    recommended: "from 2010 on, where nothing is recorded of an earlier Windows",
    title: windowsTitle,
    source: windowsUpgradeSource,
    enforced: judged(
      operatingSystem,
      "the Windows build in the registry, compared with the build that the state recorded first. The server's own resource records it with its upgrade; the first gate of an ExchangeUpgrade records it when it first lets a run pass. If somebody upgrades Windows after the upgrade of Exchange, `pulumi refresh` warns, and the next upgrade is refused",
    ),
  },
  D6: {
    level: "should",
    // From 2013 on, R19 tells what Setup does with the service.
    appliesTo: ({ step, target }) => step === "server" && !isModern(target.product),
    judges: "computer",
    title: always("the Remote Registry service can be started, and is best restarted before the upgrade"),
    source: inDocument,
    enforced: judged(
      remoteRegistry,
      "the start type of the service; a stopped one that can be started is in order",
    ),
  },
  D7: {
    level: "must",
    appliesTo: onServersOf2007,
    judges: "computer",
    title: always("the wizard cannot upgrade a clustered mailbox server"),
    source: inDocument,
    enforced: judged(
      wizardOnCluster,
      `the keys of a clustered mailbox server in the registry, and its server object, where run is ${runModesWith((traits) => traits.mayBeWizard)}`,
    ),
  },
  D8: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "computer",
    title: always("upgrading a server upgrades all of its roles"),
    source: inDocument,
    enforced: built(
      "a server is done only when every role on it is configured inside the target's band of builds",
    ),
  },
  D10: {
    level: "must",
    appliesTo: everyStepAndUpdate,
    judges: "computer",
    title: always("the fully qualified domain name that is given is the computer's own"),
    source: inDocument,
    enforced: judged(ownName, "host name and DNS suffix in the registry of the computer that answers"),
    whenDone: true,
  },
  D15: {
    level: "must",
    appliesTo: onServersOf2007,
    judges: "computer",
    title: always("clustered mailbox servers have their own procedures"),
    source: inDocument,
    enforced: judged(
      clusterProcedure,
      "the keys of a clustered mailbox server in the registry, and its server object",
    ),
  },
  P6: {
    level: "must",
    appliesTo: onSteps("schema", "server"),
    judges: "computer",
    title: always("the schema is prepared in the schema master's domain and site"),
    source: ofPreparations,
    enforced: judged(schemaPlace, "the schema master's domain and site, and the computer's own"),
  },
  P8: {
    level: "must",
    appliesTo: onSteps("organization", "server"),
    judges: "computer",
    title: always("Active Directory is prepared in the schema master's domain and site"),
    source: ofPreparations,
    enforced: judged(activeDirectoryPlace, "the schema master's domain and site, and the computer's own"),
  },
  R7: {
    level: "must",
    recommended: "before a preparation, where only files wait for the restart",
    // From 2013 on, Setup checks this before a preparation, too.
    appliesTo: ({ step, target }) => step === "server" || isModern(target.product),
    judges: "computer",
    title: always("no restart is pending"),
    source: checkedBySetup("RebootPending"),
    enforced: judged(noPendingRestart, "the registry values that Setup's own prerequisite check looks at"),
    waivableFailure:
      "where all that waits for a restart is the removal of files below folders named Temp; Setup then judges by itself",
  },
  R8: {
    level: "must",
    appliesTo: everyStep,
    judges: "computer",
    title: always("the media hold the target's Setup"),
    source: own("how Setup is run"),
    enforced: judged(targetMedia, "the file version of Setup's program in `computer.media`"),
  },
  R13: {
    level: "must",
    appliesTo: onSteps("server"),
    judges: "computer",
    title: always("no installation of a role was left unfinished"),
    source: checkedBySetup("InstallWatermark"),
    enforced: judged(
      installationFinished,
      "the watermark and the action of each role in the registry of the server; from 2013 on an operator's wizard goes on with it",
    ),
  },
  R17: {
    level: "must",
    recommended: "where sources do not agree",
    // No table describes the Windows of SP1, and D5 covers what the document says of Windows.
    appliesTo: ({ step, target }) => step === "server" && target.name !== "2007 SP1",
    judges: "computer",
    title: always("the target runs on the Windows of the server"),
    source: windowsSource,
    enforced: judged(supportedWindows, "the Windows build in the registry"),
  },
  R18: {
    level: "must",
    recommended: "of a computer that only prepares, that no higher one is installed",
    // Products before 2013 run on .NET versions that have no Release number.
    appliesTo: stepsTo(stepKinds, isModernTarget),
    judges: "computer",
    title: always("the target supports the .NET Framework that is installed"),
    source: frameworkSource,
    enforced: judged(
      supportedFramework,
      "the number Release of the .NET Framework and the Windows build in the registry, and the release of the roles there, which has to support it until the upgrade",
    ),
    waivableFailure:
      "where the installed version is higher than what is supported, which Setup does not check",
  },
  R19: {
    level: "must",
    recommended: "before a preparation, where the service starts on demand",
    appliesTo: stepsTo(stepKinds, isModernTarget),
    judges: "computer",
    title: always("Setup can open the registry of its own computer through the Remote Registry service"),
    source: checkedBySetup("RemoteRegException"),
    enforced: judged(
      openRegistry,
      "the start type of the service; an upgrade starts it, unless it is disabled, and a preparation does not",
    ),
  },
  R20: {
    level: "must",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("the software is installed that Setup of the target needs"),
    source: softwareSource,
    enforced: judged(
      neededSoftware,
      "the roles and the installed programs in the registry of the server; Windows features are left to Setup's own prerequisite check",
    ),
  },
  R21: {
    level: "must",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("no group policy defines PowerShell's execution policy"),
    source: settingSource("no values"),
    enforced: judged(
      noExecutionPolicy,
      "the policies of the computer, and of the account that the SSH session is, in the registry",
    ),
  },
  R22: {
    level: "must",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("Administrators have their rights on the Application and System event logs"),
    source: settingSource("log rights"),
    enforced: judged(
      eventLogRights,
      "the security descriptors of both logs in the registry, where they are set",
    ),
  },
  R23: {
    level: "should",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("no shell holds files of Exchange open"),
    source: settingSource("no process"),
    enforced: judged(
      noOpenShells,
      "the processes that Setup was seen to refuse for, when they are looked at: whether they hold files open is not read",
    ),
  },
  R80: {
    level: "must",
    recommended: "that `kb` and `build` are a pair of Microsoft's list of builds",
    appliesTo: onUpdates,
    judges: "computer",
    title: always(
      "a security update is for the cumulative update that is installed, and newer than what is installed",
    ),
    source: () => ({
      evidence: "documented",
      source: `${citations.failedUpdates}; ${citations.buildNumbers}`,
    }),
    enforced: handled("security update", "the file version of ExSetup.exe in the folder of Exchange"),
  },
  R82: {
    level: "must",
    appliesTo: onUpdates,
    judges: "computer",
    title: always("the file of the security update is on the computer"),
    source: own("how Setup is run"),
    enforced: handled("security update", "the file in `file`"),
  },
  R83: {
    level: "must",
    appliesTo: onUpdates,
    judges: "computer",
    title: always("after a security update no required service of Exchange is disabled"),
    source: () => ({ evidence: "documented", source: citations.failedUpdates }),
    enforced: handled(
      "security update",
      "the start types of the services of the installed roles, after the update",
    ),
    waivableFailure: "where a required service is disabled on purpose",
  },
  ...serverRules,
} satisfies { readonly [Id in RuleId]?: Rule };
