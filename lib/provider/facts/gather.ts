/**
 * Reads what a step is judged on: one directory session per directory and run, one short connection per computer, in
 * parallel, under a deadline. What was read is kept until something may have changed it.
 */

import { type DirectorySession, DirectoryUnread } from "../../directory";
import type { AccountFacts, ComputerFacts, Fact, ForestFacts, Unknown } from "../../facts";
import { known, unknown, unreadComputer, unreadForest } from "../../facts";
import { type HealthFacts, unreadHealth } from "../../facts/health";
import type { Logons } from "../../logons";
import { type Case, memberDomain, type StepFacts } from "../../rules/case";
import { nameOf, objectOf, whyDoubles } from "../../rules/organization/serverObjects";
import { argument } from "../../rules/program/argumentTexts";
import { stepState } from "../../rules/state";
import { runModeTraits } from "../../runModes";
import { withCode } from "../../text";
import { caseOf, type ToldByOthers } from "../step/case";
import { withoutGone } from "../step/gone";
import type { Step } from "../step/step";
import { computerCause, directoryCause } from "./causes";
import { Computers } from "./computers";
import { deadline, type Limit } from "./deadline";
import { Directories, type OpenDirectory } from "./directories";
import { healthOf } from "./health";
import { administratorsOf } from "./resolveAdministrators";
import { FactsSnapshot } from "./snapshot";

/** Seconds in which a step's facts must be there, unless the program says otherwise. */
export const defaultFactsSeconds = 60;

/** Options of one reading. */
export interface GatherOptions {
  /** True when the state has the step at its target: a server that the directory, too, shows there gets no SSH. */
  readonly recorded: boolean;
  /** False when the computer is not asked at all. */
  readonly computer: boolean;
  /** Inputs that are not known yet (`directory`, `computer.connection`, `account`): nothing is read with them. */
  readonly unknown: readonly string[];
  /** True to ask the computer although the step is done: a Setup that reached its level may still run there. */
  readonly fresh?: boolean;
  /** True in preview, which may run from a facts snapshot. @default false */
  readonly preview?: boolean;
  /** Seconds that are left, where many steps are read under one deadline. @default the step's own `timeouts.facts` */
  readonly seconds?: number;
}

/** Reads facts, and keeps what this run has read. */
export class FactsReader {
  readonly snapshot = new FactsSnapshot();
  readonly #directories: Directories;
  readonly #computers: Computers;

  /**
   * @param told what other steps of the run have told, which decides what a step must read
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

  /** Forgets what was read, so that the next step sees the world as it is; sessions stay open. */
  forget(): void {
    this.#computers.forget();
    this.#directories.forget();
  }

  /** Forgets everything and closes every session. */
  async close(): Promise<void> {
    this.forget();
    await this.#directories.close();
  }

  /** Reads everything that a step is judged on. What could not be read is unknown, with the reason; nothing throws. */
  async read(step: Step, options: GatherOptions): Promise<StepFacts> {
    if (options.preview !== true) return this.#read(step, options);
    const kept = this.snapshot.factsOf(step);
    if (kept !== undefined) return kept;
    const facts = await this.#read(step, options);
    this.snapshot.record(step, facts);
    return facts;
  }

  /** The session with a step's directory, for what is no fact of the step. @throws Error when it cannot be had */
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
    const directory = this.#openDirectory(step, options.unknown);
    const forest = limit(forestOf(step, directory), (why, error) =>
      unreadForest(why, directoryName, directoryCause(step, error)),
    );
    const unread = (why: string, error: unknown) => unknown(why, directoryName, directoryCause(step, error));
    const domainLevels = limit(domainLevelsOf(step, directory, forest), (why, error) =>
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
    const account = limit(accountOf(step, directory, computer, options), unread);
    const serverAccess = limit(serverAccessOf(step, directory, forest, computer), unread);
    const administrators = limit(
      Promise.all([computer, forest, directory]).then(([c, f, d]) => administratorsOf(step, c, f, d ?? null)),
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

  async #openDirectory(step: Step, notKnown: readonly string[]): Promise<OpenDirectory | undefined> {
    if (notKnown.includes("directory")) throw new Error("`directory` is not known yet");
    const { directory } = step.inputs;
    return directory === undefined ? undefined : this.#directories.open(directory);
  }

  /** A step that the directory (for a server also the state) shows at its target gets no SSH: its row costs nothing. */
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

  /** The step as far as the directory alone tells it. */
  #caseWithout(
    step: Step,
    forest: ForestFacts,
    domainLevels: StepFacts["domainLevels"],
    { recorded }: GatherOptions,
  ): Case {
    const not = unknown("it was not asked", step.computer);
    const facts = {
      forest,
      domainLevels,
      computer: unreadComputer("it was not asked: the step is at its target already", step.computer),
      account: not,
      serverAccess: not,
      administrators: not,
      health: unreadHealth(not),
    };
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
    // One that has kept silent already would only keep silent again, for its whole time limit.
    const gone = whollyUnread(read);
    if (gone !== undefined) return unreadHealth(gone);
    const c = this.#caseWithout(step, read, await domainLevels, options);
    // Right before Setup an earlier step counts only if it is done, so that more may be asked then than in preview.
    return spared && isAtTarget(c) ? c.facts.health : healthOf({ ...c, apply: true }, directory);
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
    return this.#computers.read(step, limit);
  }
}

/** Whether the directory shows the step at its target; what is beyond it is refused, with all that stands in the way, unless the state has it there. */
function isAtTarget(c: Case): boolean {
  const state = stepState(c);
  if (!state.known) return false;
  const { progress } = state.value;
  return progress === "done" || (progress === "above" && c.recorded);
}

/** The levels that a domain step needs, unread; other steps learn from the forest which domain is theirs. */
function unreadLevels(step: Step, unread: Unknown): StepFacts["domainLevels"] {
  return Object.fromEntries(step.domains.filter((name) => name !== "*").map((name) => [name, unread]));
}

async function forestOf(step: Step, pending: Promise<OpenDirectory | undefined>): Promise<ForestFacts> {
  const directory = await pending;
  if (directory === undefined) return unreadForest("the step has no directory", step.computer);
  directory.forest ??= directory.session.forest();
  const forest = await directory.forest;
  const gone = whollyUnread(forest);
  return gone === undefined
    ? forest
    : unreadForest(gone.why, gone.source, directoryCause(step, new DirectoryUnread(gone.why)));
}

/** Why nothing of the forest is known: a session that stands, and whose domain controller does not answer any more. */
function whollyUnread({ root, schema }: ForestFacts): Unknown | undefined {
  return root.known || schema.known || root.why !== schema.why ? undefined : root;
}

async function accountOf(
  step: Step,
  pending: Promise<OpenDirectory | undefined>,
  computer: Promise<ComputerFacts>,
  options: GatherOptions,
): Promise<Fact<AccountFacts | null>> {
  if (options.unknown.includes("account"))
    return unknown(`${argument(step, "account")} is not known yet`, "the program");
  const directory = await pending;
  if (directory === undefined) return unknown("the step has no directory", step.computer);
  const name = step.account ?? (await loggedOn(step, computer));
  if (name === null)
    return unknown("the program does not name the account that will run Setup", "the program");
  const known = directory.accounts.get(name) ?? directory.session.account(name);
  directory.accounts.set(name, known);
  return known;
}

/** Who runs Setup when the program does not say: whoever the SSH session is, by SID where it could be asked. */
async function loggedOn(step: Step, computer: Promise<ComputerFacts>): Promise<string | null> {
  if (runModeTraits[step.run].runsAs !== "connection") return null;
  const { logon } = await computer;
  return logon.known ? logon.value.sid : (step.inputs.computer.connection?.user ?? null);
}

async function domainLevelsOf(
  step: Step,
  pending: Promise<OpenDirectory | undefined>,
  forest: Promise<ForestFacts>,
): Promise<StepFacts["domainLevels"]> {
  const directory = await pending;
  const read = await forest;
  const { domains } = read;
  if (directory === undefined || !domains.known || step.kind === "schema") return {};
  const names = domains.value.map((d) => d.name);
  const { computer, inputs } = step;
  const own = memberDomain({ computer, computerDomain: inputs.computer.domain ?? null }, read);
  const ofComputer = own.known && own.value !== null ? [own.value] : [];
  const wanted = step.kind !== "domain" ? ofComputer : step.domains.includes("*") ? names : step.domains;
  const levels = await Promise.all(
    wanted.map(async (name) => {
      const level = directory.domainLevels.get(name) ?? directory.session.domainLevel(name);
      directory.domainLevels.set(name, level);
      return [name, await level] as const;
    }),
  );
  return Object.fromEntries(levels);
}

/** Who controls the server's object (P3): asked for only where there is a server to upgrade, all servers in one search. */
async function serverAccessOf(
  step: Step,
  pending: Promise<OpenDirectory | undefined>,
  forest: Promise<ForestFacts>,
  computer: Promise<ComputerFacts>,
): Promise<StepFacts["serverAccess"]> {
  const directory = await pending;
  const { roles } = await computer;
  const { servers } = withoutGone(await forest, step.inputs.gone).forest;
  if (directory === undefined || step.kind !== "server" || !roles.known)
    return unknown("it was not asked", step.computer);
  if (!servers.known) return servers;
  const doubles = whyDoubles(servers.value, step.computer);
  if (doubles !== null) return unknown(doubles, servers.source);
  const server = objectOf(servers.value, step.computer);
  if (server === undefined) return known(null, servers.source);
  directory.access ??= directory.session.serverAccess();
  const access = await directory.access;
  if (!access.known) return access;
  const entries = access.value[server.dn];
  return entries === undefined
    ? unknown(`the access control list of ${nameOf(server)} cannot be read`, access.source)
    : known(entries, access.source);
}
