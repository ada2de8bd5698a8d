/** Builds: compares them, and reads and writes their forms on servers and in registries. */
import type { Build } from "../facts";
import { releases } from "./table";

/** A build without its revision. */
export type BuildNumber = Pick<Build, "major" | "minor" | "build">;

/** `8.1.240.6`: always four parts, without zero padding. */
export function formatBuild(build: Build): string {
  return `${build.major}.${build.minor}.${build.build}.${build.revision}`;
}

/**
 * serialNumber adds this to the build number. Some servers are said to omit it, so it is only subtracted from numbers
 * that reach it.
 */
const serialNumberOffset = 30000;

/**
 * Adds the revision to a build number that came without one. The revision only matters at the very build number of a
 * release: if exactly one release has that number, its published revision is taken. Otherwise it is 0.
 */
export function completeBuild(number: BuildNumber): Build {
  const [only, ...others] = releases.filter(
    ({ build }) =>
      build.major === number.major && build.minor === number.minor && build.build === number.build,
  );
  const revision = only !== undefined && others.length === 0 ? only.build.revision : 0;
  return { major: number.major, minor: number.minor, build: number.build, revision };
}

function assemble(
  major: string | undefined,
  minor: string | undefined,
  build: number,
  revision: string | undefined,
): Build {
  const number = { major: Number(major), minor: Number(minor), build };
  return revision === undefined ? completeBuild(number) : { ...number, revision: Number(revision) };
}

/**
 * Reads `8.1.240.6`, the form of ConfiguredVersion and UnpackedVersion in the registry. Zero padding
 * (`15.02.1748.010`, msExchProductId) is accepted, and a missing revision is completed ({@link completeBuild}).
 */
export function parseBuild(text: string): Build | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})(?:\.(\d{1,5}))?$/.exec(text.trim());
  return match === null ? undefined : assemble(match[1], match[2], Number(match[3]), match[4]);
}

/**
 * Reads serialNumber of a server object: `Version 8.1 (Build 30240.6)`. Revisions may be zero-padded or missing, and
 * 30000 is subtracted only from build numbers that reach it. The form of 2003, `Version 6.5 (Build 7638.2: Service Pack
 * 2)`, is read too.
 *
 * The attribute is only a hint. An Edge Transport object keeps the old value until the server subscribes again, and
 * security updates have written a higher build than the release's.
 */
export function parseSerialNumber(text: string): Build | undefined {
  const match = /^Version (\d{1,3})\.(\d{1,3}) \(Build (\d{1,5})(?:\.(\d{1,5}))?(?::[^)]*)?\)$/i.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const written = Number(match[3]);
  const build = written >= serialNumberOffset ? written - serialNumberOffset : written;
  return assemble(match[1], match[2], build, match[4]);
}

/** serialNumber as Setup of 2007 and later writes it, without zero padding. */
export function formatSerialNumber(build: Build): string {
  return `Version ${build.major}.${build.minor} (Build ${serialNumberOffset + build.build}.${build.revision})`;
}

/** Top four bits of versionNumber from 2007 on. */
const versionNumberTag = 7;

/**
 * Reads versionNumber of a server object, a 32-bit integer: four bits with the value 7, six bits major, six bits minor,
 * one flag, fifteen bits build. It has no revision. Undefined for integers of another form, such as those before 2007.
 */
export function decodeVersionNumber(value: number): BuildNumber | undefined {
  if (!Number.isInteger(value) || value >>> 0 !== value || value >>> 28 !== versionNumberTag)
    return undefined;
  return { major: (value >>> 22) & 0x3f, minor: (value >>> 16) & 0x3f, build: value & 0x7fff };
}

/**
 * versionNumber of a build, with the flag set as real servers have it.
 * @throws RangeError when a part does not fit.
 */
export function encodeVersionNumber(build: Build): number {
  if (build.major > 0x3f || build.minor > 0x3f || build.build > 0x7fff) {
    throw new RangeError(
      `versionNumber holds a major and a minor version up to 63 and a build up to 32767; ${formatBuild(build)} does not fit`,
    );
  }
  return ((versionNumberTag << 28) | (build.major << 22) | (build.minor << 16) | 0x8000 | build.build) >>> 0;
}
