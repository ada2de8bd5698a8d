/** Windows computers: SSH transport, registry, identity, the Setup operation. Knows nothing of Pulumi. */
export { type ComputerQuestions, readComputer } from "./computer";
export type { ConnectionOptions, Endpoint, ExtraAlgorithms } from "./connection";
export * from "./errors";
export { hostKeyProblem } from "./hostkey";
export { discardOperation, runSetup } from "./operation";
export type { OperationTiming, SetupOptions, SetupOutcome } from "./options";
export { quoteArgument, quotePath } from "./quote";
export { type RestartOptions, type RestartTiming, restartComputer } from "./reboot";
export { restartRemoteRegistry } from "./remoteRegistry";
export type { RoleKeys } from "./roles";
export type { SetupCommand } from "./script";
export { readServices, type ServiceFacts } from "./services";
export {
  checkCommand,
  type MediaFile,
  mediaDigest,
  mediaProblems,
  type StagingPlace,
  sftpPath,
  stagingPlace,
} from "./staging";
export { checkScript } from "./stagingScript";
export {
  defaultTaskName,
  type TaskRegistration,
  type TaskRegistrationOptions,
  type TaskWindows,
  taskNameForm,
  taskRegistration,
  taskScriptVersion,
} from "./taskScript";
export { HostSession, type RunOptions, type RunResult, type SessionTuning } from "./transport";
