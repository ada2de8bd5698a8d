/** What must hold whatever goes wrong, judged on a campaign's history. Pure. */
import type { Event, History, Levels } from "./history";

/** One breach of an invariant. */
export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

export type Invariant =
  | "no step's Setup succeeds twice"
  | "no two Setups at once on a computer"
  | "only the holder of the lock starts Setup"
  | "no living holder loses the lock"
  | "a restart is made where one is required, and never while Setup runs"
  | "a restart that is required is made or told"
  | "no rollback"
  | "nothing is reported done that is not"
  | "the state equals the world"
  | "it converges"
  | "nothing is left"
  | "no secret is seen";

/** All breaches, each invariant's in order of time. */
export function violations(history: History): readonly Violation[] {
  const judged: readonly (readonly [Invariant, readonly string[]])[] = [
    ["no step's Setup succeeds twice", succeededTwice(history.events)],
    ["no two Setups at once on a computer", atOnce(history.events)],
    ["only the holder of the lock starts Setup", startedWithoutLock(history.events)],
    ["no living holder loses the lock", takenFromTheLiving(history)],
    ["a restart is made where one is required, and never while Setup runs", restartedWrongly(history.events)],
    ["a restart that is required is made or told", untold(history)],
    ["no rollback", rolledBack(history)],
    ["nothing is reported done that is not", reportedTooEarly(history)],
    ["the state equals the world", recordedWrongly(history)],
    ["it converges", history.end.converged ? [] : [history.end.failures.join("\n") || "no reason was given"]],
    ["nothing is left", leftUntold(history)],
    ["no secret is seen", history.end.secrets],
  ];
  return judged.flatMap(([invariant, found]) => found.map((what) => ({ invariant, what })));
}

type Began = Extract<Event, { kind: "began" }>;
type Ended = Extract<Event, { kind: "ended" }>;

function beganOf(events: readonly Event[]): readonly Began[] {
  return events.filter((event) => event.kind === "began");
}

function endOf(events: readonly Event[], { run, computer }: Began): Ended | undefined {
  return events.find(
    (event): event is Ended => event.kind === "ended" && event.run === run && event.computer === computer,
  );
}

function succeededTwice(events: readonly Event[]): readonly string[] {
  const succeeded = beganOf(events).filter((began) => endOf(events, began)?.result === "completed");
  return succeeded.flatMap((began, index) => {
    // Somebody who starts it again by hand is no business of the product.
    if (began.foreign) return [];
    const earlier = succeeded
      .slice(0, index)
      .filter(({ computer, command }) => computer === began.computer && command === began.command);
    if (earlier.every((other) => isUnseen(events, other, began))) return [];
    return [`${began.command} on ${began.computer} succeeded again (run ${began.run})`];
  });
}

/** True for somebody else's Setup that began after the product's last look before what it did: nobody could see it. */
function isUnseen(
  events: readonly Event[],
  other: Began,
  own: { readonly computer: string; readonly at: number },
): boolean {
  const looked = events.findLast(
    (event) => event.kind === "looked" && event.computer === own.computer && event.at < own.at,
  );
  return other.foreign && (looked === undefined || looked.at <= other.at);
}

/**
 * A start of the product's while another Setup runs there. A foreign one that began after the product's last look cannot be
 * seen: then Setup's own refusal has to do, and it must not have worked.
 */
function atOnce(events: readonly Event[]): readonly string[] {
  const all = beganOf(events);
  return all.flatMap((began, index) => {
    if (began.foreign) return [];
    const end = endOf(events, began);
    return all.slice(0, index).flatMap((other) => {
      const over = endOf(events, other)?.at ?? Number.POSITIVE_INFINITY;
      if (other.computer !== began.computer || over <= began.at) return [];
      const unseen = isUnseen(events, other, began);
      if (unseen && end?.result === "refused") return [];
      return [
        `${began.command} began on ${began.computer} while ${other.command} ran (runs ${other.run}, ${began.run})`,
      ];
    });
  });
}

function ownerOf(name: string | null): string | null {
  return /^owner-([0-9a-f]+)\.\d+$/.exec(name ?? "")?.[1] ?? null;
}

function startedWithoutLock(events: readonly Event[]): readonly string[] {
  const locks = new Map<string, string | null>();
  const launchers = new Map<string, Set<string>>();
  return events.flatMap((event) => {
    if (event.kind === "lock") locks.set(event.computer, event.name);
    if (event.kind === "launch")
      launchers.set(event.computer, (launchers.get(event.computer) ?? new Set()).add(event.owner));
    if (event.kind !== "began" || event.foreign) return [];
    const owner = ownerOf(locks.get(event.computer) ?? null);
    const launched = launchers.get(event.computer) ?? new Set();
    if (owner !== null && launched.has(owner)) return [];
    const lock = locks.get(event.computer) ?? "absent";
    return [
      `${event.command} began on ${event.computer} (run ${event.run}) while the lock was ${lock}, started by ${[...launched].join(", ") || "nobody"}`,
    ];
  });
}

/** Between one owner's last sign of life and the next owner lies the time to live, unless the lock was given back. */
function takenFromTheLiving({ events, lockTtlMs }: History): readonly string[] {
  const last = new Map<string, { readonly owner: string | null; readonly at: number }>();
  return events.flatMap((event) => {
    if (event.kind !== "lock") return [];
    const owner = ownerOf(event.name);
    const before = last.get(event.computer);
    last.set(event.computer, { owner, at: event.at });
    if (before === undefined || before.owner === null || owner === null || before.owner === owner) return [];
    const idle = event.at - before.at;
    return idle >= lockTtlMs
      ? []
      : [
          `${owner} took the lock of ${event.computer} from ${before.owner} ${Math.round(idle)} ms after its last beat`,
        ];
  });
}

/** A Setup of somebody else's that began after the last look before the restart cannot be seen. */
function restartedWrongly(events: readonly Event[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind !== "restart") return [];
    const { computer, at } = event;
    const running = beganOf(events).filter(
      (began) =>
        began.computer === computer &&
        began.at < at &&
        (endOf(events, began)?.at ?? Number.POSITIVE_INFINITY) > at &&
        !isUnseen(events, began, event),
    );
    return [
      ...(event.pending ? [] : [`${computer} was restarted, and nothing waited for it`]),
      ...running.map(({ run, command }) => `${computer} was restarted while ${command} ran (run ${run})`),
    ];
  });
}

/**
 * A stack that was done before an upgrade that somebody ran later cannot be told what that one leaves. It was done when it last
 * changed the lock, also if the engine reports it later.
 */
function untold({ events, end }: History): readonly string[] {
  const upgrades = beganOf(events).filter(({ command }) => command === "/mode:upgrade");
  const endedAt = (began: Began) => endOf(events, began)?.at ?? 0;
  const last = Math.max(0, ...upgrades.map(endedAt));
  const isForeign = upgrades.some((began) => began.foreign && endedAt(began) === last);
  const wasThere = (at: number) =>
    !isForeign || events.some((e) => e.kind === "lock" && e.at > last && e.at <= at);
  const isDoneAfter = (stack: string) =>
    events.some(
      (e) =>
        e.kind === "reported" &&
        e.stack === stack &&
        e.step === "server" &&
        e.done &&
        e.at > last &&
        wasThere(e.at),
    );
  return end.converged ? end.untold.filter(isDoneAfter).map((stack) => `${stack} was not told`) : [];
}

/** True when `now` is a lower level or version than `before`, or none where there was one. */
function isLower(before: string, now: string | undefined): boolean {
  if (now === undefined) return true;
  const [a = [], b = []] = [before, now].map((text) =>
    text.split(".").map((part) => Number.parseInt(part, 10)),
  );
  for (const [i, part] of a.entries()) {
    const other = b[i] ?? 0;
    if (part !== other) return !(other > part);
  }
  return false;
}

function rolledBack({ events, end }: History): readonly string[] {
  const worlds = [...events.flatMap((event) => (event.kind === "world" ? [event.levels] : [])), end.world];
  return worlds
    .slice(1)
    .flatMap((levels, i) =>
      Object.entries(worlds[i] ?? {}).flatMap(([key, before]) =>
        isLower(before, levels[key]) ? [`${key} went from ${before} to ${levels[key] ?? "none"}`] : [],
      ),
    );
}

function reportedTooEarly({ events, goals }: History): readonly string[] {
  let world: Levels = {};
  return events.flatMap((event) => {
    if (event.kind === "world") world = event.levels;
    if (event.kind !== "reported" || !event.done) return [];
    const goal = goals.find(({ step }) => step === event.step);
    if (goal === undefined) return [`${event.step} was reported done and is no step of this campaign`];
    return Object.entries(goal.levels).flatMap(([key, wanted]) =>
      world[key] === wanted
        ? []
        : [
            `${event.stack}: ${event.step} was reported done with ${key} at ${world[key] ?? "none"}, not ${wanted}`,
          ],
    );
  });
}

/** A refused logon is not repeated, so files may stay where that was told; tasks and processes may not. */
function leftUntold({ end }: History): readonly string[] {
  return end.left.filter((line) => !end.refused.some((computer) => line.startsWith(`${computer}: C:\\`)));
}

function recordedWrongly({ end, goals }: History): readonly string[] {
  const wrong = end.recorded.flatMap(({ stack, step, levels }) =>
    Object.entries(levels).flatMap(([key, value]) =>
      end.world[key] === value
        ? []
        : [`${stack}: ${step} has ${key} at ${value}, and the world has ${end.world[key] ?? "none"}`],
    ),
  );
  const empty = end.recorded.filter(({ levels }) => Object.keys(levels).length === 0);
  const stacks = [...new Set(end.recorded.map(({ stack }) => stack))];
  const missing = end.converged
    ? stacks.flatMap((stack) =>
        goals
          .filter(({ step }) => !end.recorded.some((each) => each.stack === stack && each.step === step))
          .map(({ step }) => `${stack}: ${step} is not in the state`),
      )
    : [];
  return [...wrong, ...empty.map(({ stack, step }) => `${stack}: ${step} has no levels`), ...missing];
}
