/** What tests of 2019 CU14 to SE RTM on fabrikam share: the inputs, and how a simulated server is in service. */
import { coordinatesOf } from "../../lab/coordinates";
import type { Props } from "../../lib/wire/values";
import type { LabSteps } from "./lab-steps";

export const answers = { acceptLicenseTerms: true, diagnosticData: false };

/** What is planned before the organization is prepared. */
export const planned = {
  target: "SE RTM",
  from: "2019 CU14 or 2019 CU15",
  schema: true,
  organization: false,
  domains: [],
};

export function seInputs(
  { lab }: Pick<LabSteps, "lab">,
  name: string,
  account: string,
  changes: Props,
): Props {
  const { directory, computers, accounts } = coordinatesOf(lab);
  return {
    target: "SE RTM",
    directory: { ...directory, ...accounts["FABRIKAM\\reader"] },
    computer: { name, media: "D:\\SE", connection: { ...computers[name], ...accounts[account] } },
    ...changes,
  };
}

/** Everything that has to be after maintenance as it was before. */
export function settingsOf({ lab }: Pick<LabSteps, "lab">, name: string) {
  const { management } = lab;
  const { requests, policy, disabled, node } = management.server(name);
  const asked = [...(requests ?? [])].flatMap(([component, states]) =>
    [...states]
      .filter(([, { state }]) => state !== "Active")
      .map(([who, { state }]) => [component, who, state]),
  );
  const { runningServices } = lab.computer(name).computer;
  const running = [...runningServices].filter((each) => /imap|pop|transport/.test(each));
  const suspended = management.databasesOn(name).map((each) => each.suspended.has(name));
  return { asked, policy, disabled, node, running: running.sort(), suspended };
}

/**
 * What keeps a server in service, null where nothing does: what the rules call out of service, said once more in other words. Asked
 * whenever Setup or the installer works.
 */
export function whyInService({ lab }: Pick<LabSteps, "lab">, name: string): string | null {
  const { management } = lab;
  const { policy, node, queues } = management.server(name);
  if (management.effective(name, "HubTransport") !== "Inactive") return "HubTransport";
  if ([...queues].some(([queue, count]) => !queue.startsWith("Shadow") && count > 0)) return "queues";
  if (management.groupOf(name) === null) return null;
  if (policy !== "Blocked") return "policy";
  if (node !== "Paused") return "node";
  if (management.managers.get("DAG1") === name) return "primary active manager";
  return management.databasesOn(name).some(({ active, copies }) => active === name && copies.length > 1)
    ? "active copies"
    : null;
}
