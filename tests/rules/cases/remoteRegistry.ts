/** Cases of the rule on Remote Registry of 2013 and later: R19. */
import { known } from "../../../lib/facts";
import type { StepKind } from "../../../lib/model";
import { aCase, type Changes, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";

const rule =
  "  Rule:   R19, Setup can open the registry of its own computer through the Remote Registry service (Setup logs among the tests of microsoft/CSS-Exchange, rule RemoteRegException)";
const needed = "  Needed: the Remote Registry service, set to start automatically and running";
const startIt = "  Fix:    sc config RemoteRegistry start= auto, then net start RemoteRegistry";

const starts = (value: number | null, step: StepKind = "server", changes: Changes = {}) =>
  aCase({
    step,
    target: "SE RTM",
    ...changes,
    machine: { remoteRegistry: known(value, "the service RemoteRegistry") },
  });

const disabled = (step: string, computer: string): Says =>
  fails(
    `R19 (must), ${step} on ${computer}: the Remote Registry service is disabled`,
    "  Found:  start type 4, read from the service RemoteRegistry",
    needed,
    `  Where:  on ${computer}`,
    startIt,
    rule,
  );

export const R19: CaseTable = [
  { name: "it starts with Windows", of: starts(2), says: ok },
  { name: "it starts on demand: an upgrade starts it", of: starts(3, "server", { apply: true }), says: ok },
  { name: "it is disabled", of: starts(4), says: disabled("server upgrade", "mbx-lon.contoso.com") },
  {
    name: "it is disabled, before a preparation",
    of: starts(4, "schema", { apply: true }),
    says: disabled("schema preparation", "dc1.contoso.com"),
  },
  {
    name: "it starts on demand, and no preparation starts it",
    of: starts(3, "organization"),
    says: fails(
      "R19 (should), Active Directory preparation on dc1.contoso.com: the Remote Registry service starts on demand, and a preparation does not start it",
      "  Found:  start type 3, read from the service RemoteRegistry",
      needed,
      "  Where:  on dc1.contoso.com",
      startIt,
      rule,
    ),
  },
  {
    name: "it is not there",
    of: starts(null, "domain"),
    says: fails(
      "R19 (must), domain preparation on emea-dc1.emea.contoso.com: the Remote Registry service is not there",
      "  Found:  no such service, read from the service RemoteRegistry",
      needed,
      "  Where:  on emea-dc1.emea.contoso.com",
      "  Fix:    bring the service RemoteRegistry back, which belongs to Windows",
      rule,
    ),
  },
  {
    name: "it could not be read",
    of: aCase({ target: "SE RTM", machine: { remoteRegistry: silent } }),
    says: notVerified(
      "R19 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      needed,
      "  Where:  on mbx-lon.contoso.com",
      "  Fix:    let the connection read the service's registry key",
      rule,
    ),
  },
  {
    name: "a preparation that an operator runs, without a connection",
    of: aCase({ step: "schema", target: "SE RTM", run: "manual", machine: { remoteRegistry: silent } }),
    says: ok,
  },
];
