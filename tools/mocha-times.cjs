"use strict";

/**
 * A root hook of mocha that tells what each spec file costs: a line of JSON, `{ file, cpu, wall }` in seconds, at the end of the
 * file that EXCHANGE_UPGRADE_TIMES names. This process is mocha's worker, which runs one spec file after another: a file's share is
 * what was used since the file before it ended, so that it holds the loading of what that file is the first to need.
 */
const { appendFileSync, readFileSync } = require("node:fs");
const { relative } = require("node:path");

/** Ticks of a second in /proc/self/stat: USER_HZ, 100 on every Linux that Node.js is built for (proc_pid_stat(5)). */
const TICKS = 100;

/** Processor seconds of this process and of the children that it has waited for; where there is no /proc, of this process alone. */
function processorSeconds() {
  try {
    const [, fields] = /^.*\) (.*)$/s.exec(readFileSync("/proc/self/stat", "utf8"));
    // Behind the program's name the twelfth to fifteenth are utime, stime, cutime and cstime.
    const ticks = fields.split(" ").slice(11, 15).map(Number);
    return ticks.reduce((sum, each) => sum + each) / TICKS;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
}

let before = { cpu: 0, wall: 0 };

exports.mochaHooks = {
  afterAll() {
    const root = this.test.parent;
    const [first] = [...root.suites, ...root.tests];
    if (first === undefined) return;
    const after = { cpu: processorSeconds(), wall: process.uptime() };
    const file = relative(process.cwd(), first.file);
    const line = { file, cpu: after.cpu - before.cpu, wall: after.wall - before.wall };
    appendFileSync(process.env.EXCHANGE_UPGRADE_TIMES, `${JSON.stringify(line)}\n`);
    before = after;
  },
};
