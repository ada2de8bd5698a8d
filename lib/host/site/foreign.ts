/** Whether somebody else's Setup is at work on a computer: its processes, and its log, which grows while Setup runs. */

import { type Fact, known, unknown } from "../../facts";
import { logMarks } from "../../releases";
import { cutLine } from "../../text";
import { type Parts, taskList } from "../cmd/commands";
import { type ProcessEntry, parseTasklist } from "../cmd/listings";
import { OperationRefused } from "../transport/errors";
import { type Link, pause } from "./link";
import type { SetupLogFile } from "./logfile";

/** Processes with those image names on the computer; unknown if the list cannot be read. */
export async function runningProcesses(
  link: Link,
  images: readonly string[],
): Promise<Fact<readonly ProcessEntry[]>> {
  return processesIn(await link.ask(processCommands(images)), images);
}

/** The commands whose output {@link processesIn} reads. */
export function processCommands(images: readonly string[]): { readonly [image: string]: string } {
  return Object.fromEntries(images.map((image) => [image, `${taskList(image)} 2>&1`]));
}

/** Processes with those image names in the output of the commands; unknown if a list cannot be read. */
export function processesIn(parts: Parts<string>, images: readonly string[]): Fact<readonly ProcessEntry[]> {
  const found: ProcessEntry[] = [];
  for (const image of images) {
    const { ok = false, text = "" } = parts[image] ?? {};
    if (!ok) return unknown(`tasklist failed: ${cutLine(text, 160)}`, "tasklist");
    found.push(...parseTasklist(text, image).map(({ pid }) => ({ image, pid })));
  }
  return known(found, "tasklist");
}

/** `exsetup.exe already runs on the computer (process 12)`, with fitting words, for messages. */
export function processesText(
  processes: readonly ProcessEntry[],
  verb: { one: string; many: string },
): string {
  const images = [...new Set(processes.map(({ image }) => image))];
  const pids = processes.map(({ pid }) => pid).join(", ");
  return `${images.join(" and ")} ${images.length === 1 ? verb.one : verb.many} (process ${pids})`;
}

/** Refuses to start while somebody else's Setup runs, or if that is not known. */
export function refuseForeignSetup(
  processes: Fact<readonly ProcessEntry[]>,
  images: readonly string[],
): void {
  if (!processes.known) {
    throw new OperationRefused(
      `whether ${images.join(" or ")} already runs on the computer is not known (${processes.why}), so Setup is not started`,
    );
  }
  if (processes.value.length === 0) return;
  const [first] = processes.value;
  const one = processes.value.every(({ image }) => image === first?.image);
  const what = processesText(processes.value, {
    one: "already runs on the computer",
    many: "already run on the computer",
  });
  throw new OperationRefused(
    `${what} and ${one ? "was" : "were"} not started by this operation. Let it finish, or end it there, then run pulumi ` +
      "up again.",
  );
}

/** Lines at the end of the log in which a completed run reports its end. */
const endLines = 5;

/**
 * Refuses to start while Setup's log grows although no process of Setup is visible: one that is just starting or
 * ending, or that has another name. A log whose last run has ended is not watched.
 *
 * @param quietMs time for which it must not grow
 */
export async function refuseGrowingLog(link: Link, log: SetupLogFile, quietMs: number): Promise<void> {
  const before = await log.lines();
  if (before === null) return;
  const end = await log.behind(0, before, { most: endLines });
  if (end?.includes(logMarks.end) === true) return;
  await pause(quietMs, link.signal);
  link.check();
  const after = await log.lines();
  if (after === null || after <= before) return;
  throw new OperationRefused(
    `Setup's log ${log.path} on the computer grows, so a Setup that was not started by this operation is at work there, ` +
      "although none of its processes was seen. Let it finish, then run pulumi up again.",
  );
}
