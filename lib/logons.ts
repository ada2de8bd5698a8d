/**
 * Logons with a password, over all computers and protocols of one run: one that is refused is not tried elsewhere, since each
 * refusal counts towards the account's lockout, for which organizations allow as few as three. Nothing is written, and no
 * password is kept.
 */
import { createHmac, randomBytes } from "node:crypto";

/** What came of a password that was sent; `withdrawn`: it was not sent, or its answer says nothing of the account. */
export type LogonAnswer = "accepted" | "refused" | "unanswered" | "withdrawn";

/** Leave to send a password once. Who has it must say what came of it; only the first answer counts. */
export type Leave = (answer: LogonAnswer) => void;

/** Why a password is not sent: a sentence without its final full stop. */
export interface Spared {
  readonly why: string;
  /** Of that, only what has happened. */
  readonly because: string;
}

/** A password's way to one place. */
export interface PasswordLogon {
  /** As it is given to the server: `DOMAIN\name`, `name@domain`, `.\name`, `name`, or a distinguished name. */
  readonly user: string;
  readonly password: string;
  /** Who judges it, as messages name it: each server by one name. */
  readonly place: string;
  /**
   * Who judges the logons of the connection over which its answer comes, a jump host's too. If that is lost it has to be made again
   * meanwhile, so its logons do not wait for this one. @default it is the logon of a connection
   */
  readonly carriedBy?: readonly string[];
}

/** A password that was sent, and of which nobody has said yet what came of it. */
interface Flight {
  readonly place: string;
  /** True where it finds out whether the password is right. */
  readonly isAlone: boolean;
  /** Empty for the logon of a connection. */
  readonly carriedBy: readonly string[];
  /** Settles with its answer. */
  readonly over: Promise<void>;
}

/**
 * Milliseconds for which a password that was accepted counts as right wherever it is sent at the same time. After that, the
 * first one tries it alone again: it may have been changed, and when a line comes back, all connections are made at once.
 */
const provenMs = 60_000;

/** Refusals in a row, after the password was accepted somewhere, that end the tries: the first may be that computer's matter. */
const toleratedRefusals = 2;

/** Passwords sent in a row without an answer, before one was ever accepted: a server may have refused it and not said so. */
const toleratedSilences = 2;

/** A logon that did not go well. */
interface Doubt {
  readonly place: string;
  readonly refused: boolean;
}

/** One account as one form of its name says it, with one password. */
class Account {
  /** Where it was accepted, and when last, on this process's clock. */
  readonly #accepted = new Map<string, number>();
  /** Where it was refused: it is not tried there again. */
  readonly #refused = new Set<string>();
  /** What did not go well since it was last accepted. */
  doubts: readonly Doubt[] = [];
  readonly flights = new Set<Flight>();

  /** @param domain null where the name has none: then each computer decides whose name it is, its own or its domain's */
  constructor(readonly domain: string | null) {}

  hasRefused(place: string): boolean {
    return this.#refused.has(place);
  }

  isProven(place: string): boolean {
    if (this.doubts.length > 0) return false;
    const times = this.domain === null ? [this.#accepted.get(place)] : [...this.#accepted.values()];
    return times.some((time) => time !== undefined && performance.now() - time < provenMs);
  }

  /** Who keeps it from being tried anywhere; none while it may be tried. */
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

/** Passwords are told apart by a digest that means nothing outside of this process. */
const digestKey = randomBytes(32);

/** What the logons of one run have shown. Everything that logs on in the run is handed the same one. */
export class Logons {
  /** By the account's own name and the password; in each, one for every form of its domain. */
  readonly #accounts = new Map<string, Account[]>();

  /**
   * Asks whether a password may be sent, and waits while another logon finds out whether it is right: sixteen computers at
   * once must not make sixteen refusals of a mistyped one. One place never judges two at a time: it refuses a
   * password once in a run. Where one was accepted a moment ago, other places may judge it at the same time.
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

  /** Why this password is not sent there any more; undefined while it may be. */
  spares(logon: PasswordLogon): Spared | undefined {
    const { kin, here } = this.#accountOf(logon);
    const { place } = logon;
    if (here.some((each) => each.hasRefused(place))) return sparedFor(logon, [{ place, refused: true }]);
    const doubts = stoppedBy(kin);
    return doubts.length > 0 ? sparedFor(logon, doubts) : undefined;
  }

  /** A logon whose answer this one has to know first. */
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
   * The account that a logon names. `kin`: with all that may be the same anywhere, since one without a domain may be each of
   * its name. `here`: with all that may be the same at this place, such as the computer's own.
   */
  #accountOf({ user, password, place }: PasswordLogon): {
    readonly account: Account;
    readonly kin: readonly Account[];
    readonly here: readonly Account[];
  } {
    const { domain, name } = partsOf(user, place);
    const key = createHmac("sha256", digestKey)
      .update(JSON.stringify([name, password]))
      .digest("hex");
    const forms = this.#accounts.get(key) ?? [];
    this.#accounts.set(key, forms);
    const account = forms.find((form) => form.domain === domain) ?? new Account(domain);
    if (!forms.includes(account)) forms.push(account);
    const isOpen = (form: Account) => form.domain === null;
    const here = forms.filter((form) => form === account || isOpen(form) !== isOpen(account));
    return {
      account,
      kin: here.filter((form) => form === account || !(isLocal(form) || isLocal(account))),
      here,
    };
  }
}

/** What keeps accounts that may be one from being tried: no more of them together than of one. */
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

/** In front of the place of an account that is one computer's own, `.\name`; no domain's name has it. */
const localMark = ".\\";

function isLocal({ domain }: Account): boolean {
  return domain?.startsWith(localMark) === true;
}

/**
 * `CONTOSO\x`, `contoso.com\x` and `x@contoso.com` are taken for one account, by the first label of the domain: where they are
 * several, with the same password, one is not tried that might have been.
 */
function partsOf(user: string, place: string): { readonly domain: string | null; readonly name: string } {
  const given = user.toLowerCase();
  const [, before, after] = /^([^\\]*)\\(.*)$/s.exec(given) ?? [];
  if (before !== undefined && after !== undefined)
    return { domain: before === "." ? `${localMark}${place}` : firstLabel(before), name: after };
  const at = given.lastIndexOf("@");
  return at < 0
    ? { domain: null, name: given }
    : { domain: firstLabel(given.slice(at + 1)), name: given.slice(0, at) };
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
