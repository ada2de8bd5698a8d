/** The roles of a computer as Setup sees them: its registry keys below the release's Exchange key. */
import { type Build, type Role, roles } from "../../lib/facts";
import { compareBuilds, formatBuild, parseBuild } from "../../lib/releases";
import { type LabRelease, labReleaseOfBuild } from "../release-table";
import type { WindowsRegistry } from "../windows/registry";
import { keyOfRole } from "../windows/seed";

/** Role order inside one computer, as a real run shows it for the first three. */
const order: readonly Role[] = [
  "Hub Transport",
  "Client Access",
  "Mailbox",
  "Unified Messaging",
  "Edge Transport",
  "Management Tools",
];

/** The registry's view of one installed role. */
export interface RoleState {
  readonly role: Role;
  readonly keys: readonly string[];
  /** Finished at this build; null while Setup of the role has not finished, and for tools that have no configuration. */
  readonly configured: string | null;
  readonly unpacked: string | null;
  readonly watermark: string | null;
  /** What an unfinished Setup was doing. */
  readonly action: string | null;
}

/** What a run leaves in `Action` while a role is being upgraded. */
const upgradeAction = "BuildToBuildUpgrade";

/** Installed roles in the order in which Setup works. */
export function installedRoles(registry: WindowsRegistry, release: LabRelease): readonly RoleState[] {
  return order
    .filter((role) => roles.includes(role))
    .flatMap((role) => {
      const keys = [keyOfRole(release, role)].filter((key) => registry.has(key));
      const [first] = keys;
      if (first === undefined) return [];
      return [
        {
          role,
          keys,
          configured: registry.text(first, "ConfiguredVersion") ?? null,
          unpacked: registry.text(first, "UnpackedVersion") ?? null,
          watermark: registry.text(first, "Watermark") ?? null,
          action: registry.text(first, "Action") ?? null,
        },
      ];
    });
}

/** The build at which a role is finished. The tools may have no configuration (Microsoft Exchange Team, 2007-05-21). */
function finishedBuild({ role, configured, unpacked }: RoleState): Build | undefined {
  const version = configured ?? (role === "Management Tools" ? unpacked : null);
  return version === null ? undefined : parseBuild(version);
}

/** True when the role is at the release and nothing is left over. */
export function isFinished(state: RoleState, release: LabRelease): boolean {
  const build = finishedBuild(state);
  return build !== undefined && compareBuilds(build, release.build) === 0 && state.watermark === null;
}

/** The release that a role is at. */
export function releaseOfRole(state: RoleState): LabRelease | undefined {
  const build = finishedBuild(state);
  return build && labReleaseOfBuild(build);
}

/** True when a role is already above the release. */
export function isAbove(state: RoleState, release: LabRelease): boolean {
  const build = finishedBuild(state);
  return build !== undefined && compareBuilds(build, release.build) > 0;
}

function each(states: readonly RoleState[], change: (key: string) => void): void {
  for (const { keys } of states) for (const key of keys) change(key);
}

/** The files are there: every unfinished role's UnpackedVersion is the media's. */
export function unpack(registry: WindowsRegistry, states: readonly RoleState[], release: LabRelease): void {
  each(states, (key) => registry.set(key, "UnpackedVersion", formatBuild(release.build)));
}

/** A role's configuration begins: whatever interrupts it leaves the watermark. */
export function begin(registry: WindowsRegistry, state: RoleState, watermark: string): void {
  each([state], (key) => {
    registry.set(key, "Action", upgradeAction);
    registry.set(key, "Watermark", watermark);
  });
}

/** A role is finished. */
export function finish(registry: WindowsRegistry, state: RoleState, release: LabRelease): void {
  each([state], (key) => {
    if (state.configured !== null || state.role !== "Management Tools")
      registry.set(key, "ConfiguredVersion", formatBuild(release.build));
    registry.remove(key, "Watermark");
    registry.remove(key, "Action");
  });
}
