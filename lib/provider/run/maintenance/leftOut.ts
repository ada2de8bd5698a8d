/** A server that an earlier run has taken out of service, and that the program no longer takes care of. */
import { maintenanceOf } from "../../../releases";
import { recordOf } from "../../../rules/maintenance/found";
import { leftOutText, recordUnreadText } from "../../../rules/maintenance/texts";
import type { Step } from "../../step/step";
import type { AroundSetup } from "../perform";

/**
 * What refuses to start Setup on a server whose maintenance has begun, where the program says nothing of maintenance any more: nobody
 * would put the server back. Undefined where no server of the target is taken out of service by this program.
 */
export function refusingLeftOut(step: Step): AroundSetup | undefined {
  const maintenance = maintenanceOf(step.target.product);
  if (step.kind !== "server" || maintenance === "none") return undefined;
  const { computer, target } = step;
  return {
    before: async (held) => {
      const text = await held.kept();
      if (text === null) return;
      const found = recordOf(text);
      if (found === null) throw new Error(recordUnreadText(computer, held.recordFolder));
      throw new Error(leftOutText({ computer, target, maintenance, found }, held.recordFolder));
    },
  };
}
