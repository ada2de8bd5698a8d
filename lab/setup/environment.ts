/** What a simulated Setup is connected to, and how it works through a phase. */
import type { Management } from "../management/model";
import type { Organization } from "../organization";
import type { DirectoryTarget } from "../windows/domain";
import { fileMessages } from "../windows/files";
import type { ProgramContext } from "../windows/programs/program";
import { DirectoryRefusal } from "./directory";
import type { SetupFaults, SetupRun } from "./runs";

/** What Setup on one computer is connected to. */
export interface SetupEnvironment {
  readonly organization: Organization;
  /** Null where no directory is reached. */
  readonly directory: DirectoryTarget | null;
  /** Duration of each phase. */
  readonly phaseMs: number;
  readonly faults: SetupFaults;
  /** What Setup sets of the server's components. */
  readonly management: Management;
  /** Every run is added here. */
  readonly runs: SetupRun[];
}

/** How a run ended that was not killed. */
export type SetupOutcome = "completed" | "refused" | "failed";

/** Setup stopped in the middle of its work. */
export class PhaseFailed extends Error {}

/**
 * One phase: it takes its time, may be told to hang or to fail, and then has its effect.
 * @returns why it failed; null when it is done
 */
export async function performPhase(
  { faults, phaseMs }: SetupEnvironment,
  { process, computer }: ProgramContext,
  phase: string,
  effect: () => Promise<void>,
): Promise<string | null> {
  await process.sleep(phaseMs);
  while (faults.hangAt === phase) await process.sleep(20);
  faults.atPhase?.(phase, "before");
  process.check();
  try {
    const failure = faults.failures?.find((each) => each.phase === phase && (each.times ?? 1) > 0);
    if (failure) {
      failure.times = (failure.times ?? 1) - 1;
      throw new DirectoryRefusal(failure.reason ?? "Windows Installer could not finish. Error code is 1603.");
    }
    if (computer.files.room <= 0) throw new DirectoryRefusal(fileMessages.diskFull);
    await effect();
    faults.atPhase?.(phase, "after");
    process.check();
    return null;
  } catch (error) {
    process.check();
    if (!(error instanceof DirectoryRefusal)) throw error;
    return error.message;
  }
}
