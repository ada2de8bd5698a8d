/** The parts of Exchange that are installed on a computer, as Setup of 2013 and later finds and leaves them in the registry. */
import type { Build } from "../../../lib/facts";
import { compareBuilds, formatBuild, parseBuild } from "../../../lib/releases";
import { allPartsOf, type ModernLine, modernKey, type SetupPart } from "../../product-lines";
import type { LabRelease } from "../../release-table";
import { writeProduct } from "../../windows/modern-registry";
import type { WindowsRegistry } from "../../windows/registry";

/** What the registry says of one part. */
export interface InstalledPart {
  readonly part: SetupPart;
  readonly key: string;
  /** The build at which it is finished; null before it has ever been. */
  readonly configured: Build | null;
  readonly unpacked: Build | null;
  readonly watermark: boolean;
  /** What an unfinished Setup was doing. */
  readonly action: string | null;
}

/** What a run leaves in `Action` while it is upgrading a part: the installation mode in the logs. */
export const upgradeMode = "BuildToBuildUpgrade";

/** The product that is installed, from the version that Setup left; null where none is. */
export function installedLine(registry: WindowsRegistry): ModernLine | null {
  const lines: { readonly [minor: number]: ModernLine } = { 0: "2013", 1: "2016", 2: "2019" };
  const minor = registry.get(`${modernKey}\\Setup`, "MsiProductMinor")?.data;
  return typeof minor === "number" ? (lines[minor] ?? null) : null;
}

/** Installed parts in the order in which Setup works at them; `line` is that of the installed product. */
export function installedParts(registry: WindowsRegistry, line: ModernLine): readonly InstalledPart[] {
  return allPartsOf(line).flatMap((part) => {
    const key = `${modernKey}\\${part.key}`;
    if (!registry.has(key)) return [];
    const build = (name: string): Build | null => parseBuild(registry.text(key, name) ?? "") ?? null;
    return [
      {
        part,
        key,
        configured: build("ConfiguredVersion"),
        unpacked: build("UnpackedVersion"),
        watermark: registry.get(key, "Watermark") !== undefined,
        action: registry.text(key, "Action") ?? null,
      },
    ];
  });
}

/** True when nothing is left to do for the part. */
export function isDone({ configured, watermark }: InstalledPart, { build }: LabRelease): boolean {
  return configured !== null && compareBuilds(configured, build) >= 0 && !watermark;
}

/** The files are there: what is unpacked is the media's, and so is the product that Setup finds next time. */
export function unpackParts(
  registry: WindowsRegistry,
  parts: readonly InstalledPart[],
  { build }: LabRelease,
): void {
  for (const { key } of parts) registry.set(key, "UnpackedVersion", formatBuild(build));
  writeProduct(registry, build);
}

/** A part's configuration begins: whatever interrupts it leaves both values. */
export function beginPart(registry: WindowsRegistry, { key }: InstalledPart, watermark: string): void {
  registry.set(key, "Action", upgradeMode);
  registry.set(key, "Watermark", watermark);
}

/** A part is finished. */
export function finishPart(registry: WindowsRegistry, { key }: InstalledPart, { build }: LabRelease): void {
  registry.set(key, "ConfiguredVersion", formatBuild(build));
  registry.remove(key, "Watermark");
  registry.remove(key, "Action");
}
