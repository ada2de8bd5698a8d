/**
 * The lines of the Exchange Management Shell with which a person puts a server back into service, if this program does
 * not.
 */
import {
  availabilityComponent,
  callRouter,
  type LeaveMeasure,
  type Maintenance,
  setupsComponents,
  transportComponent,
  wholeServer,
} from "../../releases";
import { measuresFor } from "./entering";
import type { FoundBefore } from "./found";
import { stateBefore } from "./leaving";

/** The lines in their order. `found` is what the server had before maintenance. @param server host name or FQDN */
export function leaveByHand(maintenance: Maintenance, found: FoundBefore, server: string): readonly string[] {
  const component = (name: string, state: string, requester: string) =>
    `Set-ServerComponentState ${server} -Component ${name} -State ${state} -Requester ${requester}`;
  const back = (name: string) => component(name, stateBefore(found, name), "Maintenance");
  const lines: { readonly [M in LeaveMeasure]: readonly string[] } = {
    "go online": [
      // A failed Setup leaves these set under its own requester, so that one has to be reset, too.
      ...setupsComponents
        .filter((name) => found.functional[name] !== "Inactive")
        .map((name) => component(name, "Active", "Functional")),
      back(wholeServer),
    ],
    "take calls": callRouter in found.effective ? [back(callRouter)] : [],
    "stop group maintenance":
      found.node === "Paused" ? [] : [`& "$exscripts\\StopDagServerMaintenance.ps1" -ServerName ${server}`],
    "resume node": found.node === "Paused" ? [] : [`Resume-ClusterNode ${server}`],
    "let databases stay":
      found.activationDisabledAndMoveNow === false
        ? [`Set-MailboxServer ${server} -DatabaseCopyActivationDisabledAndMoveNow $false`]
        : [],
    "let copies activate": [back(availabilityComponent)],
    "restore activation":
      found.activationPolicy === null
        ? []
        : [`Set-MailboxServer ${server} -DatabaseCopyAutoActivationPolicy ${found.activationPolicy}`],
    "suspend copies": found.suspended.map(
      (database) => `Suspend-MailboxDatabaseCopy "${database}\\${server.split(".")[0]}" -ActivationOnly`,
    ),
    "take messages": [back(transportComponent)],
    "restart transport": ["Restart-Service MSExchangeTransport"],
    "start services": found.running.length === 0 ? [] : [`Start-Service ${found.running.join(", ")}`],
  };
  return measuresFor(maintenance.leave, found.node !== null).flatMap((each) => lines[each]);
}
