/** R83: no required service of the installed roles is disabled after a security update. */
import { serviceStarts } from "../../facts";
import { servicesOf } from "../../releases";
import type { Case } from "../../rules/case";
import { type About, blocking, findingOf, waive } from "../../rules/evaluate";
import { ok, type Verdict } from "../../rules/finding";
import { argument } from "../../rules/program/argumentTexts";
import { renderFindings } from "../../rules/sharedFindings";
import type { Call } from "../call";
import { type Services, servicesOn } from "../run/reportServices";
import type { Step } from "../step/step";

/**
 * Looks at the services that an update, or one of several, may have left disabled.
 * @param seen the computer with its installed roles
 * @param left an earlier update that is not proven, in a few words @default it is the update that was just applied
 * @throws Error with R83 if a required service is disabled or could not be read, and no waiver gives a reason
 */
export async function refuseDisabled(
  step: Step,
  seen: Case,
  about: About,
  call: Call,
  left: string | null = null,
): Promise<void> {
  const verdict = servicesVerdict(step, await servicesOfRoles(step, seen, call), left);
  if (verdict.verdict === "ok") return;
  const { remaining, accepted } = waive([findingOf("R83", about, verdict)], step.inputs.waive);
  for (const { reason } of accepted) await call.log.info(`${step.computer}: R83 is waived (${reason})`);
  const refused = blocking(remaining);
  if (refused.length > 0) throw new Error(renderFindings(refused).join("\n"));
}

/** The services of the installed roles, or why they could not be read. */
export async function servicesOfRoles(step: Step, { facts }: Case, call: Call): Promise<Services | string> {
  const { roles } = facts.computer;
  if (!roles.known) return roles.why;
  const names = servicesOf(
    step.target.product,
    roles.value.map(({ role }) => role),
  );
  return servicesOn(step, names, call);
}

/** R83. The update's own script disables services while it runs, and should enable them at the end. */
function servicesVerdict(step: Step, services: Services | string, left: string | null): Verdict {
  const about = { needed: "required services, none of them disabled", where: `on ${step.computer}` };
  const after = left === null ? "" : `; ${left}`;
  const unread =
    typeof services === "string"
      ? services
      : Object.entries(services).flatMap(([name, service]) =>
          service.known ? [] : [`${name}: ${service.why}`],
        )[0];
  const disabled =
    typeof services === "string"
      ? []
      : Object.entries(services).flatMap(([name, service]) =>
          service.known && service.value?.start === serviceStarts.disabled ? [name] : [],
        );
  if (disabled.length > 0)
    return {
      verdict: "fails",
      problem: `required services are disabled: ${disabled.join(", ")}`,
      found: `disabled: ${disabled.join(", ")}${after}`,
      ...about,
      fix: `in Windows PowerShell there, in the folder Bin of Exchange: Add-PSSnapin Microsoft.Exchange.Management.PowerShell.Setup, then .\\ServiceControl.ps1 AfterPatch; start the services, and run pulumi up again. A service that is disabled on purpose: ${argument(step, "waive", ': { R83: "the reason" }')}`,
      waivable: true,
    };
  if (unread === undefined) return ok;
  return {
    verdict: "unknown",
    why: `services could not be read: ${unread}${after}`,
    ...about,
    fix: "let them be read, and run pulumi up again: it adopts what is installed",
  };
}
