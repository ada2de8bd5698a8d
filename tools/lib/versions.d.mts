export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly prerelease: boolean;
}
export function parseVersion(text: string): Version | undefined;
export function compareVersions(a: Version, b: Version): number;
export function isAtLeast(text: string, minimum: string): boolean;
