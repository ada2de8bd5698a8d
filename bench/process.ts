/** What the kernel says of processes: CPU time of those that have ended, peak memory of those that run. */
import { readdirSync, readFileSync } from "node:fs";

/** CPU seconds, user and system, of every process that this one started and that has ended, with what those started. */
export function cpuOfEndedChildren(): number {
  // Fields 16 and 17; the name of the program, field 2, may hold blanks.
  const fields = textOf("/proc/self/stat").split(") ")[1]?.split(" ") ?? [];
  const ticks = Number(fields[13]) + Number(fields[14]);
  const ticksPerSecond = 100;
  return ticks / ticksPerSecond;
}

/** Watches the processes that a process starts, until stopped. */
export class MemoryWatch {
  private peakKb = 0;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param ancestor process id above those that are watched
   * @param program part of the command line of those that are watched
   */
  constructor(
    private readonly ancestor: number,
    private readonly program: string,
  ) {
    this.timer = setInterval(() => this.look(), 25);
  }

  /** Ends the watch, and answers the largest peak (VmHWM) that was seen, in bytes. */
  stop(): number {
    clearInterval(this.timer);
    return this.peakKb * 1024;
  }

  private look(): void {
    const parents = parentsOfAll();
    for (const pid of parents.keys()) {
      if (!descends(pid, this.ancestor, parents)) continue;
      if (!textOf(`/proc/${pid}/cmdline`).includes(this.program)) continue;
      const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`)) ?? [];
      this.peakKb = Math.max(this.peakKb, Number(peak ?? 0));
    }
  }
}

function parentsOfAll(): ReadonlyMap<number, number> {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.map((pid) => [Number(pid), Number(textOf(`/proc/${pid}/stat`).split(") ")[1]?.split(" ")[1])]),
  );
}

function descends(pid: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) {
    if (at === ancestor) return true;
  }
  return false;
}

/** The text of a file of /proc; empty when its process has just ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
