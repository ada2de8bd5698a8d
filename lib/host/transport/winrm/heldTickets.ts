/** Tickets that connections of a run hold: another one of the same account, by the same way, needs no logon of its own. */
import { digestOf, type Logons } from "../../../logons";
import type { KerberosLogon } from "./kerberos";

/** Milliseconds for which others may share a logon: a fraction of the ten hours that its tickets live. */
const shareableMs = 3_600_000;

/** A logon, and those that have joined it. */
interface Held {
  readonly since: number;
  /** Of the last connection that has joined, and of those before it, as long as they are there. */
  readonly users: Set<KerberosLogon>;
}

const ofRuns = new WeakMap<Logons, Map<string, Held>>();

export const heldTickets = {
  /** A logon that is still good, to be joined; undefined where there is none. @param of account, password and way, as one text */
  of(
    logons: Logons,
    of: string,
  ): { readonly one: KerberosLogon; readonly users: Set<KerberosLogon> } | undefined {
    const held = ofRuns.get(logons)?.get(digestOf(of));
    if (held === undefined || performance.now() - held.since > shareableMs) return undefined;
    const { users } = held;
    for (const one of users) {
      if (one.isUsable) return { one, users };
      users.delete(one);
    }
    return undefined;
  },

  /** Holds a logon of its own. One that has joined another is added to the users of that: it is as old. */
  add(logons: Logons, of: string, logon: KerberosLogon): void {
    const all = ofRuns.get(logons) ?? new Map<string, Held>();
    ofRuns.set(logons, all);
    all.set(digestOf(of), { since: performance.now(), users: new Set([logon]) });
  },

  /** Lets nobody else join the logon that this one has joined. */
  drop(logons: Logons, of: string, logon: KerberosLogon): void {
    const all = ofRuns.get(logons);
    if (all?.get(digestOf(of))?.users.has(logon) === true) all.delete(digestOf(of));
  },
};
