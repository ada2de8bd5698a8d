/** Judges the media on a computer: they contain the target's Setup (R8). */
import type { Cause } from "../../cause";
import type { Unknown } from "../../facts";
import { formatBuild, releaseOfMedia } from "../../releases";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { argument, argumentPath } from "../program/argumentTexts";

/** R8: the media contain the target's Setup. */
export function targetMedia(c: Case): Verdict {
  if (c.media === null) return ok;
  const { media } = c.facts.computer;
  const needed = `Setup of ${c.target.name} (${formatBuild(c.target.build)}) in ${c.media}`;
  const where = `on ${c.computer}`;
  const fix = `put the files of ${c.target.name} there, or correct ${argument(c, "computer.media")}`;
  const waive = "look at the media, and waive R8 when they are the target's";
  // The program copies the media before Setup; they are judged after that.
  const comes = c.staged && !c.apply;
  if (comes && (!media.known || media.value === null)) return ok;
  if (!media.known)
    return { verdict: "unknown", why: media.why, ...mediaCause(c, media), needed, where, fix: waive };
  if (media.value === null) {
    return {
      verdict: "fails",
      problem: `there is no Setup in ${c.media}`,
      found: `no such file: ${media.source}`,
      needed,
      where,
      fix,
    };
  }
  const release = releaseOfMedia(media.value, c.catalogue.releases);
  if (release?.name === c.target.name) return ok;
  // It is unverified that the program of 2007 has the release's build. A version that no release has proves nothing.
  if (release === undefined) {
    const why = `${formatBuild(media.value)}, the file version of ${media.source}, is that of no known release`;
    return { verdict: "unknown", why, needed, where, fix: waive };
  }
  return {
    verdict: "fails",
    problem: `the media are not those of ${c.target.name}`,
    found: `${formatBuild(media.value)} (${release.name}), the file version of ${media.source}`,
    needed,
    where,
    fix,
  };
}

/** The cause if only the media cannot be read: one for all computers with media in such a folder. */
function mediaCause(
  { place, media, target, facts }: Case,
  { why, cause }: Unknown,
): { readonly cause?: Cause } {
  if (cause !== undefined || !facts.computer.identity.known) return {};
  return {
    cause: {
      code: "XU-MEDIA",
      problem: `the release of the media cannot be read: ${why}`,
      found: null,
      needed: `Setup of ${target.name} (${formatBuild(target.build)}) in ${media}`,
      arguments: [argumentPath(place, ["computer", "media"])],
      fix: "let the connection's account list the folder; or look at the media, and waive R8 when they are the target's",
    },
  };
}
