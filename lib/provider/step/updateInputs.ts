/** The schema of a security update's own arguments, and of the argument `securityUpdate` of a server's upgrade. */
import { z } from "zod";
import type { Build } from "../../facts";
import type { StepKind } from "../../model";
import { formatBuild, isModern, parseBuild, type Release, releaseOfUpdate } from "../../releases";
import { catalogueOf } from "../../releases/catalogue";
import { DefinitionError, readDefinition } from "../../releases/definition";
import { hasUnknown, isRecord, type Props } from "../../wire/values";
import { targetIn } from "./target";

/** The arguments that say which update it is. */
export const updateParts = {
  /** Must be on a drive of the computer: the installer's service reads it, and has no rights on a share. */
  file: z
    .string()
    .regex(
      /^(?=[\x20-\x7e]{1,259}$)[A-Za-z]:\\[^/:*?"<>|%&^!\r\n]+\.msp$/i,
      'is not the path of an .msp on a drive of the computer, such as "D:\\SU\\Exchange2019-KB5074993-x64-en.msp"',
    ),
  kb: z.string().regex(/^KB\d{6,8}$/, 'is not the number of an article such as "KB5074993"'),
  build: z
    .string()
    .regex(
      /^15\.[0-2]\.\d{1,5}\.\d{1,5}$/,
      'is not a build of Exchange 2013 or later with four parts, such as "15.2.1748.43"',
    ),
} as const;

/** The argument `securityUpdate`. */
export const securityUpdate = z.union(
  [z.literal("none"), z.strictObject({ ...updateParts, expected: z.number().positive().optional() })],
  {
    error: 'is neither "none" nor an object such as { file: "D:\\\\SU\\\\….msp", kb: "KB…", build: "15.…" }',
  },
);

/** The build of the security update in a step's inputs; null for none, and for one that is not known. */
export function updateBuildOf({ securityUpdate }: Props): Build | null {
  const { build } = isRecord(securityUpdate) ? securityUpdate : {};
  return typeof build === "string" ? (parseBuild(build) ?? null) : null;
}

/** The release for whose updates a build is; undefined if none of this package or the program is. */
export function releaseOf(build: Build, definitions: unknown): Release | undefined {
  try {
    const catalogue = catalogueOf(
      Array.isArray(definitions) && !hasUnknown(definitions) ? definitions.map(readDefinition) : [],
    );
    return releaseOfUpdate(build, catalogue.releases);
  } catch (error) {
    // The step's own parser reports what is wrong with them.
    if (error instanceof DefinitionError) return undefined;
    throw error;
  }
}

/** What is wrong with a file whose name has the number of another article; null if nothing is. */
export function fileProblem(file: unknown, kb: unknown): string | null {
  const named = typeof file === "string" ? /KB\d{6,8}/i.exec(file.split("\\").at(-1) ?? "")?.[0] : undefined;
  const isOther =
    named !== undefined && typeof kb === "string" && !hasUnknown(kb) && named.toUpperCase() !== kb;
  return isOther ? `names ${named.toUpperCase()}, and \`kb\` is ${kb}` : null;
}

/** What is wrong with a build that belongs to no known release. */
export function unknownBuildProblem(build: Build): string {
  return `${formatBuild(build)} is an update of no cumulative update that this version knows; define that one in \`releases\``;
}

/** What is wrong with the arguments of a step that has a security update. @param given whether the program writes an argument */
export function securityUpdateProblems(
  step: StepKind,
  known: Props & { readonly securityUpdate?: z.infer<typeof securityUpdate> | undefined },
  given: (name: "securityUpdate" | "reboot") => boolean,
): readonly { readonly at: readonly string[]; readonly what: string }[] {
  if (!given("securityUpdate")) return [];
  if (step !== "server") return [{ at: ["securityUpdate"], what: "only a server's upgrade has it" }];
  const { securityUpdate: update } = known;
  const target = targetIn(known);
  if (update === undefined || update === "none" || target === undefined) return [];
  if (!isModern(target.product))
    return [
      {
        at: ["securityUpdate"],
        what: `Exchange ${target.product} has no security updates of this form, which began with 2013; leave it out, or say "none"`,
      },
    ];
  const build = parseBuild(update.build);
  const file = fileProblem(update.file, update.kb);
  const isRestarted = known.reboot === "ifRequired" || (known.reboot === undefined && given("reboot"));
  return [
    ...(file === null ? [] : [{ at: ["securityUpdate", "file"], what: file }]),
    ...(build === undefined || releaseOf(build, known.releases) !== undefined
      ? []
      : [{ at: ["securityUpdate", "build"], what: unknownBuildProblem(build) }]),
    ...(isRestarted
      ? []
      : [
          {
            at: ["reboot"],
            what: 'must be "ifRequired" with `securityUpdate`: the restart after Setup comes before the update',
          },
        ]),
  ];
}
