/** Makes a campaign's faults happen in a world, where their triggers say, and ends those that last. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab, LabDirectory, LabWindows } from "../../lab";
import type { Fault, Strike, Trigger } from "./campaign";
import { controllers } from "./organization";
import type { Point } from "./world";

/** What a fault does to whoever drives the product. */
export interface Driver {
  /** Ends the processes that do the work now, as SIGKILL does. */
  killProvider(): void;
  /** Stops them and lets them go on after some time. */
  suspendProvider(ms: number): void;
  /** Ends whoever started them. */
  killEngine(): void;
  /** Tells whoever started them to stop. */
  interrupt(): void;
  /** Begins another `up` beside the one that runs. */
  secondUp(stack: "same" | "other"): void;
  /** Somebody else starts a Setup. */
  foreignSetup(): void;
}

/** What faults strike. */
export interface Struck {
  readonly lab: Lab;
  readonly directory: LabDirectory;
  readonly computers: readonly string[];
  /** Asked at every point; "cut" breaks the connection there. */
  atPoint: (point: Point) => "cut" | undefined;
  /** Phases of what is run on a computer. */
  phasesOf(computer: string): readonly string[];
}

/** The faults of one campaign. */
export class Strikes {
  /** Kinds of the faults that have struck, in order. */
  readonly struck: string[] = [];
  readonly #counts = new Map<Trigger, number>();
  readonly #done = new Set<Strike>();
  readonly #lasting = new Map<NodeJS.Timeout, () => void>();
  #over = false;

  constructor(
    private readonly world: Struck,
    private readonly strikes: readonly Strike[],
    private readonly driver: Driver,
  ) {
    world.atPoint = (point) => this.#at(point);
  }

  /** Told at the beginning of a try; faults that strike there have struck when it returns. */
  atTry(): void {
    this.#at(null);
  }

  /** From now on nothing goes wrong any more, and what lasts is over. */
  heal(): void {
    this.#over = true;
    for (const [timer, end] of this.#lasting) {
      clearTimeout(timer);
      end();
    }
    this.#lasting.clear();
    for (const name of this.world.computers) delete this.world.lab.computer(name).faults.failures;
  }

  #at(point: Point | null): "cut" | undefined {
    if (this.#over) return undefined;
    let cut = false;
    for (const strike of this.strikes) {
      if (this.#done.has(strike) || !isAt(strike.trigger, point)) continue;
      const count = (this.#counts.get(strike.trigger) ?? 0) + 1;
      this.#counts.set(strike.trigger, count);
      if (count < strike.trigger.nth) continue;
      this.#done.add(strike);
      this.struck.push(strike.fault.kind);
      if (this.#strike(strike.fault, point)) cut = true;
    }
    return cut ? "cut" : undefined;
  }

  /** True when the connection that has come to this point is to break. */
  #strike(fault: Fault, point: Point | null): boolean {
    const { world, driver } = this;
    const { lab, directory, computers: hosts } = world;
    const on = point !== null && "computer" in point ? [point.computer] : hosts;
    switch (fault.kind) {
      case "cut":
        if (point?.on === "session" || point?.on === "ldap") return true;
        for (const name of hosts) dropConnections(lab.computer(name));
        return false;
      case "silence":
        for (const name of on) {
          const host = lab.computer(name);
          const servers = [host.transport, ...(host.winrm === null ? [] : [host.winrm.faults])];
          for (const server of servers) server.mute = true;
          this.#endsAfter(fault.ms, () => {
            for (const server of servers) delete server.mute;
            // Nobody notices that a silent server speaks again: what was asked meanwhile is lost.
            dropConnections(host);
          });
        }
        return false;
      case "delete shells":
        for (const name of on) lab.computer(name).winrm?.deleteShells();
        return false;
      case "stop KDC":
        for (const kdc of Object.values(lab.kdcs)) {
          const gone = kdc.kill();
          this.#endsAfter(fault.ms, () => {
            // The lab may have been stopped meanwhile.
            gone.then(() => kdc.start()).catch(() => undefined);
          });
        }
        return false;
      case "kill provider":
        driver.killProvider();
        return false;
      case "suspend provider":
        driver.suspendProvider(fault.ms);
        return false;
      case "kill engine":
        driver.killEngine();
        return false;
      case "interrupt":
        driver.interrupt();
        return false;
      case "reboot":
        for (const name of on) {
          const { computer } = lab.computer(name);
          computer.restartBehaviour.bootMs = fault.ms;
          computer.restart();
        }
        return false;
      case "disk full":
        for (const name of on) {
          const { files } = lab.computer(name);
          files.room = fault.room;
          this.#endsAfter(fault.ms, () => {
            files.room = Number.POSITIVE_INFINITY;
          });
        }
        return false;
      case "kill Setup":
        for (const name of on)
          for (const image of ["exsetup.exe", "msiexec.exe"]) lab.computer(name).kill(image);
        return false;
      case "kill script":
        for (const name of on) lab.computer(name).kill("cmd.exe");
        return false;
      case "Setup fails":
        for (const name of hosts) {
          const phases = world.phasesOf(name);
          const phase = phases[fault.phase % phases.length] ?? "";
          lab.computer(name).faults.failures = [{ phase, reason: "The campaign told it to fail." }];
        }
        return false;
      case "freeze controller":
        directory.pause(controllerOf(fault.which));
        this.#endsAfter(fault.ms, () => directory.resume(controllerOf(fault.which)));
        return false;
      case "stop controller":
        directory.switchOff(controllerOf(fault.which));
        this.#endsAfter(fault.ms, () => directory.switchOn(controllerOf(fault.which)));
        return false;
      case "hold replication":
        directory.holdReplication(controllerOf(fault.which));
        this.#endsAfter(fault.ms, () => directory.releaseReplication(controllerOf(fault.which)));
        return false;
      case "clock":
        for (const name of hosts) lab.computer(name).computer.clockAheadMs += fault.ms;
        return false;
      case "second up":
        driver.secondUp(fault.stack);
        return false;
      case "somebody's Setup":
        driver.foreignSetup();
        return false;
      case "databases stay":
        for (const name of on) {
          const all = lab.management.databasesOn(name);
          lab.computer(name).managementFaults.stuckDatabases = all.map((each) => each.name);
        }
        return false;
      case "queues stay":
        for (const name of on) lab.computer(name).managementFaults.stuckQueues = ["Submission"];
        return false;
      case "shell refuses":
        for (const name of on)
          lab.computer(name).managementFaults.failing = {
            "Set-MailboxServer": "The campaign told it to fail.",
          };
        return false;
      case "update gone":
        for (const name of on) {
          const { files } = lab.computer(name);
          for (const each of files.list("D:\\SU\\")) files.remove(`D:\\SU\\${each.name}`);
        }
        return false;
    }
  }

  #endsAfter(ms: number, end: () => void): void {
    const timer = setTimeout(() => {
      this.#lasting.delete(timer);
      end();
    }, ms);
    this.#lasting.set(timer, end);
  }
}

function isAt(trigger: Trigger, point: Point | null): boolean {
  if (point === null || trigger.on === "try") return point === null && trigger.on === "try";
  if (trigger.on === "session" && point.on === "session")
    return trigger.at === point.at && (!("of" in trigger) || trigger.of === "any" || trigger.of === point.of);
  if (trigger.on === "ldap" && point.on === "ldap") return trigger.at === point.at;
  if (trigger.on === "script" && point.on === "script")
    return trigger.name === point.name && trigger.when === point.when;
  return trigger.on === "setup" && point.on === "setup" && trigger.when === point.when;
}

/** Breaks every connection to a computer, whatever its protocol is. */
function dropConnections(host: LabWindows): void {
  host.dropConnections();
  host.winrm?.dropConnections();
}

function controllerOf(which: number): string {
  return controllers[which % controllers.length] ?? controllers[0];
}

/** The work's end, or a failure that says what hung. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what} hangs: no end within ${ms / 1_000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    over.abort();
  }
}
