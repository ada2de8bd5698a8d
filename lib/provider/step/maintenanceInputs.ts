/** The schema of the argument `maintenance` of a server's upgrade. */
import { z } from "zod";
import type { StepKind } from "../../model";
import { maintenanceMinutes, maintenanceOf, maintenancePatience } from "../../releases";
import { targetIn } from "./target";
import { fqdn } from "./textInputs";

/** The argument `maintenance`. */
export const maintenance = z.union(
  [
    z.literal("none"),
    z.strictObject({
      redirectTo: z.union([z.literal("none"), fqdn]).optional(),
      patience: z.number().positive().optional(),
      expected: z.number().positive().optional(),
      allowSingleCopies: z.boolean().optional(),
      overrideMinimumTwoCopies: z.boolean().optional(),
    }),
  ],
  { error: 'is neither "none" nor an object such as { patience: 30 }' },
);

/** Arguments that must not be combined with it. @param given whether the program writes an argument */
export function maintenanceProblems(
  step: StepKind,
  known: Parameters<typeof targetIn>[0] & { readonly maintenance?: unknown },
  given: boolean,
): readonly { readonly at: readonly string[]; readonly what: string }[] {
  if (!given) return [];
  if (step !== "server") return [{ at: ["maintenance"], what: "only a server's upgrade has it" }];
  const release = targetIn(known);
  if (known.maintenance === undefined || known.maintenance === "none" || release === undefined) return [];
  return maintenanceOf(release.product) === "none"
    ? [
        {
          at: ["maintenance"],
          what: `Exchange ${release.product} has no maintenance mode: its servers have no component states, and no scripts for groups of databases; leave it out, or say "none"`,
        },
      ]
    : [];
}

/** The program's arguments about time. */
interface SaidOfTime {
  readonly expected?: number | undefined;
  readonly patience?: number | undefined;
}

/** Minutes that taking the server out of service and putting it back are expected to take together. */
export function maintenanceMinutesOf({ expected }: SaidOfTime): number {
  return expected ?? maintenanceMinutes.enter + maintenanceMinutes.leave;
}

/** Minutes to wait until the server is out of service, and until it is back. */
export function patienceOf({ patience }: SaidOfTime): number {
  return patience ?? maintenancePatience;
}
