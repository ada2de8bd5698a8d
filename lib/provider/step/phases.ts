/** The phases of a step by its arguments, for the review. */
import { type Phase, phasesFrom } from "../../plan/phases";
import { isModern } from "../../releases";
import type { Case } from "../../rules/case";
import { maintenanceIn, maintenanceReserve } from "./maintenance";
import { type Step, updateMinutes } from "./step";
import { expectedOf, programsOf, reservedMinutes } from "./windowRefusal";

/** The phases that are still to come. The sum of their minutes is that of {@link neededMinutes}. */
export function phasesOf(step: Step, c: Case): readonly Phase[] {
  const { timeouts, securityUpdate } = step.inputs;
  const saidOr = (given: number | undefined, other: Phase["support"]) =>
    given === undefined ? other : "program";
  const givenForUpdate =
    securityUpdate === undefined || securityUpdate === "none" ? undefined : securityUpdate.expected;
  const restart = reservedMinutes(step);
  return phasesFrom({
    runs: programsOf(step, c).map((each) =>
      each === "Setup"
        ? {
            what: "Setup",
            minutes: expectedOf(step, c),
            // The documentation tells minutes of later products only.
            support: saidOr(timeouts?.expected, isModern(step.target.product) ? "documented" : "unverified"),
          }
        : {
            what: "security update",
            minutes: updateMinutes(step),
            support: saidOr(givenForUpdate, "unverified"),
          },
    ),
    restart: restart === 0 ? null : { minutes: restart, support: saidOr(timeouts?.reboot, "unverified") },
    maintenance: maintenanceIn(step) === null ? null : maintenanceReserve(step),
  });
}
