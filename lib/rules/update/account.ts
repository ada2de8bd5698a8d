/** R81: the account that applies the update is a local administrator, and elevated. */
import { runModeTraits } from "../../runModes";
import { localAdministrator } from "../account/localAdministrators";
import { ok, type Verdict } from "../finding";
import type { UpdateCase } from "./updateCase";

/** R81. An operator elevates the prompt in which the update is started. */
export function elevatedAdministrator({ step }: UpdateCase): Verdict {
  if (runModeTraits[step.run].runsAs === "operator") return ok;
  return localAdministrator(
    step,
    "an elevated local administrator: an update that is applied without leaves the server in a bad state",
  );
}
