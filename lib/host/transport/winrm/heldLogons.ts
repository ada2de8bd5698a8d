/** Logons that connections of a run hold: another one of the same account, by the same way, needs none of its own. */
import { digestOf, type Logons } from "../../../logons";
import type { Centres } from "./kdc";
import type { KerberosLogon } from "./kerberos";

/** Milliseconds for which others may share a logon: a fraction of the ten hours that its tickets live. */
const shareableMs = 3_600_000;

/** A logon that is there or under way, and the centres that it asks. */
export interface Held {
  readonly centres: Centres;
  readonly logon: Promise<KerberosLogon>;
}

const ofRuns = new WeakMap<Logons, Map<string, Held & { readonly since: number }>>();

export const heldLogons = {
  /** A logon to join, which may fail or be released meanwhile; undefined where there is none. @param of account, password and way, as one text */
  of(logons: Logons, of: string): Held | undefined {
    const held = ofRuns.get(logons)?.get(digestOf(of));
    const isYoung = held !== undefined && performance.now() - held.since <= shareableMs;
    return isYoung ? held : undefined;
  },

  /** Lets others join a logon that is under way. */
  add(logons: Logons, of: string, { centres, logon }: Held): void {
    const all = ofRuns.get(logons) ?? new Map();
    ofRuns.set(logons, all);
    all.set(digestOf(of), { since: performance.now(), centres, logon });
  },

  /** Lets nobody else join that logon. */
  drop(logons: Logons, of: string, { logon }: Held): void {
    const all = ofRuns.get(logons);
    if (all?.get(digestOf(of))?.logon === logon) all.delete(digestOf(of));
  },
};
