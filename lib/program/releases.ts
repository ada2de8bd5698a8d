/** What a program can define about releases that this version of the package does not know. */
import type { TargetName } from "../releases";

export {
  type CoexistenceDefinition,
  type Definition,
  DefinitionError,
  defineRelease,
  defineUpdate,
  type ForestDefinition,
  type FrameworkDefinition,
  type ReleaseDefinition,
  type UpdateDefinition,
  type WindowsDefinition,
  type WindowsVersionDefinition,
} from "../releases/definition";

/**
 * Name of the release to upgrade to. An editor completes those that this version of the package offers; the name of a release that
 * the program defines is a plain string.
 */
export type UpgradeTarget = TargetName | (string & Record<never, never>);
export type { TargetName };
