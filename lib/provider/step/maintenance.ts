/** How the server of a step is taken out of service, as the program says. */
import { maintenanceMinutes, maintenancePatience } from "../../releases";
import type { Inputs } from "./inputs";
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
  if (settings === null) return 0;
  return settings.expected ?? maintenanceMinutes.enter + maintenanceMinutes.leave;
}

/** Minutes that are waited until the server is out of service, and until it is back. */
export function patienceOf({ patience }: MaintenanceSettings): number {
  return patience ?? maintenancePatience;
}
