/** Pulumi resources that upgrade a Microsoft Exchange organization, in the documented order. */

export type { StepPlan } from "./plan/step";
export { ExchangeADPrep, type ExchangeADPrepArgs } from "./resources/adPrep";
export type {
  AccountArgs,
  ChangeWindowArgs,
  ComputerArgs,
  ConnectionArgs,
  Credential,
  DirectoryArgs,
  EndpointArgs,
  ReplicationArgs,
  StepArgs,
  TimeoutArgs,
} from "./resources/args";
export { ExchangeDomainPrep, type ExchangeDomainPrepArgs } from "./resources/domainPrep";
export { Prepared, type PreparedEdgeArgs, type PreparedVerifyArgs } from "./resources/prepared";
export { ExchangeRoleUpgrade, type ExchangeRoleUpgradeArgs } from "./resources/roleUpgrade";
export { ExchangeSchemaPrep, type ExchangeSchemaPrepArgs } from "./resources/schemaPrep";
export type { Planned, RunMode } from "./rules/case";
