/** Shared by the tests of the simulated Setup: running it over SSH, and reading what it changed. */
import assert from "node:assert/strict";
import { contoso, type Lab, type LabOptions, startLab } from "../../lab";
import type { LabComputer, Organization } from "../../lab/organization";
import { domainDn, withDirectory } from "../../lab/windows/domain";
import { connect, exec, type Outcome } from "./windows-support";

/** Contoso with changed computers, started with quick phases. */
export function startContoso(
  changes: { readonly [fqdn: string]: Partial<LabComputer> } = {},
  options: LabOptions = {},
  organization: Organization = contoso,
): Promise<Lab> {
  const computers = organization.computers.map((each) => ({ ...each, ...changes[each.name] }));
  return startLab({ ...organization, computers }, { setupSeconds: 0.002, ...options });
}

/** Runs a command on a computer as an account. */
export async function command(lab: Lab, fqdn: string, account: string, line: string): Promise<Outcome> {
  const { user, password } = lab.connection(fqdn, account);
  const client = await connect(lab.computer(fqdn), { username: user, password });
  try {
    return await exec(client, line);
  } finally {
    client.end();
  }
}

/** Runs the Setup of 2007 SP1 on a computer as an account. */
export function setup(lab: Lab, fqdn: string, account: string, args: string): Promise<Outcome> {
  return command(lab, fqdn, account, `D:\\SP1\\Setup.com ${args}`);
}

/** The same, as an operator does it who looks at the end. @throws AssertionError with what Setup has printed where it fails */
export async function setupSucceeds(lab: Lab, fqdn: string, account: string, args: string): Promise<void> {
  const { code, stdout } = await setup(lab, fqdn, account, args);
  assert.equal(code, 0, stdout);
}

/** Restarts a computer, and waits until it is there again. */
export async function restart(lab: Lab, fqdn: string): Promise<void> {
  const { computer } = lab.computer(fqdn);
  computer.restart();
  while (computer.down) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Does every preparation of contoso. */
export async function prepareContoso(lab: Lab): Promise<void> {
  for (const [fqdn, account, args] of [
    ["dc1.contoso.com", "CONTOSO\\prep", "/PrepareAD"],
    ["emea-dc1.emea.contoso.com", "EMEA\\emeaprep", "/PrepareDomain"],
  ] as const)
    await setupSucceeds(lab, fqdn, account, args);
}

/** The levels of the forest, read over LDAP by an ordinary account. */
export async function levels(
  lab: Lab,
): Promise<{ schema: number; organization: number; root: number; child: number }> {
  const read = async (domain: string, dn: string, attribute: string): Promise<number> => {
    const reader = { user: "CONTOSO\\reader", password: "Lab-Reader-1" };
    return withDirectory(lab.target, lab.target.dcOfDomain(domain), reader, async (client) => {
      const { searchEntries } = await client.search(dn, { scope: "base", attributes: [attribute] });
      return Number(searchEntries[0]?.[attribute]);
    });
  };
  const root = "contoso.com";
  const child = "emea.contoso.com";
  const configuration = `CN=Configuration,${domainDn(root)}`;
  const meso = "CN=Microsoft Exchange System Objects";
  return {
    schema: await read(root, `CN=ms-Exch-Schema-Version-Pt,CN=Schema,${configuration}`, "rangeUpper"),
    organization: await read(
      root,
      `CN=${lab.organization.organizationName},CN=Microsoft Exchange,CN=Services,${configuration}`,
      "objectVersion",
    ),
    root: await read(root, `${meso},${domainDn(root)}`, "objectVersion"),
    child: await read(child, `${meso},${domainDn(child)}`, "objectVersion"),
  };
}

/** serialNumber and versionNumber of a computer's server object. */
export async function serverVersion(lab: Lab, name: string): Promise<readonly [string, string]> {
  const reader = { user: "CONTOSO\\reader", password: "Lab-Reader-1" };
  return withDirectory(lab.target, lab.target.schemaMaster, reader, async (client) => {
    const { searchEntries } = await client.search(`CN=Configuration,${domainDn("contoso.com")}`, {
      scope: "sub",
      filter: `(&(objectClass=msExchExchangeServer)(cn=${name}))`,
      attributes: ["serialNumber", "versionNumber"],
    });
    return [String(searchEntries[0]?.serialNumber), String(searchEntries[0]?.versionNumber)];
  });
}

/** What the registry says of a role: configured, unpacked, and whether a watermark and an action are there. */
export function roleState(lab: Lab, fqdn: string, key: string): readonly (string | boolean | undefined)[] {
  const { registry } = lab.computer(fqdn);
  const path = `HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0\\${key}`;
  return [
    registry.text(path, "ConfiguredVersion"),
    registry.text(path, "UnpackedVersion"),
    registry.get(path, "Watermark") !== undefined,
    registry.get(path, "Action") !== undefined,
  ];
}

/** ExchangeSetup.log of a computer, without the times. */
export function setupLog(lab: Lab, fqdn: string): readonly string[] {
  const text = lab.computer(fqdn).files.read("C:\\ExchangeSetupLogs\\ExchangeSetup.log").toString();
  return text
    .split("\r\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^\[[^\]]+\] \[\d\] /, ""));
}

/** Results of every Setup run on a computer. */
export function results(lab: Lab, fqdn: string): readonly string[] {
  return lab.computer(fqdn).setupRuns.map((run) => run.result);
}
