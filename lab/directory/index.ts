/**
 * The lab's directory: an LDAP server for every domain controller of an organization, on loopback, answering like
 * Active Directory for what an upgrade of Exchange reads and writes. It is a simulation.
 */
import { type Certificate, CertificateAuthority, type CertificateRequest } from "../certificates";
import type { Organization } from "../organization";
import type { HiddenRule } from "./access";
import { DomainController, type Forest, type LogonAccount } from "./controller";
import { childDn, dnKey, domainDn } from "./dn";
import { directoryEntries } from "./entries";
import { directoryNames } from "./names";
import { netbiosOf } from "./principals";
import { type ControllerFaults, ControllerServer, type ControllerStats } from "./server";
import { DirectoryStore } from "./store";

export type { HiddenRule } from "./access";
export { directoryEntries } from "./entries";
export type { Entry, NamingContext, Values } from "./entry";
export { type DirectoryNames, directoryNames } from "./names";
export { nestedGroups, type Principal, principalsOf } from "./principals";
export type { ControllerFaults, ControllerStats, DirectoryPoint } from "./server";
export { domainSid, sidToBytes, sidToText } from "./sid";
export { DirectoryStore } from "./store";

export interface DirectoryOptions {
  /** What accounts cannot see; by default every account sees everything. */
  readonly hidden?: readonly HiddenRule[];
  /** Most entries in one answer; 1000 by default, as in Active Directory. */
  readonly maxPageSize?: number;
  /** Domain controllers, by FQDN, that show a bad certificate. */
  readonly badCertificates?: { readonly [fqdn: string]: "expired" | "not yet" | "wrong name" };
}

/** Where a domain controller listens. */
export interface ControllerUrls {
  /** `ldaps://127.0.0.1:port` */
  readonly url: string;
  /** `ldap://127.0.0.1:port`, where a logon needs StartTLS first. */
  readonly plainUrl: string;
}

/** A running directory. */
export interface LabDirectory {
  /** Certificate of the authority that the domain controllers' certificates come from, PEM. */
  readonly ca: string;
  readonly controllers: { readonly [fqdn: string]: ControllerUrls };
  /**
   * The entries, shared by all domain controllers to which replication is not held back. Changes made here need no
   * permission.
   */
  readonly store: DirectoryStore;
  /** What was asked so far, of all domain controllers together. */
  stats(): Readonly<ControllerStats>;
  /** What was asked so far of one domain controller. */
  statsOf(fqdn: string): Readonly<ControllerStats>;
  /** Lets a domain controller accept connections and answer nothing. */
  pause(fqdn: string): void;
  /** Lets a paused domain controller answer again, first what it was asked meanwhile. */
  resume(fqdn: string): void;
  /** Switches a domain controller off: what is open breaks, and new connections do, until {@link switchOn}. */
  switchOff(fqdn: string): void;
  switchOn(fqdn: string): void;
  /** Faults of one domain controller. */
  faultsOf(fqdn: string): ControllerFaults;
  /**
   * Replicates nothing to a domain controller any more: it answers with what it has. What is written there goes to the
   * others. Replication is simulated: otherwise it takes no time.
   */
  holdReplication(fqdn: string): void;
  /** Replicates everything that was held back, and goes on doing so. */
  releaseReplication(fqdn: string): void;
  stop(): Promise<void>;
}

/**
 * Starts a directory for an organization. Every domain controller gets ports of its own and a certificate for its FQDN,
 * `localhost` and 127.0.0.1.
 * @throws Error when the organization contradicts itself, or when no certificates can be issued.
 */
export async function startDirectory(
  organization: Organization,
  { hidden = [], maxPageSize = 1000, badCertificates = {} }: DirectoryOptions = {},
): Promise<LabDirectory> {
  const store = new DirectoryStore(directoryEntries(organization));
  const accounts = logonAccounts(organization);
  const names = directoryNames(organization);
  const forest: Forest = { organization, names, store, hidden, maxPageSize, accounts };
  const authority = await certificateAuthority();
  const servers = new Map<string, ControllerServer>();
  const controllers = new Map<string, DomainController>();
  const started = await Promise.all(
    organization.domainControllers.map(async ({ name, domain, site }) => {
      const certificate = await serverCertificate(authority, name, badCertificates[name]);
      const controller = new DomainController(forest, name, domain, site);
      const server = new ControllerServer(controller, certificate);
      servers.set(name, server);
      controllers.set(name, controller);
      const [secure, plain] = await Promise.all([server.listen(true), server.listen(false)]);
      return [name, { url: `ldaps://127.0.0.1:${secure}`, plainUrl: `ldap://127.0.0.1:${plain}` }] as const;
    }),
  );
  const serverOf = (fqdn: string): ControllerServer => {
    const server = servers.get(fqdn);
    if (server === undefined) throw new Error(`"${fqdn}" is no domain controller of the lab`);
    return server;
  };
  const controllerOf = (fqdn: string): DomainController => {
    const controller = controllers.get(fqdn);
    if (controller === undefined) throw new Error(`"${fqdn}" is no domain controller of the lab`);
    return controller;
  };
  return {
    ca: authority.certificate,
    controllers: Object.fromEntries(started),
    store,
    stats: () => total([...servers.values()].map(({ stats }) => stats)),
    statsOf: (fqdn) => ({ ...serverOf(fqdn).stats }),
    pause: (fqdn) => serverOf(fqdn).pause(),
    resume: (fqdn) => serverOf(fqdn).resume(),
    switchOff: (fqdn) => {
      serverOf(fqdn).faults.off = true;
      serverOf(fqdn).drop();
    },
    switchOn: (fqdn) => {
      delete serverOf(fqdn).faults.off;
    },
    faultsOf: (fqdn) => serverOf(fqdn).faults,
    holdReplication: (fqdn) => controllerOf(fqdn).hold(),
    releaseReplication: (fqdn) => controllerOf(fqdn).release(),
    stop: async () => {
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

/**
 * Directories of one process share an authority, and the certificates of domain controllers with the same name. A
 * forest of two would start `openssl` five times, which is more than half of what a lab costs.
 */
const made = new Map<string, Promise<unknown>>();

/** What `make` has made for this key before, unless that failed. */
function once<T>(key: string, make: () => Promise<T>): Promise<T> {
  const before = made.get(key) as Promise<T> | undefined;
  if (before !== undefined) return before;
  const now = make();
  made.set(key, now);
  now.catch(() => made.delete(key));
  return now;
}

function certificateAuthority(): Promise<CertificateAuthority> {
  return once("authority", () => CertificateAuthority.create());
}

function serverCertificate(
  authority: CertificateAuthority,
  fqdn: string,
  flaw: "expired" | "not yet" | "wrong name" | undefined,
): Promise<Certificate> {
  const request: CertificateRequest =
    flaw === "wrong name"
      ? { names: [`elsewhere.${fqdn}`] }
      : {
          names: [fqdn, "localhost"],
          addresses: ["127.0.0.1"],
          ...(flaw === undefined ? {} : { flaw }),
        };
  return once(JSON.stringify(request), () => authority.issue(request));
}

function logonAccounts(organization: Organization): ReadonlyMap<string, LogonAccount> {
  const accounts = organization.accounts.map(({ name, domain, password }): LogonAccount => {
    const dn = childDn(name, `CN=Users,${domainDn(domain)}`);
    const fullName = `${netbiosOf(organization, domain)}\\${name}`;
    return { dn, name: fullName, userPrincipalName: `${name}@${domain}`, password };
  });
  return new Map(accounts.map((account) => [dnKey(account.dn), account]));
}

function total(all: readonly ControllerStats[]): ControllerStats {
  const sum = (key: keyof ControllerStats): number => all.reduce((before, each) => before + each[key], 0);
  return {
    connections: sum("connections"),
    binds: sum("binds"),
    searches: sum("searches"),
    writes: sum("writes"),
  };
}
