/** `exchange-upgrade status`: how far each step of a stack is, also while `pulumi up` runs. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { lookAtOperation, type OperationNow, openSession } from "../host";
import { eachStep } from "../provider/gates/organizationSteps";
import { see } from "../provider/look";
import { Run } from "../provider/memory/run";
import { connectionOptions } from "../provider/step/connectionOptions";
import { operationOf, type Step, updateMinutes } from "../provider/step/step";
import { expectedOf } from "../provider/step/windowRefusal";
import { operationOf as operationOfUpdate, type Update, updateIn } from "../provider/update/update";
import { stepState } from "../rules/state";
import { reasonOf, visibleLine } from "../text";
import { type GlobalOptions, type Outcome, runs, teaches, withStackOptions } from "./command";
import { CliError, type ExitCode, exitCodes } from "./exit";
import { clustersNow } from "./stackClusters";
import { readStack, type StackOptions, type StackStep, stepsOf, whyNotRead } from "./stackState";
import { clusterRow, type StatusRow, type StepNow, statusRow, statusText, watchText } from "./statusReport";
import { answer, columnsOfAnswers, drawScreen, isTerminal } from "./terminal";

interface StatusOptions extends GlobalOptions, StackOptions {
  readonly watch?: boolean;
  readonly interval: string;
}

export function register(program: Command): void {
  const command = withStackOptions(program.command("status"))
    .summary("show how far each step is, also while pulumi up runs")
    .description(
      "Shows each step of a stack with its phase, minutes, expected end against the change window, last error and log. It reads " +
        "the stack's state, the directory, and what runs of Setup have left on the computers; it takes no lock.",
    )
    .option(
      "-w, --watch",
      "look again and again until every step is done or Ctrl-C: a terminal shows the table, elsewhere changes are printed",
    )
    .option("--interval <seconds>", "seconds between two looks", "15")
    .action(runs(status));
  teaches(command, {
    where:
      "in the folder of a Pulumi project, on a machine that reaches a domain controller and the computers",
    credentials:
      "the backend's; the readers that the program names, from the state or from the environment variables that it names",
    codes: {
      0: "no step has failed",
      1: "the tool failed, or the state has no step",
      2: "the command line is wrong",
      3: "a step has failed, or its Setup was interrupted",
      4: "no step is known to have failed, and one could not be seen",
    },
    examples: ["status --stack prod", "status --stack prod --watch"],
  });
}

async function status(options: StatusOptions): Promise<Outcome> {
  const seconds = Number(options.interval);
  if (!(seconds >= 1))
    throw new CliError("XU-USAGE", "--interval takes a number of seconds from 1 on", exitCodes.usage);
  const isWatched = options.watch === true && options.json !== true;
  const rows = isWatched ? await watch(options, seconds) : await lookOnce(options);
  return {
    exitCode: exitCodeOf(rows),
    result: { rows },
    text: statusText(rows, Date.now(), columnsOfAnswers()),
  };
}

/** Shows it until every step is done. Answers what was seen then. A look that fails later is told, and the next one tried. */
async function watch(options: StatusOptions, seconds: number): Promise<readonly StatusRow[]> {
  const told = new Map<string, string>();
  let rows = await lookOnce(options);
  let seenAt = Date.now();
  let trouble: string | null = null;
  for (;;) {
    if (isTerminal()) drawScreen(watchText(rows, seenAt, trouble, columnsOfAnswers()));
    else for (const line of changesIn(rows, trouble, told)) answer(`${new Date().toISOString()} ${line}\n`);
    if (trouble === null && rows.every(({ standing }) => standing === "done")) break;
    await sleep(seconds * 1_000);
    const words: string[] = [];
    try {
      rows = await lookOnce(options, (text) => words.push(text));
      seenAt = Date.now();
      trouble = null;
    } catch (error) {
      trouble = visibleLine(words.length === 0 ? reasonOf(error) : words.join(" "));
    }
  }
  // The answer takes the place of what was drawn.
  if (isTerminal()) drawScreen("");
  return rows;
}

/** What has changed since it was told last. */
function changesIn(
  rows: readonly StatusRow[],
  trouble: string | null,
  told: Map<string, string>,
): readonly string[] {
  const now = rows.map(
    ({ name, phase, error, due }) =>
      [name, [phase, due, error].filter((text) => text != null).join(": ")] as const,
  );
  const all = [...now, ...(trouble === null ? [] : [["the stack", `not read: ${trouble}`] as const])];
  const changed = all.filter(([name, text]) => told.get(name) !== text);
  for (const [name, text] of changed) told.set(name, text);
  return changed.map(([name, text]) => `${name}: ${text}`);
}

async function lookOnce(
  options: StackOptions,
  tell?: (words: string) => void,
): Promise<readonly StatusRow[]> {
  const run = new Run();
  try {
    const stack = stepsOf(run, await readStack(options, tell));
    const looks = clustersNow(run, stack.clusters);
    const seen = await eachStep(
      stack,
      async ({ name, step }, seconds) => [name, await stepNow(run, step, seconds)] as const,
      () => undefined,
    );
    const now = new Map(seen);
    const steps = stack.steps.map((each) =>
      statusRow(
        { name: each.name, pending: each.pending, ...(now.get(each.name) ?? unusable(each)) },
        Date.now(),
      ),
    );
    return [...steps, ...(await looks).map(clusterRow)];
  } finally {
    await run.close();
  }
}

type Now = Omit<StepNow, "name" | "pending">;

async function stepNow(run: Run, step: Step, seconds: number): Promise<Now> {
  const seen = await see(run, step, { why: "proof", seconds });
  const window = step.inputs.changeWindow ?? null;
  const setup = stepState(seen.case);
  // Behind a Setup that is done, the step is at its security update.
  const update = setup.known && setup.value.progress === "done" ? updateIn(step) : null;
  const of =
    update === null
      ? { expected: expectedOf(step, seen.case), window }
      : { expected: updateMinutes(step), window, program: "Windows Installer" as const };
  const { state } = seen;
  const done = state.known && (state.value.progress === "done" || state.value.progress === "above");
  if (done) return { ...of, done, operation: null, why: null };
  const why = state.known ? null : state.why;
  try {
    return { ...of, done, operation: await operationOn(run, step, update), why };
  } catch (error) {
    return { ...of, done, operation: null, why: why ?? reasonOf(error) };
  }
}

async function operationOn(run: Run, step: Step, update: Update | null): Promise<OperationNow | null> {
  if (step.inputs.computer.connection === undefined) return null;
  const session = await openSession(connectionOptions(step), run.logons);
  try {
    return await lookAtOperation(session, update === null ? operationOf(step) : operationOfUpdate(update));
  } finally {
    session.close();
  }
}

function unusable(of: StackStep): Now {
  return {
    done: false,
    operation: null,
    why: whyNotRead(of),
    expected: 0,
    window: of.step?.inputs.changeWindow ?? null,
  };
}

function exitCodeOf(rows: readonly StatusRow[]): ExitCode {
  const has = (standing: StatusRow["standing"]) => rows.some((row) => row.standing === standing);
  return has("failed") ? exitCodes.no : has("unseen") ? exitCodes.unclear : exitCodes.ok;
}
