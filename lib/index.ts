/** Pulumi resources that upgrade a Microsoft Exchange organization, in the documented order. */

export type { Role } from "./facts";
export type { Planned, RunMode } from "./model";
export type { ClusterPlan } from "./plan/clusterPlan";
export type { StepPlan } from "./plan/stepPlan";
export type { UpdatePlan } from "./plan/updatePlan";
export { ExchangeADPrep, type ExchangeADPrepArgs } from "./program/adPrep";
export type {
  AccountArgs,
  ChangeWindowArgs,
  CommandLineArgs,
  ComputerArgs,
  ConnectionArgs,
  Credential,
  DirectoryArgs,
  EndpointArgs,
  MaintenanceArgs,
  ReplicationArgs,
  SecurityUpdateArgs,
  ServerCommandsArgs,
  SetupArgs,
  StepArgs,
  StepCommandsArgs,
  TimeoutArgs,
  WaiverArgs,
  WinRmArgs,
  WinRmHttpsArgs,
} from "./program/args";
export { ExchangeDomainPrep, type ExchangeDomainPrepArgs } from "./program/domainPrep";
export {
  type ExchangeGateArgs,
  ExchangeReadiness,
  ExchangeVerification,
  type GateCluster,
  type GateStep,
} from "./program/gates";
export { Prepared, type PreparedEdgeArgs, type PreparedVerifyArgs } from "./program/prepared";
export * from "./program/releases";
export {
  ExchangeClusteredMailboxUpgrade,
  type ExchangeClusteredMailboxUpgradeArgs,
  ExchangeRoleUpgrade,
  type ExchangeRoleUpgradeArgs,
  ExchangeWave,
  type ExchangeWaveArgs,
} from "./program/roleUpgrade";
export { ExchangeSchemaPrep, type ExchangeSchemaPrepArgs } from "./program/schemaPrep";
export { ExchangeSecurityUpdate, type ExchangeSecurityUpdateArgs } from "./program/securityUpdate";
export { ExchangeUpgrade } from "./program/upgrade/upgrade";
export type {
  ExchangeUpgradeArgs,
  NamedComputerArgs,
  PreparationArgs,
  PreparationStepArgs,
  UpgradeClusteredMailboxArgs,
  UpgradeServerArgs,
} from "./program/upgrade/upgradeArgs";
