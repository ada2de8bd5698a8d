/** Runs a program with the server out of service around it, everything under one lock of its computer. */
import type { HeldComputer } from "../../../host";
import { maintenanceOf, withSingleCopies } from "../../../releases";
import type { FoundBefore } from "../../../rules/maintenance/found";
import {
  betweenText,
  keptOutText,
  notBegunText,
  notHealthyText,
  notStartedText,
  staysOutText,
  stillRunsText,
} from "../../../rules/maintenance/texts";
import type { Work } from "../../../rules/maintenance/work";
import { messageOf } from "../../../wire/answers";
import type { Call } from "../../call";
import type { MaintenanceSettings } from "../../step/maintenance";
import type { Step } from "../../step/step";
import type { Around, EndedRun } from "../onComputer";
import type { NextProgram, OutOfService } from "../restarted";
import {
  enterMaintenance,
  keptOrEntered,
  type Left,
  leaveMaintenance,
  SaysAll,
  serverOf,
  undo,
} from "./phases";
import type { Served } from "./shell";
import { withStillOut } from "./stillOut";

/** The program must not be started, and was not started. */
class NotBegun extends Error {}

/** A program with the proof of its result. */
export interface Proven<Ran, Result> {
  /** @throws Error if the program must not be started any more: taking the server out of service takes time */
  mayStart(): void;
  run(around: Around<Ran>): Promise<Ran>;
  /** Proves the result, and puts the server back on its way. */
  settle(ran: Ran, out: OutOfService): Promise<Result>;
}

/** A server, and how the program says that it is taken out of service. @throws Error where nothing is described for its product */
export function servedBy(step: Step, work: Work, settings: MaintenanceSettings, call: Call): Served {
  const described = maintenanceOf(step.target.product);
  if (described === "none") throw new Error(`no maintenance is described for ${step.target.name}`);
  const maintenance = settings.allowSingleCopies === true ? withSingleCopies(described) : described;
  return { step, work, maintenance, settings, call };
}

/**
 * Takes the server out of service, runs the program, restarts the server, puts it back and proves all of it. Finds what
 * an earlier call has done of that, and goes on.
 * @throws Error; if the server stays out of service, it says so and how to go on
 */
export async function outOfService<Ran, Result>(
  served: Served,
  { mayStart, run, settle }: Proven<Ran, Result>,
): Promise<{ readonly ran: Ran; readonly result: Result }> {
  const { step } = served;
  // The work for which the server is out of service: a security update may follow Setup.
  let work = served.work;
  // The state to restore while the server is out of service; null while this call has it in service.
  let out: FoundBefore | null = null;
  // True while the server is being taken out or put back: an error may then leave it anywhere between.
  let isBetween = false;
  let isInstalled = false;
  let settled: { readonly result: Result } | undefined;
  /** @throws Error where something that the program no longer names is still at work */
  const requireRest = async (computer: HeldComputer): Promise<void> => {
    await computer.hold();
    const running = (await computer.operations()).filter(({ state }) => state === "running");
    const names = running.map(({ name }) => name);
    if (names.length > 0) throw new Error(stillRunsText(step.computer, work, names));
  };
  const leave = async (computer: HeldComputer): Promise<void> => {
    await requireRest(computer);
    isInstalled = true;
    isBetween = true;
    const left = await leaveMaintenance({ ...served, work }, computer, out);
    out = null;
    await tellHealth({ ...served, work }, left);
  };
  const enter = async (computer: HeldComputer, wasTried: boolean, mayStart: () => void): Promise<void> => {
    const own = { ...served, work };
    // Clients would connect to a half upgraded server, where it has not served since then.
    const staysOut = wasTried && (await computer.kept()) !== null;
    const takeBack = async (found: FoundBefore): Promise<string | null> =>
      staysOut ? keptOutText(work) : undo(own, computer, found);
    isBetween = true;
    const found = await enterMaintenance(own, computer, takeBack, (begun) => {
      out = begun;
    });
    isBetween = false;
    try {
      mayStart();
    } catch (error) {
      throw new SaysAll(notStartedText(serverOf(own, found), messageOf(error), await takeBack(found)));
    }
  };
  const next = async (computer: HeldComputer, own: Work, program: NextProgram): Promise<EndedRun> => {
    const before = async (wasTried: boolean): Promise<void> => {
      const why = await program.whyNot();
      if (why === null) return enter(computer, wasTried, program.mayStart);
      throw wasTried ? new Error(why) : new NotBegun(why);
    };
    isInstalled = false;
    work = own;
    try {
      return await program.run(computer, before);
    } catch (error) {
      if (!(error instanceof NotBegun)) throw error;
      // The release is whole, so nothing keeps the server out of service.
      work = served.work;
      await leave(computer).catch((failed: unknown) => {
        if (failed instanceof SaysAll) throw new SaysAll(`${error.message}\n${failed.message}`);
        throw failed;
      });
      throw new SaysAll(notBegunText(step.computer, work, error.message));
    }
  };
  try {
    const ran = await run({
      before: (computer, wasTried) => enter(computer, wasTried, mayStart),
      after: async (computer, ran) => {
        await computer.hold();
        // An unreadable record is reported when the server is put back, together with the program's result.
        let unread: SaysAll | null = null;
        try {
          out = await keptOrEntered(served, computer, out);
        } catch (error) {
          if (!(error instanceof SaysAll)) throw error;
          unread = error;
        }
        const result = await settle(ran, {
          restart: async (options) => {
            await requireRest(computer);
            return computer.restart(options);
          },
          leave: () => leave(computer),
          operations: () => computer.operations(),
          next: (own, program) => next(computer, own, program),
        }).catch((error: unknown) => {
          if (unread === null || error instanceof SaysAll) throw error;
          throw new SaysAll(`${messageOf(error)}\n${unread.message}`);
        });
        settled = { result };
      },
    });
    if (settled === undefined)
      throw new Error(`${step.computer}: ${work.program} has ended, and nobody has looked at its result`);
    return { ran, ...settled };
  } catch (error) {
    if (error instanceof SaysAll) throw new Error(error.message);
    // This call has put the server back, or has not come to it: an earlier one may have.
    if (out === null) throw isInstalled ? error : await withStillOut(step, work, served.call, error);
    const server = serverOf({ ...served, work }, out);
    if (isBetween) throw new Error(betweenText(server, messageOf(error), isInstalled));
    throw new Error(staysOutText(server, messageOf(error)));
  }
}

/** Logs a line on the server's health, and a warning for each part that is not healthy (R68). */
async function tellHealth({ step, work, call: { log } }: Served, left: Left | null): Promise<void> {
  if (left === null) return;
  const { health, isOut } = left;
  const fine = health.filter((line) => line.state === "ok").map(({ text }) => text);
  const other = health.filter((line) => line.state !== "ok").map(({ text }) => text);
  const is = isOut ? "out of service, as it was found" : "in service again";
  await log.info(`${step.computer}: ${is}${fine.length === 0 ? "" : `: ${fine.join(", ")}`}`);
  if (other.length > 0) await log.warn(notHealthyText(step.computer, work, other, isOut));
}
