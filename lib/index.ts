/** Pulumi resources that upgrade a Microsoft Exchange organization, in the documented order. */

export type { Role } from "./facts";
export type { StepPlan } from "./plan/step";
export { ExchangeADPrep, type ExchangeADPrepArgs } from "./resources/adPrep";
export type {
  AccountArgs,
  ChangeWindowArgs,
  CommandLineArgs,
  ComputerArgs,
  ConnectionArgs,
  Credential,
  DirectoryArgs,
  EndpointArgs,
  ReplicationArgs,
  ServerCommandsArgs,
  StepArgs,
  StepCommandsArgs,
  TimeoutArgs,
} from "./resources/args";
export { ExchangeDomainPrep, type ExchangeDomainPrepArgs } from "./resources/domainPrep";
export {
  type ExchangeGateArgs,
  ExchangeReadiness,
  ExchangeVerification,
  type GateStep,
} from "./resources/gate";
export { Prepared, type PreparedEdgeArgs, type PreparedVerifyArgs } from "./resources/prepared";
export { ExchangeRoleUpgrade, type ExchangeRoleUpgradeArgs } from "./resources/roleUpgrade";
export { ExchangeSchemaPrep, type ExchangeSchemaPrepArgs } from "./resources/schemaPrep";
export { ExchangeWave, type ExchangeWaveArgs } from "./resources/wave";
export type { Planned, RunMode } from "./rules/case";
export type {
  ExchangeUpgradeArgs,
  NamedComputerArgs,
  PreparationArgs,
  PreparationStepArgs,
  UpgradeServerArgs,
} from "./upgrade/args";
export { ExchangeUpgrade } from "./upgrade/upgrade";
