/** The management shell of Exchange servers, by which they are taken out of service. */
import { performAct, readMaintenance } from "../../host";

export interface ManagementShell {
  readonly read: typeof readMaintenance;
  readonly perform: typeof performAct;
}

export const managementShell: ManagementShell = { read: readMaintenance, perform: performAct };
