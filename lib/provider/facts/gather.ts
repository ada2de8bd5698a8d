/**
 * Reads the facts of a step: one session per directory and run, one short connection per computer, in parallel, under a
 * deadline. The run keeps what it has read, as long as answers.ts says.
 */

import { type DirectorySession, DirectoryUnread } from "../../directory";
import { type ComputerFacts, type ForestFacts, unknown, unreadComputer, unreadForest } from "../../facts";
import { type HealthFacts, unreadHealth } from "../../facts/health";
import type { Logons } from "../../logons";
import type { Case, StepFacts } from "../../rules/case";
import { argument } from "../../rules/program/argumentTexts";
import { stepState } from "../../rules/state";
import { withCode } from "../../text";
import { caseOf, type ToldByOthers } from "../step/case";
import type { Step } from "../step/step";
import type { Answered, Question } from "./answered";
import { askerOf } from "./answers";
import { computerCause, directoryCause } from "./causes";
import { Computers } from "./computers";
import { deadline, type Limit } from "./deadline";
import { Directories, type OpenDirectory } from "./directories";
import {
  accountOf,
  domainLevelsOf,
  forestOf,
  serverAccessOf,
  unreadLevels,
  whollyUnread,
} from "./directoryFacts";
import type { GatherOptions } from "./gatherOptions";
import { healthOf } from "./health";
import { administratorsOf, type LookUp } from "./resolveAdministrators";
import { FactsSnapshot } from "./snapshot";

/** Seconds for reading a step's facts, unless the program gives another number. */
export const defaultFactsSeconds = 60;

/** Reads facts, and keeps what this run has read. */
export class FactsReader {
  readonly snapshot = new FactsSnapshot();
  readonly #directories: Directories;
  readonly #computers: Computers;

  /**
   * @param told what other steps of the run have declared; it decides which facts a step needs
   * @param logons of the run
   */
  constructor(
    private readonly told: ToldByOthers,
    logons: Logons,
  ) {
    this.#directories = new Directories(logons);
    this.#computers = new Computers(logons);
  }

  /** False in a preview that runs from a facts snapshot, and connects to nothing. */
  needsCredentials(preview: boolean): boolean {
    return !preview || !this.snapshot.isInUse;
  }

  /** Forgets all answers, so that the next step reads them again; sessions stay open. */
  forget(): void {
    this.#computers.forget();
    this.#directories.forget();
  }

  /** Forgets all answers and closes every session. */
  async close(): Promise<void> {
    this.forget();
    await this.#directories.close();
  }

  /** Reads all facts of a step. A fact that could not be read is unknown, with the reason; nothing throws. */
  async read(step: Step, options: GatherOptions): Promise<StepFacts> {
    if (options.preview !== true) return this.#read(step, options);
    const kept = this.snapshot.factsOf(step);
    if (kept !== undefined) return kept;
    const facts = await this.#read(step, options);
    this.snapshot.record(step, facts);
    return facts;
  }

  /**
   * A computer's answer beside its facts: in a preview that uses a snapshot from there, else asked.
   * @param about what is asked about, such as a file; empty for a question about the computer itself
   */
  async answer<Q extends Question>(
    step: Step,
    {
      question,
      about = "",
      preview,
    }: { readonly question: Q; readonly about?: string; readonly preview: boolean },
    ask: () => Promise<Answered[Q]>,
  ): Promise<Answered[Q]> {
    if (!preview) return ask();
    const kept = this.snapshot.answerOf(step, question, about);
    if (kept !== undefined) return kept;
    const answer = await ask();
    this.snapshot.recordAnswer(step, question, about, answer);
    return answer;
  }

  /** The session with a step's directory, for questions beside its facts. @throws Error if there is no session */
  async directoryOf(step: Step): Promise<DirectorySession> {
    const directory = await this.#openDirectory(step, []);
    if (directory === undefined)
      throw new Error(withCode(`${step.computer}: the program gives no \`directory\``, "XU-ARGUMENT"));
    return directory.session;
  }

  async #read(step: Step, options: GatherOptions): Promise<StepFacts> {
    const own = step.inputs.timeouts?.facts ?? defaultFactsSeconds;
    const seconds = Math.min(own, options.seconds ?? own);
    const directoryName = step.inputs.directory?.url ?? "no directory";
    const limit = deadline(seconds);
    const directory = this.#openDirectory(step, options.unknown, options.anew);
    const forest = limit(forestOf(step, directory, options), (why, error) =>
      unreadForest(why, directoryName, directoryCause(step, error)),
    );
    const unread = (why: string, error: unknown) => unknown(why, directoryName, directoryCause(step, error));
    const domainLevels = limit(domainLevelsOf(step, directory, forest, options), (why, error) =>
      unreadLevels(step, unread(why, error)),
    );
    const spared = options.fresh !== true && (step.kind !== "server" || options.recorded);
    const computer = limit(
      spared
        ? Promise.all([forest, domainLevels]).then(([f, levels]) =>
            this.#computerUnlessDone(step, f, levels, options, limit),
          )
        : this.#computerOf(step, options, limit),
      (why, error) => unreadComputer(why, step.computer, computerCause(step, error)),
    );
    if (options.stateOnly === true) {
      const facts = {
        ...unaskedFacts(step),
        forest: await forest,
        computer: await computer,
        domainLevels: await domainLevels,
      };
      limit.end();
      return facts;
    }
    const account = limit(accountOf(step, directory, computer, options), unread);
    const serverAccess = limit(serverAccessOf(step, directory, forest, computer, options), unread);
    const administrators = limit(
      Promise.all([computer, forest, directory]).then(([c, f, d]) =>
        administratorsOf(step, c, f, d === undefined ? null : lookUpIn(d, options)),
      ),
      unread,
    );
    const health = limit(
      this.#healthOf(step, directory, forest, domainLevels, options, spared),
      (why, error) => unreadHealth(unread(why, error)),
    );
    const facts = {
      forest: await forest,
      health: await health,
      serverAccess: await serverAccess,
      administrators: await administrators,
      account: await account,
      computer: await computer,
      domainLevels: await domainLevels,
    };
    limit.end();
    return facts;
  }

  async #openDirectory(
    step: Step,
    notKnown: readonly string[],
    anew?: boolean,
  ): Promise<OpenDirectory | undefined> {
    if (notKnown.includes("directory")) throw new Error("`directory` is not known yet");
    const { directory } = step.inputs;
    return directory === undefined ? undefined : this.#directories.open(directory, anew);
  }

  /**
   * Asks no computer if the directory, and for a server also the state, show the step at its target: a finished step
   * costs no connection.
   */
  async #computerUnlessDone(
    step: Step,
    forest: ForestFacts,
    domainLevels: StepFacts["domainLevels"],
    options: GatherOptions,
    limit: Limit,
  ): Promise<ComputerFacts> {
    const c = this.#caseWithout(step, forest, domainLevels, options);
    return isAtTarget(c) ? c.facts.computer : this.#computerOf(step, options, limit);
  }

  /** The case of the step with the directory's facts alone. */
  #caseWithout(
    step: Step,
    forest: ForestFacts,
    domainLevels: StepFacts["domainLevels"],
    { recorded }: GatherOptions,
  ): Case {
    const computer = unreadComputer("it was not asked: the step is at its target already", step.computer);
    const facts = { ...unaskedFacts(step), forest, domainLevels, computer };
    return caseOf(this.told, step, facts, { recorded, apply: false, recordedWindows: null });
  }

  async #healthOf(
    step: Step,
    pending: Promise<OpenDirectory | undefined>,
    forest: Promise<ForestFacts>,
    domainLevels: Promise<StepFacts["domainLevels"]>,
    options: GatherOptions,
    spared: boolean,
  ): Promise<HealthFacts> {
    const directory = await pending;
    if (directory === undefined) return unreadHealth(unknown("the step has no directory", step.computer));
    const read = await forest;
    // A domain controller that has stopped to answer would cost the time limit once more.
    const gone = whollyUnread(read);
    if (gone !== undefined) return unreadHealth(gone);
    const c = this.#caseWithout(step, read, await domainLevels, options);
    // Right before Setup an earlier step counts only if it is done. So a computer that preview spares may have to be
    // asked then.
    return spared && isAtTarget(c)
      ? c.facts.health
      : healthOf({ ...c, apply: true }, directory.session, askerOf(directory.answers, options), (why) =>
          directoryCause(step, new DirectoryUnread(why)),
        );
  }

  #computerOf(step: Step, options: GatherOptions, limit: Limit): Promise<ComputerFacts> {
    const { connection } = step.inputs.computer;
    if (!options.computer) return Promise.resolve(unreadComputer("it was not asked", step.computer));
    if (options.unknown.includes("computer.connection")) {
      return Promise.resolve(
        unreadComputer(`${argument(step, "computer.connection")} is not known yet`, step.computer),
      );
    }
    if (connection === undefined) {
      return Promise.resolve(unreadComputer("the program gives no connection to it", step.computer));
    }
    return this.#computers.read(step, limit, options);
  }
}

/**
 * True if the directory shows the step at its target. A step beyond its target is asked, so that the refusal has all
 * reasons; if the state records it there, it counts as at its target.
 */
function isAtTarget(c: Case): boolean {
  const state = stepState(c);
  if (!state.known) return false;
  const { progress } = state.value;
  return progress === "done" || (progress === "above" && c.recorded);
}

/** The facts that do not tell whether a step is done. */
function unaskedFacts({
  computer,
}: Step): Pick<StepFacts, "account" | "serverAccess" | "administrators" | "health"> {
  const not = unknown("it was not asked", computer);
  return { account: not, serverAccess: not, administrators: not, health: unreadHealth(not) };
}

function lookUpIn(directory: OpenDirectory, options: GatherOptions): LookUp {
  return (name) =>
    askerOf(directory.answers, options)(`principal ${name}`, () => directory.session.principal(name));
}
