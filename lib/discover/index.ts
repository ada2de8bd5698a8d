/** Discovery: an organization read from the directory, as data and as the file that programs import. */

export { describeDiscovery } from "./describe";
export { type DiscoveryOptions, discover, isPrepared } from "./discover";
export type * from "./discoveredOrganization";
export { proposedTarget } from "./proposedTarget";
export { readDiscovery } from "./read";
export { type DirectorySource, organizationSource, type SourceOptions } from "./source";
