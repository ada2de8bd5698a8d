/** The facts in the directory that a step is judged on. */
import { DirectoryUnread } from "../../directory";
import type { AccountFacts, ComputerFacts, Fact, ForestFacts, Unknown } from "../../facts";
import { known, unknown, unreadForest } from "../../facts";
import { memberDomain, type StepFacts } from "../../rules/case";
import { nameOf, objectOf, whyDoubles, withObjects } from "../../rules/organization/serverObjects";
import { argument } from "../../rules/program/argumentTexts";
import { runModeTraits } from "../../runModes";
import { withoutGone } from "../step/gone";
import type { Step } from "../step/step";
import { askerOf, othersMs } from "./answers";
import { directoryCause } from "./causes";
import type { OpenDirectory } from "./directories";
import type { GatherOptions } from "./gatherOptions";

/** Unread levels of the domains of a domain step. The domain of another step comes from the forest. */
export function unreadLevels(step: Step, unread: Unknown): StepFacts["domainLevels"] {
  return Object.fromEntries(step.domains.filter((name) => name !== "*").map((name) => [name, unread]));
}

/**
 * The forest. If a server is looked at anew, its own objects are read now, and the others may have the age that
 * answers.ts allows.
 */
export async function forestOf(
  step: Step,
  pending: Promise<OpenDirectory | undefined>,
  options: GatherOptions,
): Promise<ForestFacts> {
  const directory = await pending;
  if (directory === undefined) return unreadForest("the step has no directory", step.computer);
  const own =
    options.anew === true && step.kind === "server" ? await withOwnObjects(step, directory, options) : null;
  const forest =
    own ?? (await askerOf(directory.answers, options)(forestQuestion, () => directory.session.forest()));
  const gone = whollyUnread(forest);
  return gone === undefined
    ? forest
    : unreadForest(gone.why, gone.source, directoryCause(step, new DirectoryUnread(gone.why)));
}

const forestQuestion = "forest";

/**
 * The last reading of the forest with the objects of the step's own server read now, because each server would else
 * read all others. Null if either cannot be had.
 */
async function withOwnObjects(
  step: Step,
  { session, answers }: OpenDirectory,
  { stateOnly }: GatherOptions,
): Promise<ForestFacts | null> {
  // The other servers' objects do not tell this server's state.
  const most = stateOnly === true ? undefined : othersMs;
  const last = await answers.kept(forestQuestion, () => session.forest(), most);
  if (!last.servers.known || !last.setAside.known) return null;
  const own = await session.serverObjectsOf(step.computer);
  if (!own.known) return null;
  const amended = (forest: ForestFacts) => withObjects(forest, step.computer, own.value);
  answers.amend(forestQuestion, amended);
  return amended(last);
}

/**
 * The reason if the domain controller of an open session has stopped to answer, so that nothing of the forest is known.
 */
export function whollyUnread({ root, schema }: ForestFacts): Unknown | undefined {
  return root.known || schema.known || root.why !== schema.why ? undefined : root;
}

export async function accountOf(
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
  return askerOf(directory.answers, options)(`account ${name}`, () => directory.session.account(name));
}

/**
 * The account that runs Setup if the program names none: the account of the session, by SID if the computer has told
 * it.
 */
async function loggedOn(step: Step, computer: Promise<ComputerFacts>): Promise<string | null> {
  if (runModeTraits[step.run].runsAs !== "connection") return null;
  const { logon } = await computer;
  return logon.known ? logon.value.sid : (step.inputs.computer.connection?.user ?? null);
}

export async function domainLevelsOf(
  step: Step,
  pending: Promise<OpenDirectory | undefined>,
  forest: Promise<ForestFacts>,
  options: GatherOptions,
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
  const ask = askerOf(directory.answers, options);
  const levels = await Promise.all(
    wanted.map(
      async (name) =>
        [name, await ask(`level of ${name}`, () => directory.session.domainLevel(name))] as const,
    ),
  );
  return Object.fromEntries(levels);
}

/**
 * The access list of the server's object (P3), for a step that upgrades a server. A check reads all servers' lists in
 * one search, since other steps follow; right before Setup only the own list is read.
 */
export async function serverAccessOf(
  step: Step,
  pending: Promise<OpenDirectory | undefined>,
  forest: Promise<ForestFacts>,
  computer: Promise<ComputerFacts>,
  options: GatherOptions,
): Promise<StepFacts["serverAccess"]> {
  const directory = await pending;
  const { roles } = await computer;
  const { servers } = withoutGone(await forest, step.inputs.gone).forest;
  // Of a clustered mailbox server no computer is asked: only the directory has it.
  if (directory === undefined || step.kind !== "server" || (options.computer && !roles.known))
    return unknown("it was not asked", step.computer);
  if (!servers.known) return servers;
  const doubles = whyDoubles(servers.value, step.computer);
  if (doubles !== null) return unknown(doubles, servers.source);
  const server = objectOf(servers.value, step.computer);
  if (server === undefined) return known(null, servers.source);
  const access = await askerOf(directory.answers, options)(
    options.anew === true ? `access list of ${server.dn}` : "access lists",
    () => directory.session.serverAccess(options.anew === true ? server.dn : null),
  );
  if (!access.known) return access;
  const entries = access.value[server.dn];
  return entries === undefined
    ? unknown(`the access control list of ${nameOf(server)} cannot be read`, access.source)
    : known(entries, access.source);
}
