#!/usr/bin/env node
/** The command line tool: `npx exchange-upgrade`. Each command is a module that registers itself. */
import { Command, CommanderError } from "commander";
import { fail, printJson } from "./command";
import * as compare from "./compare";
import * as discover from "./discover";
import { CliError, exitCodes } from "./exit";
import * as facts from "./facts";
import { packageVersion } from "./files";
import * as plan from "./plan";
import * as render from "./render";
import * as task from "./task";

/** In the order of the help. */
const commands = [discover, plan, facts, compare, render, task];

function makeProgram(): Command {
  const program = new Command("exchange-upgrade")
    .description("Plans for review of an Exchange upgrade that a Pulumi program describes.")
    .version(packageVersion(), "-V, --version", "print the version")
    .option("--json", "print the answer as JSON on standard output, for every command")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command, with examples and exit codes")
    .showHelpAfterError(
      "(`exchange-upgrade --help`, or `exchange-upgrade help <command>`, says what there is)",
    )
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const { register } of commands) register(program);
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
  if (exitCode !== 0 && json) printJson({ exitCode: exitCodes.usage, error: message });
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
