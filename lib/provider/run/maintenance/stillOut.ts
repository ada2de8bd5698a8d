/** A server that an earlier run has left out of service, told with what keeps this run from going on. */
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
 * What is said of a server that an earlier run has taken out of service, and that none has put back; null where nothing is kept on it.
 * Where that cannot be read, it is said of a server that the program takes out of service.
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

/** An error of a run that has not looked at the server's record itself, with what the record says. */
export async function withStillOut(step: Step, work: Work, call: Call, error: unknown): Promise<unknown> {
  const text = await stillOutOn(step, work, call);
  return text === null ? error : new Error(`${messageOf(error)}\n${text}`, { cause: error });
}
