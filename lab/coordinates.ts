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
  /** How computers are reached over WinRM; absent where none listens. */
  readonly winrm?: {
    /** Ports on 127.0.0.1 by FQDN. */
    readonly ports: { readonly [fqdn: string]: number };
    /** Key distribution centers by the DNS name of their domain, `host:port`. */
    readonly kdcs: { readonly [domain: string]: string };
    /** An SSH server that connects to all of them, where there is one of its own. */
    readonly jumpHost?: JumpHost;
  };
  /** Passwords by account: `NETBIOS\name`, or `FQDN\name` for a computer's own. */
  readonly accounts: { readonly [account: string]: { readonly user: string; readonly password: string } };
}

/** An SSH server that only forwards, and the key that logs on to it. */
export interface JumpHost {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  readonly hostKey: string;
}

/** Path of the file: the environment's EXCHANGE_LAB, else exchange-lab.json in the folder for temporary files. */
export function coordinatesFile(): string {
  return process.env.EXCHANGE_LAB ?? join(tmpdir(), "exchange-lab.json");
}

/** Where a running lab is. @param jumpHost in front of WinRM */
export function coordinatesOf(lab: Lab, jumpHost?: JumpHost): LabCoordinates {
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
    ...winrmOf(lab, jumpHost),
    accounts,
  };
}

function winrmOf(lab: Lab, jumpHost: JumpHost | undefined): Pick<LabCoordinates, "winrm"> {
  const ports = Object.values(lab.computers).flatMap(({ name, winrm }) =>
    winrm === null ? [] : [[name, winrm.port] as const],
  );
  if (ports.length === 0) return {};
  const kdcs = Object.entries(lab.kdcs).map(([domain, { port }]) => [domain, `127.0.0.1:${port}`] as const);
  return {
    winrm: {
      ports: Object.fromEntries(ports),
      kdcs: Object.fromEntries(kdcs),
      ...(jumpHost === undefined ? {} : { jumpHost }),
    },
  };
}

/** Writes the file anew, readable by its owner only. A file of another owner or a link in its place is an error. */
export function writeCoordinates(lab: Lab, path: string = coordinatesFile(), jumpHost?: JumpHost): void {
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(coordinatesOf(lab, jumpHost), null, 2)}\n`, {
    mode: 0o600,
    flag: "wx",
  });
}
