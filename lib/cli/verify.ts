/** `exchange-upgrade verify`: whether the organization of a stack is at its target now, for people and for monitoring. */
import type { Command } from "commander";
import { eachStep } from "../provider/gates/organizationSteps";
import { see } from "../provider/look";
import { Run } from "../provider/memory/run";
import { type GlobalOptions, type Outcome, runs, teaches, withStackOptions } from "./command";
import { type ExitCode, exitCodes } from "./exit";
import { clustersNow } from "./stackClusters";
import { readStack, type StackOptions, type StackStep, stepsOf, whyNotRead } from "./stackState";
import { columnsOfAnswers, Status } from "./terminal";
import { type VerifyReport, verifiedCluster, verifiedStep, verifyReport, verifyText } from "./verifyReport";

const codes: Readonly<Record<VerifyReport["verdict"], ExitCode>> = {
  at: exitCodes.ok,
  below: exitCodes.no,
  unseen: exitCodes.unclear,
};

export function register(program: Command): void {
  const command = withStackOptions(program.command("verify"))
    .summary("say whether the organization is at its target, for monitoring")
    .description(
      "Reads the steps of a stack from its state, and then the directory and every server: levels, builds, and whether a Setup " +
        "left a watermark. Clustered mailbox servers count with all their nodes. Servers of the same line that no step upgrades count, too. Changes nothing, and needs no program.",
    )
    .action(runs(verify));
  teaches(command, {
    where: "in the folder of a Pulumi project, on a machine that reaches a domain controller and the servers",
    credentials:
      "the backend's; the readers that the program names, from the state or from the environment variables that it names",
    codes: {
      0: "all of it is at the target, or beyond it",
      1: "the tool failed, or the state has no step",
      2: "the command line is wrong",
      3: "something is not at the target",
      4: "nothing is known to be below the target, and something could not be seen",
    },
    examples: ["verify --stack prod", "verify --stack prod --json"],
  });
}

async function verify(options: GlobalOptions & StackOptions): Promise<Outcome> {
  const run = new Run();
  const stack = stepsOf(run, await readStack(options));
  let done = 0;
  const all = stack.steps.length + stack.clusters.length;
  const status = new Status(() => `read ${done} of ${all} steps`);
  try {
    const looks = clustersNow(run, stack.clusters);
    const seen = await eachStep(
      stack,
      async ({ name, step }, seconds) => ({
        name,
        step,
        seen: await see(run, step, { why: "proof", seconds }),
      }),
      (read) => {
        done = read;
      },
    );
    const byName = new Map(seen.map((each) => [each.name, each.seen]));
    const verified = stack.steps.map((each) =>
      verifiedStep(aboutOf(each), byName.get(each.name)?.state ?? null, whyNotRead(each)),
    );
    const clusters = await looks;
    const withDirectory = seen.find(({ step }) => step.inputs.directory !== undefined);
    const [ofCluster] = clusters.filter((each) => each.forest !== null);
    const forest = withDirectory?.seen.case.facts.forest ?? ofCluster?.forest ?? undefined;
    const target = withDirectory?.step.target ?? ofCluster?.target ?? undefined;
    const report = verifyReport([...verified, ...clusters.map(verifiedCluster)], forest, target);
    return {
      exitCode: codes[report.verdict],
      result: { stack: stack.stack, ...report },
      text: verifyText(report, columnsOfAnswers()),
    };
  } finally {
    status.stop();
    await run.close();
  }
}

function aboutOf({ name, kind, step }: StackStep): Parameters<typeof verifiedStep>[0] {
  return { name, kind, computer: step?.computer ?? null, target: step?.target.name ?? null };
}
