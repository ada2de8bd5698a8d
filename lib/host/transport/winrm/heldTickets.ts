/** Tickets that connections of a run hold: another one of the same account, by the same way, needs no logon of its own. */
import { createHmac, randomBytes } from "node:crypto";
import type { Logons } from "../../../logons";
import type { KerberosLogon } from "./kerberos";

/** Milliseconds for which others may share a logon: a fraction of the ten hours that its tickets live. */
const shareableMs = 3_600_000;

interface Held {
  readonly since: number;
  /** Of the last connection that has joined, and of those before it, as long as they are there. */
  readonly users: Set<KerberosLogon>;
}

const ofRuns = new WeakMap<Logons, Map<string, Held>>();
const key = randomBytes(16);
/** No password is kept. */
const digest = (of: string) => createHmac("sha256", key).update(of).digest("hex");

export const heldTickets = {
  /** A logon that is still good; undefined where there is none. @param of account, password and way, as one text */
  of(logons: Logons, of: string): KerberosLogon | undefined {
    const held = ofRuns.get(logons)?.get(digest(of));
    if (held === undefined || performance.now() - held.since > shareableMs) return undefined;
    for (const each of held.users) {
      if (each.isUsable) return each;
      held.users.delete(each);
    }
    return undefined;
  },

  /** Holds a logon, or one that has joined it. */
  add(logons: Logons, of: string, logon: KerberosLogon): void {
    const all = ofRuns.get(logons) ?? new Map<string, Held>();
    ofRuns.set(logons, all);
    const name = digest(of);
    const shared = heldTickets.of(logons, of) === undefined ? undefined : all.get(name);
    if (shared === undefined) all.set(name, { since: performance.now(), users: new Set([logon]) });
    else shared.users.add(logon);
  },
};
