/** The night view: each step of a stack with its phase, minutes, expected end and last error. Pure. */
import type { OperationNow } from "../host";
import { type ChangeWindow, localTime, spanOf } from "../plan/changeWindow";
import { counted, visibleLine } from "../text";
import { tableText, wrapped } from "./columns";
import type { ClusterNow } from "./stackClusters";

/** How a step stands. */
export type Standing = "done" | "running" | "failed" | "waiting" | "unseen";

/** What is known of a step. */
export interface StepNow {
  readonly name: string;
  /** True where directory and computer show the target. */
  readonly done: boolean;
  /** True where the engine is at work on it. */
  readonly pending: boolean;
  /** null where there is none, or the computer was not asked. */
  readonly operation: OperationNow | null;
  /** What is run. @default "Setup" */
  readonly program?: "Windows Installer";
  /** Why it could not be seen; null where it could. */
  readonly why: string | null;
  /** Minutes that Setup usually takes. */
  readonly expected: number;
  readonly window: ChangeWindow | null;
}

export interface StatusRow {
  readonly name: string;
  readonly standing: Standing;
  readonly phase: string;
  /** Whole minutes since Setup was started; null where it does not run. */
  readonly minutes: number | null;
  /** When it is expected to end, milliseconds since 1970 UTC; null where it does not run. */
  readonly end: number | null;
  /** Whether that is inside the change window; null without a window, or an end. */
  readonly inWindow: boolean | null;
  /** The step of a clustered mailbox server that a person does next, with its support; absent elsewhere. */
  readonly due?: string;
  readonly error: string | null;
  /** Path of what Setup has printed, on its computer. */
  readonly log: string | null;
  readonly window: ChangeWindow | null;
}

const minuteMs = 60_000;

/** The row of a step. @param now milliseconds since 1970 UTC */
export function statusRow(step: StepNow, now: number): StatusRow {
  const { name, window, operation, expected } = step;
  const began = operation?.state === "running" ? operation.startedAt : null;
  const end = began === null ? null : began + expected * minuteMs;
  const row = {
    name,
    minutes: began === null ? null : Math.max(0, Math.floor((now - began) / minuteMs)),
    end,
    inWindow: end === null || window === null ? null : end <= spanOf(window).until,
    log: operation?.output ?? null,
    window,
  };
  return { ...row, ...phaseOf(step) };
}

function phaseOf(step: StepNow): Pick<StatusRow, "standing" | "phase" | "error"> {
  const { done, pending, operation, why, program = "Setup" } = step;
  if (done) return { standing: "done", phase: "done", error: null };
  if (operation?.state === "running")
    return { standing: "running", phase: operation.phase ?? `${program} runs`, error: null };
  if (why !== null) return { standing: "unseen", phase: "not seen", error: why };
  // The engine is at work on it: what an earlier attempt left is not the last word.
  if (pending) return { standing: "running", phase: operation?.phase ?? "begins", error: null };
  if (operation === null || operation.state === "prepared")
    return { standing: "waiting", phase: "waiting", error: null };
  const last = operation.phase === null ? "" : ` in ${operation.phase}`;
  if (operation.state === "interrupted")
    return {
      standing: "failed",
      phase: "interrupted",
      error: `${program} ended without an exit code${last}`,
    };
  return operation.code === 0
    ? {
        standing: "failed",
        phase: "not proven",
        error: `${program} ended with 0, and the target is not shown`,
      }
    : {
        standing: "failed",
        phase: "failed",
        error: `${program} ended with ${operation.code ?? "no number"}${last}`,
      };
}

/** The row of a clustered mailbox server. A person does its steps, so nobody knows how long they take. */
export function clusterRow({ name, progress, due, open }: ClusterNow): StatusRow {
  const row = { name, minutes: null, end: null, inWindow: null, error: null, log: null, window: null };
  if (progress === "done" || progress === "above") return { ...row, standing: "done", phase: "done" };
  if (due !== null) {
    const told = `${due.text} (${due.evidence})`;
    return { ...row, standing: "waiting", phase: "waits for a person", due: told };
  }
  return progress === "unknown"
    ? { ...row, standing: "unseen", phase: "not seen", error: open }
    : { ...row, standing: "failed", phase: "failed", error: open };
}

/** Rows that a screen shows beside what fails, runs or is not seen. */
const mostRows = 15;
const order: readonly Standing[] = ["failed", "unseen", "running", "waiting", "done"];

/** The table for a terminal: what needs eyes first. */
export function statusText(rows: readonly StatusRow[], now: number, columns: number): string {
  const sorted = order.flatMap((standing) => rows.filter((row) => row.standing === standing));
  const shown = sorted.slice(0, mostRows);
  const more = sorted.length - shown.length;
  const table = tableText(
    [
      ["step", "phase", "min", "end", "window"],
      ...shown.map(({ name, phase, minutes, end, inWindow, window }) => [
        name,
        phase,
        minutes === null ? "-" : String(minutes),
        end === null ? "-" : localTime(window ?? {}, end).slice(-5),
        inWindow === null ? "-" : inWindow ? "fits" : "TOO LATE",
      ]),
    ],
    { columns, flexible: 1 },
  );
  const notes = shown.flatMap(({ name, standing, error, due, log }) =>
    standing === "failed" || standing === "unseen" || standing === "running" || due !== undefined
      ? [due ?? error, log === null ? null : `log ${log}`].flatMap((text) =>
          text === null ? [] : wrapped(visibleLine(`${name}: ${text}`), columns),
        )
      : [],
  );
  const rest = more > 0 ? `and ${more} more: --json\n` : "";
  const below = notes.length === 0 ? "" : `\n${notes.join("\n")}\n`;
  return `${headline(rows, now)}\n\n${table}${rest}${below}`;
}

const howToEnd = "Ctrl-C ends this view; pulumi up goes on.";

/** The table that is drawn again and again. @param trouble why the last look failed, since when it is as it was then */
export function watchText(
  rows: readonly StatusRow[],
  seenAt: number,
  trouble: string | null,
  columns: number,
): string {
  const text = statusText(rows, seenAt, columns);
  const last = trouble === null ? howToEnd : `NOT READ since then: ${trouble}`;
  return `${text}\n${wrapped(last, columns).join("\n")}\n`;
}

function headline(rows: readonly StatusRow[], now: number): string {
  const counts = order.flatMap((standing) => {
    const count = rows.filter((row) => row.standing === standing).length;
    return count === 0 ? [] : [`${count} ${standing === "unseen" ? "not seen" : standing}`];
  });
  const zone: Pick<ChangeWindow, "timeZone"> = rows.find(({ window }) => window !== null)?.window ?? {};
  return `${localTime(zone, now)} ${zone.timeZone ?? "UTC"}  ${counted(rows.length, "step")}: ${counts.join(", ")}`;
}
