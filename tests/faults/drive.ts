/** Drives one campaign through provider processes, until it has converged or the tries are over, and judges it. */
import { setTimeout as sleep } from "node:timers/promises";
import { contoso } from "../../lab";
import type { StepKind } from "../../lib/model";
import type { Campaign } from "./campaign";
import { CliStack } from "./cli-stack";
import type { History } from "./history";
import { type Violation, violations } from "./invariants";
import { colleague } from "./organization";
import { type ProviderHome, ProviderStack } from "./provider-stack";
import type { Stack } from "./stack";
import { Strikes, within } from "./strikes";
import { timing } from "./timing";
import { goalsOf, holds, World } from "./world";

/** Tries in which faults strike, and those after them, in which everything has to come right. */
export const stormyTries = 4;
export const calmTries = 4;

/** Longer than anything that a campaign waits for. */
const hangMs = 400_000;

/** What came of a campaign. */
export interface Verdict {
  readonly violations: readonly Violation[];
  /** Kinds of the faults that struck. */
  readonly struck: readonly string[];
  readonly tries: number;
  readonly history: History;
  /** Why each try failed, for whoever looks into a violation. */
  readonly failures: readonly string[];
  /** Everything that was said to people, warnings included. */
  readonly said: string;
}

/** What was given to the product and must not be seen. */
export const secrets = [...contoso.accounts.map(({ password }) => password), colleague.password];

/** The Setup that somebody else runs, by the step that it brings about. */
const foreignSetups: Readonly<Record<StepKind, string>> = {
  schema: "/PrepareSchema",
  organization: "/PrepareAD",
  domain: "/PrepareDomain:emea.contoso.com",
  server: "/mode:upgrade",
};

export async function runCampaign(campaign: Campaign, home: ProviderHome): Promise<Verdict> {
  const world = await World.start(campaign);
  if (campaign.run === "task") await world.registerTasks();
  const first = await makeStack("first", world, campaign, home);
  const stacks: Stack[] = [first];
  const beside: Promise<void>[] = [];
  const providers = () => stacks.flatMap((stack) => stack.providerIds());
  const strikes: Strikes = new Strikes(world, campaign.strikes, {
    killProvider: () => {
      for (const id of providers()) kill(id, "SIGKILL");
    },
    suspendProvider: (ms) => {
      for (const id of providers()) {
        kill(id, "SIGSTOP");
        beside.push(sleep(ms).then(() => kill(id, "SIGCONT")));
      }
    },
    killEngine: () => {
      for (const stack of stacks) stack.killEngine();
    },
    interrupt: () => {
      for (const stack of stacks) stack.interrupt();
    },
    secondUp: (which) => {
      const add = async () => {
        const stack = await makeStack("second", world, campaign, home);
        stacks.push(stack);
        return stack;
      };
      const known = which === "same" ? first : stacks[1];
      beside.push((known === undefined ? add() : Promise.resolve(known)).then((stack) => stack.up()));
    },
    foreignSetup: () => {
      const pending = campaign.steps.find((step) => !isDone(world, step)) ?? campaign.steps[0] ?? "server";
      beside.push(world.runForeign(world.places[pending], foreignSetups[pending]));
    },
  });
  const failures: string[] = [];
  let tries = 0;
  let hung: string | null = null;
  try {
    for (; tries < stormyTries + calmTries; tries++) {
      if (tries === stormyTries) {
        strikes.heal();
        for (const left of leftByOthers(world)) beside.push(world.runForeign(...left));
        await Promise.all(beside.splice(0));
      }
      const open = stacks.filter((stack) => !stack.isComplete);
      if (open.length === 0) break;
      if (tries >= stormyTries) world.restartWhatWaits();
      strikes.atTry();
      await within(hangMs, `try ${tries + 1}`, Promise.all(open.map((stack) => stack.up())));
      while (beside.length > 0) await within(hangMs, "what runs beside", Promise.all(beside.splice(0)));
      for (const { name, failure } of stacks)
        if (failure !== null) failures.push(`${name}, try ${tries + 1}: ${failure}`);
    }
  } catch (error) {
    hung = error instanceof Error ? error.message : String(error);
  }
  strikes.heal();
  world.look();
  const said = stacks.flatMap((stack) => stack.said).join("\n");
  const history: History = {
    events: world.events,
    goals: goalsOf(campaign),
    lockTtlMs: timing.lockTtlMs,
    end: {
      converged: hung === null && stacks.every((stack) => stack.isComplete),
      failures: hung === null ? failures.slice(-1) : [hung],
      recorded: stacks.flatMap((stack) => stack.recorded()),
      world: world.levels(),
      untold: world.waitsForRestart(world.places.server)
        ? stacks.filter((stack) => !isTold(stack)).map(({ name }) => name)
        : [],
      left: world.left(),
      refused: world.computers.filter((name) => isToldOfRefusal(said, name)),
      secrets: [
        ...(secrets.some((secret) => holds(said, secret)) ? ["what was said"] : []),
        ...world.secretsLeft(secrets),
      ],
    },
  };
  for (const stack of stacks) await stack.close();
  await world.stop();
  return { violations: violations(history), struck: strikes.struck, tries, history, failures, said };
}

/** True when a stack was told that Windows waits for a restart. */
function isTold({ said, steps }: Stack): boolean {
  return !steps.includes("server") || said.some((text) => text.includes("Windows waits for a restart"));
}

/** True when a stack was told that a computer refused the logon of the removal, which is not repeated. */
function isToldOfRefusal(said: string, computer: string): boolean {
  const told = `${computer}: what the operation left on the computer was not removed: `;
  return said.split("\n").some((line) => line.includes(told) && line.includes(" refused the logon of "));
}

/** Somebody else's Setups that stopped before their end, where nothing has run since: he repeats them himself. */
function leftByOthers({
  events,
  computers,
}: World): readonly (readonly [computer: string, command: string])[] {
  return computers.flatMap((computer) => {
    const began = events.findLast((event) => event.kind === "began" && event.computer === computer);
    if (began?.kind !== "began" || !began.foreign) return [];
    const stopped = events.some(
      (event) =>
        event.kind === "ended" &&
        event.computer === computer &&
        event.run === began.run &&
        (event.result === "failed" || event.result === "killed"),
    );
    return stopped ? [[computer, began.command] as const] : [];
  });
}

function makeStack(name: string, world: World, campaign: Campaign, home: ProviderHome): Promise<Stack> {
  return campaign.drivenBy === "cli"
    ? CliStack.make(name, world, campaign)
    : Promise.resolve(new ProviderStack(name, world, home, campaign));
}

function isDone(world: World, step: StepKind): boolean {
  const levels = world.levels();
  return goalsOf(world.campaign, [step]).every((goal) =>
    Object.entries(goal.levels).every(([key, value]) => levels[key] === value),
  );
}

/** A signal for a process that may be gone. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
