/**
 * Accounts for every logon with a password in one run, over all computers and protocols. A password that was refused is
 * not tried elsewhere, since each refusal counts towards the account's lockout, for which organizations allow as few as
 * three. Nothing is written to disk, and no password is kept.
 */
import { createHmac, randomBytes } from "node:crypto";

/** The answer to a password; `withdrawn`: it was not sent, or the server's answer does not judge the account. */
export type LogonAnswer = "accepted" | "refused" | "unanswered" | "withdrawn";

/** Permission to send a password once. Its holder must report the answer; only the first report counts. */
export type Leave = (answer: LogonAnswer) => void;

/** Why a password is not sent: a sentence without its final full stop. */
export interface Spared {
  readonly why: string;
  /** The part of the reason that tells what has happened. */
  readonly because: string;
}

/** A password that is about to be sent to one place. */
export interface PasswordLogon {
  /** The account as the server receives it: `DOMAIN\name`, `name@domain`, `.\name`, `name`, or a distinguished name. */
  readonly user: string;
  readonly password: string;
  /** The server that judges the password, as messages name it. Each server has one name. */
  readonly place: string;
  /**
   * The places that judge the logons of the connection over which the answer comes, a jump host's too. If that
   * connection is lost, it must be made again before the answer can come: so its own logons do not wait for this one.
   * @default the logon is that of a connection
   */
  readonly carriedBy?: readonly string[];
}

/** A password that was sent and has no answer yet. */
interface Flight {
  readonly place: string;
  /** True if other logons wait for it to find out whether the password is right. */
  readonly isAlone: boolean;
  /** Empty for the logon of a connection. */
  readonly carriedBy: readonly string[];
  /** Settles with the answer. */
  readonly over: Promise<void>;
}

/**
 * Milliseconds for which an accepted password counts as right everywhere, so that several places may judge it at once.
 * Later, one logon tries it alone again: it may have been changed, and all connections are made at once when a line
 * comes back.
 */
const provenMs = 60_000;

/**
 * Number of refusals in a row that end the tries if the password was accepted somewhere. The first refusal may concern
 * that computer only.
 */
const toleratedRefusals = 2;

/**
 * Number of passwords in a row without an answer that end the tries if the password was never accepted: a server may
 * refuse it without saying so.
 */
const toleratedSilences = 2;

/** A refused or unanswered logon. */
interface Doubt {
  readonly place: string;
  readonly refused: boolean;
}

/** One account under one form of its name, with one password. */
class Account {
  /** The places that accepted the password, with the last time, by this process's clock. */
  readonly #accepted = new Map<string, number>();
  /** The places that refused the password. It is not sent to them again. */
  readonly #refused = new Set<string>();
  /** The refused and unanswered logons since the password was last accepted. */
  doubts: readonly Doubt[] = [];
  readonly flights = new Set<Flight>();

  /** True once a user principal name named it. Its suffix may be that of another domain, or of none. */
  isPrincipal = false;

  /** @param domain null if the name has none: each computer then looks for the name in itself or in its domain */
  constructor(readonly domain: string | null) {}

  hasRefused(place: string): boolean {
    return this.#refused.has(place);
  }

  isProven(place: string): boolean {
    if (this.doubts.length > 0) return false;
    const times = this.domain === null ? [this.#accepted.get(place)] : [...this.#accepted.values()];
    return times.some((time) => time !== undefined && performance.now() - time < provenMs);
  }

  /** The logons that keep the password from being sent anywhere; empty while it may be sent. */
  stoppedBy(): readonly Doubt[] {
    const refusals = this.doubts.filter(({ refused }) => refused);
    if (refusals.length >= (this.#accepted.size > 0 ? toleratedRefusals : 1)) return refusals;
    return this.doubts.length >= toleratedSilences ? this.doubts : [];
  }

  note(place: string, answer: LogonAnswer): void {
    if (answer === "accepted") {
      this.#accepted.set(place, performance.now());
      this.doubts = [];
    } else if (answer === "refused") {
      this.#refused.add(place);
      this.doubts = [...this.doubts, { place, refused: true }];
    } else if (answer === "unanswered" && this.#accepted.size === 0)
      this.doubts = [...this.doubts, { place, refused: false }];
  }
}

const digestKey = randomBytes(32);

/** A digest that tells texts with passwords apart, so that none is kept. It means nothing outside of this process. */
export function digestOf(text: string): string {
  return createHmac("sha256", digestKey).update(text).digest("hex");
}

/** The logons of one run and their answers. Everything that logs on in the run shares one instance. */
export class Logons {
  /** By the account's own name and the password: one entry for each form of its domain. */
  readonly #accounts = new Map<string, Account[]>();

  /**
   * Waits until a password may be sent, or tells why it is not. While one logon finds out whether the password is
   * right, others wait: sixteen computers at once must not refuse a mistyped password sixteen times. One place never
   * judges two logons at a time, so it refuses a password once in a run. If a place accepted it a moment ago, several
   * other places may judge it at the same time.
   */
  async mayLogOn(logon: PasswordLogon): Promise<Leave | Spared> {
    for (;;) {
      const spared = this.spares(logon);
      if (spared !== undefined) return spared;
      const ahead = this.#aheadOf(logon);
      if (ahead === undefined) return this.#leaveFor(logon);
      await ahead.over;
    }
  }

  /** Why the password is not sent there any more; undefined while it may be sent. */
  spares(logon: PasswordLogon): Spared | undefined {
    const { kin, here } = this.#accountOf(logon);
    const { place } = logon;
    if (here.some((each) => each.hasRefused(place))) return sparedFor(logon, [{ place, refused: true }]);
    const doubts = stoppedBy(kin);
    return doubts.length > 0 ? sparedFor(logon, doubts) : undefined;
  }

  /** A logon whose answer must be known before this one is sent. */
  #aheadOf(logon: PasswordLogon): Flight | undefined {
    const { account, kin, here } = this.#accountOf(logon);
    const { place, carriedBy = [] } = logon;
    const isProven = account.isProven(place);
    const mayNeedUs = (flight: Flight) => flight.carriedBy.includes(place) && carriedBy.length === 0;
    const same = here.flatMap((each) => [...each.flights]).filter((flight) => flight.place === place);
    const others = kin
      .flatMap((each) => [...each.flights])
      .filter((flight) => !isProven && (flight.isAlone || flight.carriedBy.length === 0));
    return [...same, ...others].find((flight) => !mayNeedUs(flight));
  }

  #leaveFor(logon: PasswordLogon): Leave {
    const { account } = this.#accountOf(logon);
    const { place, carriedBy = [] } = logon;
    let settle: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const flight: Flight = { place, carriedBy, isAlone: !account.isProven(place), over };
    account.flights.add(flight);
    return once((answer) => {
      account.note(place, answer);
      account.flights.delete(flight);
      settle();
    });
  }

  /**
   * The account that a logon names. `kin` has every account that may be the same one anywhere, since a name without a
   * domain may belong to any domain. `here` has every account that may be the same one at this place, such as the
   * computer's own.
   */
  #accountOf({ user, password, place }: PasswordLogon): {
    readonly account: Account;
    readonly kin: readonly Account[];
    readonly here: readonly Account[];
  } {
    const { domain, name, isPrincipal } = partsOf(user, place);
    const key = digestOf(JSON.stringify([name, password]));
    const forms = this.#accounts.get(key) ?? [];
    this.#accounts.set(key, forms);
    const account = forms.find((form) => form.domain === domain) ?? new Account(domain);
    if (!forms.includes(account)) forms.push(account);
    account.isPrincipal ||= isPrincipal;
    const here = forms.filter((form) => form === account || mayBeOne(form, account));
    return {
      account,
      kin: here.filter((form) => form === account || !(isLocal(form) || isLocal(account))),
      here,
    };
  }
}

/**
 * The logons that keep a group of accounts from being tried. Forms of a name that may be one account share the limits
 * of one account.
 */
function stoppedBy(kin: readonly Account[]): readonly Doubt[] {
  const ofOne = kin.flatMap((each) => each.stoppedBy());
  if (ofOne.length > 0) return ofOne;
  const doubts = kin.flatMap((each) => each.doubts);
  const refusals = doubts.filter(({ refused }) => refused);
  if (refusals.length >= toleratedRefusals) return refusals;
  const silences = doubts.filter(({ refused }) => !refused);
  return silences.length >= toleratedSilences ? silences : [];
}

function once(tell: Leave): Leave {
  let isTold = false;
  return (answer) => {
    if (!isTold) tell(answer);
    isTold = true;
  };
}

/** Whether two forms of one name may be one account. Only `DOMAIN\name` and `.\name` say for certain where it is. */
function mayBeOne(a: Account, b: Account): boolean {
  if (a.domain === null || b.domain === null) return true;
  return (a.isPrincipal || b.isPrincipal) && !isLocal(a) && !isLocal(b);
}

/** Prefix of the place in the domain of a computer's own account, `.\name`. No domain's name has it. */
const localMark = ".\\";

function isLocal({ domain }: Account): boolean {
  return domain?.startsWith(localMark) === true;
}

/**
 * The parts of an account's name. `CONTOSO\x`, `contoso.com\x` and `x@contoso.com` count as one account, by the first
 * label of the domain. If they are several accounts with one password, one may be spared needlessly.
 */
function partsOf(
  user: string,
  place: string,
): { readonly domain: string | null; readonly name: string; readonly isPrincipal: boolean } {
  const given = user.toLowerCase();
  const [, before, after] = /^([^\\]*)\\(.*)$/s.exec(given) ?? [];
  if (before !== undefined && after !== undefined) {
    const domain = before === "." ? `${localMark}${place}` : firstLabel(before);
    return { domain, name: after, isPrincipal: false };
  }
  const at = given.lastIndexOf("@");
  return at < 0
    ? { domain: null, name: given, isPrincipal: false }
    : { domain: firstLabel(given.slice(at + 1)), name: given.slice(0, at), isPrincipal: true };
}

function firstLabel(domain: string): string {
  return domain.split(".")[0] ?? domain;
}

function sparedFor({ user, place }: PasswordLogon, doubts: readonly Doubt[]): Spared {
  const places = [...new Set(doubts.map((doubt) => doubt.place))];
  const listed = places.join(" and ");
  const isHere = places.length === 1 && places[0] === place;
  const because = !doubts.some(({ refused }) => refused)
    ? `${listed} did not answer it, and may have refused it`
    : isHere
      ? "it was refused there in this run"
      : `${listed} refused it with the same password in this run`;
  const why =
    `the logon of ${user} is not tried on ${place}${isHere ? " again" : ""}, so that the account is not locked: ` +
    `${because}, and each refused logon counts. Check user and password, then run it again`;
  return { why, because };
}
