/** Which release media contain, from the file version of Setup's program. */
import type { BuildNumber } from "./build";
import { type Release, releases } from "./table";

/**
 * The release whose media have a file version. Only the first three numbers count, since for some releases the fourth
 * one of Setup's program differs from the build's. 2013 CU13 has 15.0.1210.0 for 15.0.1210.3, and 2019 CU15 has
 * 15.2.1748.8 for 15.2.1748.10 (the table of michelderooij/Install-Exchange15). Media have exactly one release, so
 * there is no band. Previews are left out: that of 2016 shares these numbers with 2016 RTM.
 */
export function releaseOfMedia(
  { major, minor, build }: BuildNumber,
  among: readonly Release[] = releases,
): Release | undefined {
  return among.find(
    (release) =>
      !release.preview &&
      release.build.major === major &&
      release.build.minor === minor &&
      release.build.build === build,
  );
}
