/** What a program may say of releases that this version of the package does not know. */
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
