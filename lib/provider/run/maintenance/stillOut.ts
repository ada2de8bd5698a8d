/** Reports a server that an earlier run has left out of service, together with what keeps this run from going on. */
import { lookAtRecord } from "../../../host";
import { maintenanceOf } from "../../../releases";
import { recordOf } from "../../../rules/maintenance/found";
import {
  leftOutText,
  recordUnreadText,
  stillOutText,
  stillOutUnreadText,
} from "../../../rules/maintenance/texts";
import type { Work } from "../../../rules/maintenance/work";
import { messageOf } from "../../../wire/answers";
import type { Call } from "../../call";
import { askComputer } from "../../facts/askComputer";
import { maintenanceIn } from "../../step/maintenance";
import type { Step } from "../../step/step";

/**
 * The text on a server that an earlier run has taken out of service and no run has put back; null if the computer has
 * no record. If the record cannot be read, there is a text only if the program has `maintenance`.
 */
export async function stillOutOn(step: Step, work: Work, { run, signal }: Call): Promise<string | null> {
  const maintenance = maintenanceOf(step.target.product);
  const isAsked = step.kind === "server" && step.inputs.computer.connection !== undefined;
  if (!isAsked || maintenance === "none" || signal.aborted) return null;
  const { computer } = step;
  const isSaid = maintenanceIn(step) !== null;
  const unread = (why: string) => (isSaid ? stillOutUnreadText(computer, why) : null);
  return askComputer(
    step,
    run.logons,
    async (session) => {
      const { text, folder } = await lookAtRecord(session);
      if (text === null) return null;
      const found = recordOf(text);
      if (found === null) return recordUnreadText(computer, work, folder, false);
      const server = { computer, work, maintenance, found };
      return isSaid ? stillOutText(server) : leftOutText(server, folder);
    },
    { unread, late: (seconds) => `it has not answered within ${seconds} s` },
  );
}

/** Adds the record's text to an error of a run that has not looked at the record itself. */
export async function withStillOut(step: Step, work: Work, call: Call, error: unknown): Promise<unknown> {
  const text = await stillOutOn(step, work, call);
  return text === null ? error : new Error(`${messageOf(error)}\n${text}`, { cause: error });
}
