/** Which release media hold, from the file version of Setup's program on them. */
import type { BuildNumber } from "./build";
import { type Release, releases } from "./table";

/**
 * The release whose media carry a file version. Only the first three numbers count: the fourth of Setup's program is
 * another than the build's for some releases (2013 CU13 has 15.0.1210.0 for 15.0.1210.3, 2019 CU15 has 15.2.1748.8 for
 * 15.2.1748.10; the table of michelderooij/Install-Exchange15). Media are of one release, so there is no band either.
 * Previews are left out: that of 2016 shares these numbers with 2016 RTM.
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
