/** Windows computers: SSH transport, registry, identity, the Setup operation. Knows nothing of Pulumi. */

export { quoteArgument, quotePath } from "./cmd/quote";
export { readClusterNode } from "./facts/clusterNode";
export { readComputer } from "./facts/computer";
export { type ExchangeFiles, readExchangeFiles } from "./facts/exchangeFiles";
export type { ComputerQuestions, RoleKeys } from "./facts/question";
export { readServices, type ServiceFacts } from "./facts/services";
export {
  defaultTaskName,
  type TaskRegistration,
  type TaskRegistrationOptions,
  type TaskWindows,
  taskNameForm,
  taskRegistration,
  taskScriptVersion,
} from "./launch/taskScript";
export type {
  ActAnswer,
  MaintenanceAct,
  MaintenanceQuestions,
  ShellError,
  ShellOptions,
} from "./maintenance/contract";
export { unreadMaintenance } from "./maintenance/reading";
export { performAct, readMaintenance } from "./maintenance/shell";
export type { Around, HeldComputer } from "./operation/held";
export { lookAtOperation, type OperationNow } from "./operation/lookAt";
export { lookAtRecord } from "./operation/lookAtRecord";
export { discardOperation, runSetup } from "./operation/operation";
export type { OperationTiming, OtherProgram, SetupOptions, SetupOutcome } from "./operation/options";
export {
  lastShutdown,
  type RestartOptions,
  type RestartTiming,
  restartComputer,
} from "./operation/restartComputer";
export { lookAtOperations, type StartedOperation } from "./operation/startedOperations";
export type { SetupCommand } from "./site/attemptScript";
export { restartRemoteRegistry } from "./staging/remoteRegistry";
export {
  checkCommand,
  type MediaFile,
  mediaDigest,
  mediaProblems,
  type StagingPlace,
  sftpPath,
  stagingPlace,
} from "./staging/staging";
export { checkScript } from "./staging/stagingScript";
export { isPasswordSpared } from "./transport/authentication";
export { decodeConsole } from "./transport/decode";
export * from "./transport/errors";
export { hostKeyProblem } from "./transport/hostkey";
export { KeptSession } from "./transport/keptSession";
export { openSession } from "./transport/openSession";
export type { HostSession, RunOptions, RunResult, SessionTraits, SessionTuning } from "./transport/session";
export {
  type ConnectionOptions,
  type Endpoint,
  type ExtraAlgorithms,
  isPasswordLogon,
} from "./transport/sshConnection";
export { ownAccountOf, type WinRmConnection } from "./transport/winrm/connection";
export { authoritiesProblem, fingerprintProblem } from "./transport/winrm/tls";
