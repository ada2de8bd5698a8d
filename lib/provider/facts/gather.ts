/**
 * Gathers a step's facts: one directory session per directory and process, one short SSH connection per computer, in
 * parallel, under a deadline. What was read is kept until something may have changed it.
 */
import { createHash } from "node:crypto";
import { type DirectoryConnection, DirectorySession, LogonRefused } from "../../directory";
import type { AccountFacts, ComputerFacts, Fact, ForestFacts } from "../../facts";
import { known, unknown, unreadComputer, unreadForest } from "../../facts";
import { type ComputerQuestions, ConnectionLost, HostSession, readComputer } from "../../host";
import { forgetLogons } from "../../logons";
import { programOf } from "../../plan/stepPlan";
import { restartSignsToRead, setupOf } from "../../releases";
import { memberDomain, type StepFacts } from "../../rules/case";
import { nameOf, objectOf, whyDoubles } from "../../rules/organization/serverObjects";
import { argument } from "../../rules/program/argumentTexts";
import { stepState } from "../../rules/state";
import { messageOf } from "../../wire/answers";
import { resolveCredential } from "../../wire/secrets";
import { forgetFacing } from "../memory/declaredFacing";
import { connectionOptions } from "../step/connectionOptions";
import { withoutGone } from "../step/gone";
import type { DirectoryInputs } from "../step/inputs";
import { caseOf, type Step } from "../step/step";
import { administratorsOf, asksAdministrators, type Principals } from "./resolveAdministrators";
import { recordFacts, snapshotFacts } from "./snapshot";

/** Seconds in which a step's facts must be there, unless the program says otherwise. */
export const defaultFactsSeconds = 60;

/** A directory that answers, with what was read from it so far. */
interface OpenDirectory {
  readonly session: DirectorySession;
  forest?: Promise<ForestFacts>;
  readonly accounts: Map<string, Promise<Fact<AccountFacts | null>>>;
  readonly domainLevels: Map<string, Promise<Fact<number | null>>>;
  readonly principals: Principals;
  access?: ReturnType<DirectorySession["serverAccess"]>;
}

const directories = new Map<string, Promise<OpenDirectory>>();
const computers = new Map<string, Promise<ComputerFacts>>();

/** Keys of the directories that could not be connected to since facts were last forgotten. */
const unreachable = new Set<string>();

/** Forgets what was read, so that the next step sees the world as it is; sessions stay open. */
export async function forgetFacts(): Promise<void> {
  computers.clear();
  for (const key of unreachable) directories.delete(key);
  unreachable.clear();
  // One that is still connecting has nothing to forget, and is not waited for.
  for (const pending of directories.values()) void pending.then(forgetDirectory, () => undefined);
}

function forgetDirectory(directory: OpenDirectory): void {
  delete directory.forest;
  delete directory.access;
  directory.accounts.clear();
  directory.domainLevels.clear();
  directory.principals.clear();
}

/** Forgets everything and closes every session: for a process that goes on without us. */
export async function closeFacts(): Promise<void> {
  forgetFacing();
  forgetLogons();
  await forgetFacts();
  const open = [...directories.values()];
  directories.clear();
  for (const pending of open) await pending.then((d) => d.session.close()).catch(() => undefined);
}

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

/** Reads everything that a step is judged on. What could not be read is unknown, with the reason; nothing throws. */
export async function gatherFacts(step: Step, options: GatherOptions): Promise<StepFacts> {
  if (options.preview !== true) return readFacts(step, options);
  const kept = snapshotFacts(step);
  if (kept !== undefined) return kept;
  const facts = await readFacts(step, options);
  recordFacts(step, facts);
  return facts;
}

async function readFacts(step: Step, options: GatherOptions): Promise<StepFacts> {
  const own = step.inputs.timeouts?.facts ?? defaultFactsSeconds;
  const seconds = Math.min(own, options.seconds ?? own);
  const directoryName = step.inputs.directory?.url ?? "no directory";
  const limit = deadline(seconds);
  const directory = openDirectory(step.inputs.directory, options);
  const forest = limit(forestOf(step, directory), (why) => unreadForest(why, directoryName));
  const domainLevels = limit(domainLevelsOf(step, directory, forest), (why) =>
    unreadLevels(step, why, directoryName),
  );
  const spared = options.fresh !== true && (step.kind !== "server" || options.recorded);
  const computer = limit(
    spared
      ? Promise.all([forest, domainLevels]).then(([f, levels]) =>
          computerUnlessDone(step, f, levels, options, limit),
        )
      : computerOf(step, options, limit),
    (why) => unreadComputer(why, step.computer),
  );
  const unread = (why: string) => unknown(why, directoryName);
  const account = limit(accountOf(step, directory, computer, options), unread);
  const serverAccess = limit(serverAccessOf(step, directory, forest, computer), unread);
  const administrators = limit(
    Promise.all([computer, forest, directory]).then(([c, f, d]) => administratorsOf(step, c, f, d ?? null)),
    unread,
  );
  const facts = {
    forest: await forest,
    serverAccess: await serverAccess,
    administrators: await administrators,
    account: await account,
    computer: await computer,
    domainLevels: await domainLevels,
  };
  limit.end();
  return facts;
}

/** The levels that a domain step needs, unread; other steps learn from the forest which domain is theirs. */
function unreadLevels(step: Step, why: string, source: string): StepFacts["domainLevels"] {
  return Object.fromEntries(
    step.domains.filter((name) => name !== "*").map((name) => [name, unknown(why, source)]),
  );
}

type Limit = ReturnType<typeof deadline>;

/** A limiter: each promise it is given ends by the deadline; one that is late or fails, with a value for the reason. */
function deadline(seconds: number) {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1_000);
  });
  const limit = <T>(work: Promise<T>, unread: (why: string) => T): Promise<T> =>
    Promise.race([work, over]).catch((error: unknown) => unread(messageOf(error)));
  return Object.assign(limit, { end: () => clearTimeout(timer) });
}

async function openDirectory(
  inputs: DirectoryInputs | undefined,
  options: GatherOptions,
): Promise<OpenDirectory | undefined> {
  if (options.unknown.includes("directory")) throw new Error("`directory` is not known yet");
  if (inputs === undefined) return undefined;
  const key = createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
  const open = directories.get(key) ?? connectDirectory(inputs);
  directories.set(key, open);
  // A failure is kept until the facts are forgotten: a silent domain controller costs its time limit once, not once a
  // step. A refused logon is kept for good, since one for each step would lock the account.
  open.catch((error) => {
    if (!(error instanceof LogonRefused)) unreachable.add(key);
  });
  return open;
}

/** The session with a step's directory, for what is no fact of the step. @throws Error when it cannot be had */
export async function directoryOf(step: Step): Promise<DirectorySession> {
  const options = { recorded: false, computer: false, unknown: [] };
  const directory = await openDirectory(step.inputs.directory, options);
  if (directory === undefined) throw new Error(`${step.computer}: the program gives no \`directory\``);
  return directory.session;
}

async function connectDirectory(inputs: DirectoryInputs): Promise<OpenDirectory> {
  const password = resolveCredential(inputs.password, "directory.password");
  const connection = withoutUndefined({ ...inputs, password }) as unknown as DirectoryConnection;
  const session = await DirectorySession.open(connection);
  return { session, accounts: new Map(), domainLevels: new Map(), principals: new Map() };
}

async function forestOf(step: Step, pending: Promise<OpenDirectory | undefined>): Promise<ForestFacts> {
  const directory = await pending;
  if (directory === undefined) return unreadForest("the step has no directory", step.computer);
  directory.forest ??= directory.session.forest();
  return directory.forest;
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
  if (step.run !== "direct") return null;
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

/** A step that the directory (for a server also the state) shows at its target gets no SSH: its row costs nothing. */
async function computerUnlessDone(
  step: Step,
  forest: ForestFacts,
  domainLevels: StepFacts["domainLevels"],
  options: GatherOptions,
  limit: Limit,
): Promise<ComputerFacts> {
  const computer = unreadComputer("it was not asked: the step is at its target already", step.computer);
  const account = unknown("it was not asked", step.computer);
  const facts = {
    forest,
    domainLevels,
    computer,
    account,
    serverAccess: account,
    administrators: account,
  };
  const state = stepState(
    caseOf(step, facts, { recorded: options.recorded, apply: false, recordedWindows: null }),
  );
  if (!state.known) return computerOf(step, options, limit);
  const { progress } = state.value;
  // What is beyond the target is refused, with all that stands in the way, unless the state has it there.
  if (progress === "done" || (progress === "above" && options.recorded)) return computer;
  return computerOf(step, options, limit);
}

function computerOf(step: Step, options: GatherOptions, limit: Limit): Promise<ComputerFacts> {
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
  const { registryKey, roleKeys, clusterKeys } = setupOf(step.target);
  const folder = step.inputs.computer.media;
  const questions: ComputerQuestions = {
    registryKey,
    roleKeys,
    clusterKeys,
    restartSigns: restartSignsToRead(step.target.product),
    media: folder === undefined ? null : programOf({ target: step.target, media: folder }),
    administrators: asksAdministrators(step),
  };
  const key = createHash("sha256")
    .update(JSON.stringify([connection, questions]))
    .digest("hex");
  // Kept also when it fails: a silent computer costs its time limit once, not once for each step that asks.
  const reading =
    computers.get(key) ?? limit(readPatiently(step, questions), (why) => unreadComputer(why, step.computer));
  computers.set(key, reading);
  return reading;
}

/** Reads it once more where the connection that stood was lost: what is only read may be read again. */
async function readPatiently(step: Step, questions: ComputerQuestions): Promise<ComputerFacts> {
  try {
    return await readOnce(step, questions);
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    return readOnce(step, questions);
  }
}

async function readOnce(step: Step, questions: ComputerQuestions): Promise<ComputerFacts> {
  const session = await HostSession.open(connectionOptions(step));
  try {
    return await readComputer(session, questions);
  } finally {
    session.close();
  }
}

function withoutUndefined(value: { readonly [key: string]: unknown }): { [key: string]: unknown } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
}
