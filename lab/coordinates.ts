/** The file that tells programs where a running lab is. It holds the lab's passwords: only its owner may read it. */
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lab } from ".";

/** Everything a program needs to reach a lab. */
export interface LabCoordinates {
  readonly organization: string;
  readonly directory: {
    /** LDAPS URL of the schema master. */
    readonly url: string;
    /** PEM of the certificate authority. */
    readonly ca: string;
    /** LDAPS URL of every domain controller by FQDN, because their names do not resolve. */
    readonly domainControllers: { readonly [fqdn: string]: string };
  };
  /** SSH servers by the computer's FQDN. */
  readonly computers: {
    readonly [fqdn: string]: { readonly host: string; readonly port: number; readonly hostKey: string };
  };
  /** Passwords by account: `NETBIOS\name`, or `FQDN\name` for a computer's own. */
  readonly accounts: { readonly [account: string]: { readonly user: string; readonly password: string } };
}

/** Path of the file: the environment's EXCHANGE_LAB, else exchange-lab.json in the folder for temporary files. */
export function coordinatesFile(): string {
  return process.env.EXCHANGE_LAB ?? join(tmpdir(), "exchange-lab.json");
}

/** Where a running lab is. */
export function coordinatesOf(lab: Lab): LabCoordinates {
  const { organization, target } = lab;
  const accounts: { [account: string]: { user: string; password: string } } = {};
  for (const { name, domain, password } of organization.accounts) {
    const netbios = organization.domains.find((each) => each.name === domain)?.netbios ?? domain;
    accounts[`${netbios}\\${name}`] = { user: `${netbios}\\${name}`, password };
  }
  for (const computer of organization.computers)
    for (const [name, password] of Object.entries(computer.localAccounts ?? {}))
      accounts[`${computer.name}\\${name}`] = { user: name, password };
  return {
    organization: organization.organizationName,
    directory: {
      url: target.urlOf(target.schemaMaster),
      ca: target.ca,
      domainControllers: Object.fromEntries(
        organization.domainControllers.map(({ name }) => [name, target.urlOf(name)]),
      ),
    },
    computers: Object.fromEntries(
      Object.values(lab.computers).map(({ name, port, hostKey }) => [
        name,
        { host: "127.0.0.1", port, hostKey },
      ]),
    ),
    accounts,
  };
}

/** Writes the file anew, readable by its owner only. A file of another owner or a link in its place is an error. */
export function writeCoordinates(lab: Lab, path: string = coordinatesFile()): void {
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(coordinatesOf(lab), null, 2)}\n`, { mode: 0o600, flag: "wx" });
}
