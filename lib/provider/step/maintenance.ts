/** How the server of a step is taken out of service, as the program says. */
import type { Inputs } from "./inputs";
import { maintenanceMinutesOf } from "./maintenanceInputs";
import type { Step } from "./step";

/** How the server of a step is taken out of service; null where it is not. */
export type MaintenanceSettings = Exclude<NonNullable<Inputs["maintenance"]>, "none">;

/** What the program says of it; null where nothing is to be done. */
export function maintenanceIn({ kind, inputs }: Step): MaintenanceSettings | null {
  const { maintenance } = inputs;
  return kind !== "server" || maintenance === undefined || maintenance === "none" ? null : maintenance;
}

/** Minutes of a change window that are kept for it. */
export function maintenanceReserve(step: Step): number {
  const settings = maintenanceIn(step);
  return settings === null ? 0 : maintenanceMinutesOf(settings);
}
