/** Starts a simulated Windows computer with its SSH server, and with its WinRM listener where one is asked for. */
import type { LabComputer, Organization } from "../organization";
import { SimulatedComputer } from "./computer";
import type { DirectoryTarget } from "./domain";
import type { Logon } from "./logon";
import { logOn, type Proof } from "./logon-service";
import type { WindowsRegistry } from "./registry";
import { type Sshd, type SshdOptions, startSshd, type TransportFaults } from "./sshd";
import { startWinRm, type WinRmListener, type WinRmOptions } from "./winrm/listener";

/** Options of one computer. */
export interface WindowsOptions extends SshdOptions {
  /** Console code page. @default 437 */
  readonly codePage?: number;
  /** Administrators get a filtered token: 544 deny-only and the medium label. @default false */
  readonly filteredTokens?: boolean;
  /** Faults of the transport from the start. @default none */
  readonly transport?: TransportFaults;
  /** The computer's WinRM listener, as `winrm quickconfig` sets it up. @default none */
  readonly winrm?: WinRmOptions;
}

/** A running simulated computer. */
export interface WindowsHost {
  readonly name: string;
  /** SSH port on 127.0.0.1. */
  readonly port: number;
  /** SSH host key as an OpenSSH public key line. */
  readonly hostKey: string;
  readonly computer: SimulatedComputer;
  readonly files: SimulatedComputer["files"];
  readonly registry: WindowsRegistry;
  /** Faults of the SSH server; may be changed at any time. */
  readonly transport: TransportFaults;
  /** Null where none was asked for. */
  readonly winrm: WinRmListener | null;
  /** Logons and commands that the SSH server has served. */
  readonly counts: Sshd["counts"];
  /**
   * Keeps the groups that this account's token has now for every later logon, whatever becomes of its memberships: as a
   * session that stays open does, or tickets that Windows has cached. A reset ends that, and so does {@link releaseToken}.
   * @throws Error for an account that cannot log on
   */
  holdToken(user: string): Promise<void>;
  /** Lets the account's next logon have the groups that the directory shows. */
  releaseToken(user: string): void;
  /** A reset: processes die, connections break, files and registry stay. */
  reboot(): void;
  /** Ends every process with this image name, as `taskkill /f /im` does; answers how many there were. */
  kill(image: string): number;
  /** Breaks every SSH connection; what runs goes on. */
  dropConnections(): void;
  stop(): Promise<void>;
}

/** Starts one computer. `directory` is null where no directory is reached: then only local accounts log on. */
export async function startWindows(
  spec: LabComputer,
  organization: Organization,
  directory: DirectoryTarget | null,
  options: WindowsOptions = {},
): Promise<WindowsHost> {
  const computer = new SimulatedComputer(spec, organization, options.codePage ?? 437);
  computer.tasks.directory = directory;
  const transport: TransportFaults = { ...options.transport };
  const policy = { organization, directory, filtered: options.filteredTokens ?? false };
  const held = new Map<string, Pick<Logon, "sid" | "groups" | "administrator">>();
  const logOnHere = async (user: string, proof: Proof): Promise<Logon | null> => {
    const logon = await logOn(spec, user, proof, policy);
    // SSH and WinRM may name one account differently.
    return logon && { ...logon, ...[...held.values()].find(({ sid }) => sid === logon.sid) };
  };
  const sshd = await startSshd(computer, logOnHere, transport, options);
  const winrm = options.winrm ? await startWinRm(computer, logOnHere, options.winrm) : null;
  return {
    name: spec.name,
    port: sshd.port,
    hostKey: sshd.hostKey,
    computer,
    files: computer.files,
    registry: computer.registry,
    transport,
    winrm,
    counts: sshd.counts,
    holdToken: async (user) => {
      // A key's logon asks for no password, and has the same groups.
      const logon = await logOn(spec, user, { kind: "key" }, policy);
      if (!logon) throw new Error(`${user} cannot log on to ${spec.name}.`);
      held.set(user.toLowerCase(), {
        sid: logon.sid,
        groups: logon.groups,
        administrator: logon.administrator,
      });
    },
    releaseToken: (user) => void held.delete(user.toLowerCase()),
    reboot: () => {
      held.clear();
      computer.reboot();
    },
    kill: (image) =>
      computer.processes.named(image).filter((process) => computer.processes.kill(process.pid)).length,
    dropConnections: () => sshd.dropConnections(),
    stop: async () => {
      computer.processes.killAll();
      await Promise.all([sshd.stop(), winrm?.stop()]);
    },
  };
}
