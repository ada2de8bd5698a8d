/**
 * Exchange releases as data: levels and builds, bands, upgrades in place, Setup, permissions. Pure: nothing here does
 * input or output, and every statement carries its source.
 */
export {
  type Band,
  type BandPosition,
  bandOf,
  bandPosition,
  inBand,
  inSameLine,
  releaseOfBuild,
} from "./bands";
export {
  type BuildNumber,
  completeBuild,
  decodeVersionNumber,
  encodeVersionNumber,
  formatBuild,
  formatSerialNumber,
  parseBuild,
  parseSerialNumber,
} from "./build";
export { compareBuilds } from "./buildOrder";
export { descriptionOf, isDefined } from "./catalogue";
export {
  type ClusterAction,
  type ClusterCommandNames,
  clusterActionEvidence,
  clusterStorage,
  moveCommand,
  moveGroupCommand,
  startCommand,
  stopCommand,
  upgradeCms,
} from "./clusteredMailbox";
export {
  type Coexistence,
  type CoexistenceVerdict,
  judgeCoexistence,
  productOfBuild,
} from "./coexistence";
export { type Component, type ComponentSign, componentsOf, isSoftwareDescribed, signIn } from "./components";
export type { Described } from "./described";
export {
  describeControllers,
  type ForestSupport,
  functionalLevels,
  judgeController,
  judgeForestLevel,
  judgeSchemaMaster,
  schemaMasterFix,
} from "./domainControllers";
export { citations, type Evidence, type Evidenced } from "./evidence";
export {
  compareFrameworks,
  describeFrameworks,
  type FrameworkName,
  type FrameworkSupport,
  frameworkOfRelease,
  frameworksOn,
  frameworkValue,
  judgeFramework,
} from "./framework";
export { keptFor } from "./keep";
export { describeLevel, judgeLevel, type LevelVerdict, levelsOf, releasesWithLevel } from "./levels";
export {
  availabilityComponent,
  callRouter,
  type EnterMeasure,
  groupMeasures,
  type LeaveMeasure,
  type Maintenance,
  maintenanceMinutes,
  maintenanceOf,
  maintenancePatience,
  setupsComponents,
  stoppedServices,
  transportComponent,
  transportService,
  watchingComponents,
  wholeServer,
  withSingleCopies,
} from "./maintenance";
export { releaseOfMedia } from "./media";
export { type Move, type MoveVerdict, move, moves } from "./moves";
export { type Permission, type Permissions, permissionsOf, wellKnownGuids } from "./permissions";
export { judgePreparation } from "./preparation";
export {
  compareProducts,
  isModern,
  type Product,
  productNames,
  productOfName,
  products,
} from "./products";
export {
  describeSign,
  mayBeOrphaned,
  type RestartSign,
  restartAfterSetup,
  restartSignsOf,
  restartSignsToRead,
  waitingUpdates,
} from "./restart";
export { describeRoute, graphOf, type Hop, type Route, route } from "./route";
export type { ReleaseName, TargetName } from "./rows";
export {
  administrativeGroup,
  publicFolderMailboxesGuid,
  registeredGuids,
  securityGroupNames,
  securityGroupsUnit,
  serverManagementGuid,
} from "./securityGroups";
export {
  type DirectoryWork,
  describeUpdate,
  directoryWorkOf,
  isSameCumulativeUpdate,
  type KnownUpdate,
  knownUpdates,
  newestKnownUpdate,
  releaseOfUpdate,
} from "./securityUpdates";
export { type RoleServices, roleServicesOf, servicesOf } from "./services";
export { hasSetup, type SetupFacts, setupOf } from "./setup";
export {
  answerSwitches,
  extendedProtections,
  licenseSwitchForm,
  type SetupAnswers,
  unfitAnswers,
} from "./setupAnswers";
export {
  consolePhases,
  type Duration,
  durations,
  logMarks,
  type SetupWork,
  setupSentences,
} from "./setupReport";
export {
  type Alternative,
  compareReleases,
  findRelease,
  type LevelAttribute,
  type Release,
  releases,
} from "./table";
export { missingParts, offered, offeredText, type TargetFacts, targetFactsOf } from "./targets";
export {
  builtIn,
  type Catalogue,
  predecessors,
  releaseNamed,
  startsFrom,
  stopsBetween,
  successors,
  type Transition,
  transition,
  transitions,
} from "./transitions";
export {
  describeUnreachable,
  describeUnreachableFrom,
  explainUnreachable,
  type Unreachable,
} from "./unreachable";
export {
  appliedCodes,
  installerAnswers,
  restartCode,
  windowsInstaller,
} from "./windowsInstaller";
export {
  describeWindows,
  judgeWindows,
  servicePackOfBuild,
  windowsBoundaryOf,
  windowsServerOfBuild,
} from "./windowsServer";
export {
  type ServiceNeed,
  serviceNeeds,
  serviceNeedsSource,
  servicesToRead,
  startedBySetup,
} from "./windowsServices";
export { either, listReleases } from "./wording";
