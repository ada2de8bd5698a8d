/**
 * The provider's part of `up`, in a process of its own: checks and creates one server after the other, as the engine does, and
 * tells what that took. Its memory and processor are the provider's alone, without the engine, the program and the lab.
 */
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { Client } from "ldapts";
import { check, create } from "../lib/dynamic-v1";
import { SshSession } from "../lib/host/transport/sshSession";
import type { Props } from "../lib/wire/values";
import type { ProviderCost, UpgradeTask } from "./upgrades";

const counts = { ssh: 0, commands: 0, searches: 0 };
const directorySockets: Socket[] = [];

/** Counts on this side of the wire: the lab's computers ask the directory, too. */
function countCalls(directoryPorts: ReadonlySet<number>): void {
  const open = SshSession.open.bind(SshSession);
  SshSession.open = (...given) => {
    counts.ssh++;
    return open(...given);
  };
  const { exec } = SshSession.prototype;
  SshSession.prototype.exec = function (this: SshSession, ...given) {
    counts.commands++;
    return exec.apply(this, given);
  };
  const { search } = Client.prototype;
  Client.prototype.search = function (this: Client, ...given) {
    counts.searches++;
    return search.apply(this, given);
  };
  const connect = Socket.prototype.connect as (this: Socket, ...given: unknown[]) => Socket;
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]) {
    const [options] = given.flat() as [{ readonly port?: number } | undefined];
    if (directoryPorts.has(Number(options?.port))) directorySockets.push(this);
    return connect.apply(this, given);
  };
}

async function main(task: UpgradeTask): Promise<ProviderCost> {
  countCalls(new Set(task.directoryPorts));
  const errors: string[] = [];
  const running = new Set<Promise<unknown>>();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const judge = async (given: Props) => {
    const { failures } = await check("server", {}, given);
    errors.push(...failures.map(({ reason }) => reason));
  };
  if (task.previewOnly === true) await Promise.all(task.servers.map(judge));
  else
    for (const given of task.servers) {
      const { inputs, failures } = await check("server", {}, given);
      errors.push(...failures.map(({ reason }) => reason));
      while (running.size >= task.parallel) await Promise.race(running);
      const one = create("server", inputs as Props)
        .catch((error: Error) => errors.push(error.message))
        .finally(() => running.delete(one));
      running.add(one);
    }
  await Promise.all(running);
  const cpu = process.cpuUsage(cpuBefore);
  return {
    ...counts,
    directoryBytes: directorySockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    seconds: (performance.now() - start) / 1_000,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peak: process.resourceUsage().maxRSS * 1_024,
    errors,
  };
}

main(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as UpgradeTask).then(
  (cost) => process.send?.(cost, () => process.exit()),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
