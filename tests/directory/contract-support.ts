/** What the parts of the contract share: the running directory, sessions with it, and how facts are looked into. */
import assert from "node:assert/strict";
import { type HiddenRule, principalsOf } from "../../lab/directory";
import type { Organization } from "../../lab/organization";
import { type DirectoryConnection, DirectorySession } from "../../lib/directory";
import type { AccountFacts, Fact } from "../../lib/facts";
import { Logons } from "../../lib/logons";
import { organization, passwordOf } from "./organization";

/** A running directory. */
export interface ContractDirectory {
  /** Certificate authority, PEM. */
  readonly ca: string;
  /** Domain controllers that run: at least the schema master and emea-dc2. */
  readonly controllers: { readonly [fqdn: string]: { readonly url: string; readonly plainUrl: string } };
  /** Stops a domain controller in the middle of whatever it does, until `resume`. */
  pause(fqdn: string): void;
  resume(fqdn: string): void;
  stop(): Promise<void>;
}

/** Starts directories of one kind. */
export interface ContractSource {
  start(organization: Organization, hidden: readonly HiddenRule[]): Promise<ContractDirectory>;
  /** Time that a first start may take, ms. */
  readonly startTimeout: number;
}

export const dc1 = "dc1.contoso.test";
export const emeaDc2 = "emea-dc2.emea.contoso.test";
export const childDomain = "emea.contoso.test";

/** Nothing listens there. */
export const closedUrl = "ldaps://127.0.0.1:1";

/** The directory of one run of the contract, and the sessions that a test opened. */
export class ContractSubject {
  private readonly sessions: DirectorySession[] = [];
  /** Those of the present test. */
  logons = new Logons();

  constructor(readonly directory: ContractDirectory) {}

  /** How the reader reaches dc1; the child domain's first domain controller never answers. */
  connection(changes: Partial<DirectoryConnection> = {}): DirectoryConnection {
    const others = Object.entries(this.directory.controllers).map(([name, { url }]) => [name, url] as const);
    return {
      url: this.urlOf(dc1),
      user: "reader@contoso.test",
      password: passwordOf("reader"),
      ca: this.directory.ca,
      domainControllers: { ...Object.fromEntries(others), "emea-dc1.emea.contoso.test": closedUrl },
      ...changes,
    };
  }

  async open(changes: Partial<DirectoryConnection> = {}): Promise<DirectorySession> {
    const session = await DirectorySession.open(this.connection(changes), this.logons);
    this.sessions.push(session);
    return session;
  }

  /** Ends a test's sessions, and forgets what their logons have shown. */
  async closeSessions(): Promise<void> {
    this.logons = new Logons();
    for (const session of this.sessions.splice(0)) await session.close();
  }

  urlOf(fqdn: string): string {
    return urlOf(this.directory, fqdn);
  }

  plainUrlOf(fqdn: string): string {
    const controller = this.directory.controllers[fqdn];
    assert.ok(controller, `${fqdn} does not run`);
    return controller.plainUrl;
  }

  /** URL as messages give it: always with the port. */
  label(fqdn: string): string {
    const { protocol, hostname, port } = new URL(this.urlOf(fqdn));
    return `${protocol}//${hostname}:${port === "" ? 636 : port}`;
  }

  pause(fqdn: string): void {
    this.directory.pause(fqdn);
  }

  resume(fqdn: string): void {
    this.directory.resume(fqdn);
  }
}

/** The subject of the run, once it has started. */
export type GetSubject = () => ContractSubject;

export function urlOf(directory: ContractDirectory, fqdn: string): string {
  const controller = directory.controllers[fqdn];
  assert.ok(controller, `${fqdn} does not run`);
  return controller.url;
}

/** SID of a principal of the organization, as both directories are loaded with. */
export function sidOf(name: string): string {
  const found = principalsOf(organization).find((principal) => principal.name === name);
  assert.ok(found, `the organization has no ${name}`);
  return found.sid;
}

/** Value of a fact that must be known. */
export function valueFrom<T>(fact: Fact<T>): T {
  assert.ok(fact.known, fact.known ? "" : `${fact.source}: ${fact.why}`);
  return fact.value;
}

/** Reason of a fact that must be unknown. */
export function whyOf(fact: Fact<unknown>): string {
  assert.ok(!fact.known, "the fact is known");
  return fact.why;
}

/** Account of a fact that must be one. */
export function accountOf(fact: Fact<AccountFacts | null>): AccountFacts {
  const account = valueFrom(fact);
  assert.ok(account !== null, `${fact.source}: no such account`);
  return account;
}

/** Nothing but a message: no code, no cause, nothing enumerable, and no password anywhere in the stack. */
export function plainError(message: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.message, message);
    const keys = [error, Object.getPrototypeOf(error)].flatMap((each) => Reflect.ownKeys(each));
    assert.deepEqual(
      keys.filter((key) => !["message", "stack", "constructor", "name", "toString"].includes(String(key))),
      [],
    );
    assert.doesNotMatch(error.stack ?? "", /Wr0ng-Secret/);
    return true;
  };
}
