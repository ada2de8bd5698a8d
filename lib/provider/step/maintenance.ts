/** How the server of a step is taken out of service, by the program's arguments. */
import type { Inputs } from "./inputs";
import { maintenanceMinutesOf } from "./maintenanceInputs";
import type { Step } from "./step";

/** How the server of a step is taken out of service. */
export type MaintenanceSettings = Exclude<NonNullable<Inputs["maintenance"]>, "none">;

/** The program's settings; null if the server is not taken out of service. */
export function maintenanceIn({ kind, inputs }: Step): MaintenanceSettings | null {
  const { maintenance } = inputs;
  return kind !== "server" || maintenance === undefined || maintenance === "none" ? null : maintenance;
}

/** Minutes of a change window that are reserved for it. */
export function maintenanceReserve(step: Step): number {
  const settings = maintenanceIn(step);
  return settings === null ? 0 : maintenanceMinutesOf(settings);
}
