import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"];

/** The exit code a shell would show for a process that ended with `code`, or was ended by `signal`. */
export function exitCode(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

/**
 * Runs a program to its end and returns what it printed.
 * Throws, with the system's own words, when it cannot be started or needs more than `timeout` milliseconds
 * (default: no limit).
 */
export function capture(command, args, { cwd, env, timeout = 0 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, timeout, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.once("error", (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (!signal) resolve({ code, stdout, stderr });
      else if (child.killed) reject(new Error(`${command} did not end within ${timeout / 1000} s`));
      else reject(new Error(`${command} was ended by ${signal}`));
    });
  });
}

/**
 * Runs a program on this process's own terminal and returns its exit code. Signals are passed on, except
 * Ctrl-C at a terminal: the terminal sends that one to both, and Pulumi takes a second as "stop at once".
 */
export function runInForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    const forward = (signal) => {
      if (!(signal === "SIGINT" && process.stdin.isTTY)) child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    const settle = (finish) => {
      for (const signal of FORWARDED) process.off(signal, forward);
      finish();
    };
    child.once("error", (error) =>
      settle(() => reject(new Error(`${command} could not be started: ${error.message}`))),
    );
    child.once("close", (code, signal) => settle(() => resolve(exitCode(code, signal))));
  });
}

/** Waits for `work`, and every `interval` milliseconds logs how many seconds it has taken so far. */
export async function withProgress(label, log, work, interval = 10_000) {
  const start = Date.now();
  const timer = setInterval(() => log(`${label}: ${Math.round((Date.now() - start) / 1000)} s`), interval);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Whether the module at `url` is the script that Node.js was started with. */
export function isEntry(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(url));
}

/** Runs a tool's main function: its failure is one message on standard error and exit code 1. */
export async function main(tool, work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    console.error(`${tool}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
