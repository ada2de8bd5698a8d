#!/usr/bin/env node
/** The command line tool: `npx exchange-upgrade`. Each command is a module that registers itself. */
import { Command, CommanderError } from "commander";
import type { MessageCode } from "../cause";
import { withCode } from "../text";
import { fail, printJson } from "./command";
import * as compare from "./compare";
import * as discover from "./discover";
import * as doctor from "./doctor";
import { CliError, exitCodes } from "./exit";
import * as facts from "./facts";
import { packageVersion } from "./files";
import * as hostkeys from "./hostkeys";
import * as init from "./init";
import * as log from "./log";
import * as path from "./path";
import * as plan from "./plan";
import * as render from "./render";
import * as rules from "./rules";
import * as status from "./status";
import * as task from "./task";
import { fittedAnswer } from "./terminal";
import * as verify from "./verify";

/** In the order of the help. */
const commands = [
  path,
  init,
  discover,
  hostkeys,
  doctor,
  plan,
  facts,
  compare,
  render,
  status,
  verify,
  rules,
  task,
  log,
];

/** What a newcomer needs before the commands: which of them comes when, and what a pipeline may rely on. */
const guide = `How an upgrade is planned and reviewed:
  1. discover   once: the organization out of the directory, as a file for the program, to be edited
     init       once: a Pulumi project to be filled in; discover --project writes it with the organization
     hostkeys   once: the host keys that the computers show, to be compared on their consoles
     doctor     --host, before there is a program: which ways lead to computers; with it: whether all of them, media, rights and the directory are within reach
  2. plan       for each change: what \`pulumi up\` would run, where, as whom, and what stands in its way
  3. render     the same plan as a comment on a pull request, or as a page
  4. compare    what has changed since the review
     facts      where only one machine may read the directory: run it there, and plan --facts elsewhere
     path       where the target is not settled yet: by which stops a release is reached, from another or by each server
     status     in the change window: how far each step is, also while pulumi up runs
     verify     after the upgrade, and by monitoring: whether the organization is at its target
     rules      what a rule asks, from whom it is, and what its refusals mean
     log        after a failure, also of a Setup that somebody else ran: what its log says, and what to do
     task       where run: "task" is used: what an administrator registers on each computer beforehand
Nothing here changes the directory or a server, and none of it needs an administrator's account: upgrades are run by \`pulumi up\`.

Exit codes, of every command (\`exchange-upgrade help <command>\` says what they mean there):
  0  done, and nothing is in the way
  1  failed: there is no answer
  2  the command line is wrong
  3  there is an answer, and it is no: a finding refuses, two plans differ
  4  something could not be read or verified

Answers go to standard output, everything else to standard error, which has colours at a terminal only (NO_COLOR is heeded).`;

function makeProgram(): Command {
  const program = new Command("exchange-upgrade")
    .description(
      "Discovers Exchange organizations, and writes plans for review of the upgrades that Pulumi programs describe.",
    )
    .version(packageVersion(), "-V, --version", "print the version")
    .option("--json", "print the answer as JSON on standard output, for every command")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command, with examples and exit codes")
    .showHelpAfterError(
      "(`exchange-upgrade --help`, or `exchange-upgrade help <command>`, says what there is)",
    )
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^.*/, (line) => withCode(line, "XU-USAGE"))),
    })
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 20 })
    .exitOverride();
  for (const { register } of commands) register(program);
  program.addHelpText("after", () => fittedAnswer(`\n${guide}`));
  return program;
}

async function main(args: readonly string[]): Promise<void> {
  const program = makeProgram();
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) endOfCommander(error, args.includes("--json"));
    else fail(error instanceof CliError ? error : unexpected(error), program.opts().json === true);
  }
}

/** Commander has printed its own message, or the help that was asked for. */
function endOfCommander({ exitCode, message }: CommanderError, json: boolean): void {
  process.exitCode = exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (exitCode !== 0 && json)
    printJson({ exitCode: exitCodes.usage, code: "XU-USAGE" satisfies MessageCode, error: message });
}

/** A defect of ours: its stack is what a report needs. */
function unexpected(error: unknown): Error {
  return new Error(
    `unexpected error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
  );
}

// A reader that has seen enough, like `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

void main(process.argv.slice(2));
