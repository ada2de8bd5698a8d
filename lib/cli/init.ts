/** `exchange-upgrade init`: a complete Pulumi project, with an organization to be filled in. */
import type { Command } from "commander";
import { blankOrganization } from "../discover/project";
import { findRelease, offered } from "../releases";
import { type GlobalOptions, type Outcome, runs, teaches } from "./command";
import { CliError, exitCodes } from "./exit";
import { CommandProblem } from "./problem";
import { nextSteps, projectIn, writeProject } from "./project";
import { noTarget } from "./target";

interface InitOptions extends GlobalOptions {
  readonly target: string;
}

export function register(program: Command): void {
  const command = program
    .command("init")
    .summary("write a Pulumi project, with an organization to be filled in")
    .description(
      "Writes Pulumi.yaml, package.json, tsconfig.json, .gitignore, index.ts and organization.ts. The program type-checks as it " +
        "is, and refuses to load until the organization is filled in. Where you can read the directory, use `discover --project`.",
    )
    .argument("[folder]", "folder of the project, which is made where it is not there", ".")
    .option("--target <release>", "release to upgrade to", offered.at(-1))
    .action(runs(init));
  teaches(command, {
    where: "anywhere; it reads nothing",
    credentials: "none",
    codes: {
      0: "written",
      1: "nothing was written: one of the files is there already, or the folder cannot be written",
      2: "the command line is wrong",
    },
    examples: ["init exchange", 'init exchange --target "2019 CU15"'],
  });
}

function init({ target }: InitOptions, [folder = "."]: readonly string[]): Outcome {
  if (!offered.includes(target) || findRelease(target) === undefined) throw noTarget(target);
  const files = [...projectIn(folder, target), blankOrganization(target)];
  const names = files.map(({ path }) => path);
  try {
    writeProject(folder, files);
  } catch (error) {
    if (error instanceof CommandProblem) throw new CliError(error.code, error.text("init"));
    throw error;
  }
  return {
    exitCode: exitCodes.ok,
    result: { folder, files: names, target },
    text: nextSteps(folder, names, "Fill in organization.ts: it says what is missing."),
  };
}
