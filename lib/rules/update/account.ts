/** R81: the account that applies the update is a local administrator, and elevated. */
import { runModeTraits } from "../../runModes";
import { localAdministrator } from "../account/localAdministrators";
import { ok, type Verdict } from "../finding";
import type { UpdateCase } from "./updateCase";

/** R81. An operator starts the update in an elevated prompt. */
export function elevatedAdministrator({ step }: UpdateCase): Verdict {
  if (runModeTraits[step.run].runsAs === "operator") return ok;
  return localAdministrator(
    step,
    "an elevated local administrator: an update that is applied without leaves the server in a bad state",
  );
}
