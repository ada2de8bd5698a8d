/** A forest of real Active Directory domain controllers (Samba) on loopback, made from an organization. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CertificateAuthority } from "../../lab/certificates";
import type { Organization } from "../../lab/organization";
import { type Placement, tlsFiles, writeConfiguration } from "./configuration";
import {
  administratorPassword,
  type LoadOptions,
  loadRequest,
  type RunningController,
  runningControllers,
} from "./forest";
import { copyTemplate } from "./template";

/** Running domain controllers: the schema master, and one of every other domain. */
export interface SambaForest {
  /** Certificate authority of all of them, PEM. Each certificate carries the FQDN and the address. */
  readonly ca: string;
  /** FQDN of the schema master. */
  readonly schemaMaster: string;
  /** Administrator of the forest root domain: Schema, Enterprise and Domain Admin. */
  readonly adminUser: string;
  readonly adminPassword: string;
  /** Folder of everything that the processes write; their logs are in a file `log` of each. */
  readonly folder: string;
  /** Address of every running domain controller, by FQDN. */
  readonly addresses: { readonly [fqdn: string]: string };
  /** ldaps URL by address, of a running domain controller. */
  urlOf(fqdn: string): string;
  /** ldap URL by address: StartTLS. */
  plainUrlOf(fqdn: string): string;
  /** FQDN of the running domain controller of a domain. */
  dcOfDomain(domain: string): string;
  /** Stops (SIGSTOP) or continues (SIGCONT) a domain controller. */
  signal(fqdn: string, signal: "SIGSTOP" | "SIGCONT"): void;
  /** Ends every process and removes its files. */
  stop(): Promise<void>;
}

interface Running {
  readonly address: string;
  readonly process: ChildProcess;
  readonly domain: string;
}

const startTimeoutMs = 120_000;

/** Starts the forest; the first time it is made, which takes some seconds for each domain. */
export async function startSamba(
  organization: Organization,
  options: LoadOptions = {},
): Promise<SambaForest> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      "Samba's domain controllers are made by root and listen on ports 389 and 636; run the tests as root, or skip " +
        "them with EXCHANGE_UPGRADE_SKIP=samba",
    );
  }
  const folder = await mkdtemp(join(tmpdir(), "samba-forest-"));
  const authority = await CertificateAuthority.create("Samba test authority");
  const running = new Map<string, Running>();
  const endAll = (): void => {
    for (const { process } of running.values()) process.kill("SIGKILL");
  };
  process.once("exit", endAll);
  const stop = async (): Promise<void> => {
    process.off("exit", endAll);
    await Promise.all([...running.values()].map(({ process }) => end(process)));
    await rm(folder, { recursive: true, force: true });
  };
  // One network for the forest, so that two test processes do not meet.
  const network = `127.${randomInt(32, 250)}.${randomInt(1, 250)}`;
  try {
    // All of them are waited for before anything is cleared away.
    const started = await Promise.allSettled(
      runningControllers(organization).map(async (controller, index) => {
        const placement = { folder: join(folder, String(index)), address: `${network}.${index + 1}` };
        const process = await startController(organization, controller, options, authority, placement);
        running.set(controller.name, { address: placement.address, process, domain: controller.domain });
      }),
    );
    const failed = started.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    await Promise.all([...running].map(([name, each]) => listening(name, each)));
  } catch (error) {
    await stop();
    throw error;
  }
  const find = (fqdn: string): Running => {
    const found = running.get(fqdn);
    if (found === undefined)
      throw new Error(`${fqdn} is not running; ${[...running.keys()].sort().join(", ")} are`);
    return found;
  };
  const root = organization.domains.find(({ name }) => name === organization.root);
  return {
    ca: authority.certificate,
    schemaMaster: organization.schemaMaster,
    adminUser: `${root?.netbios ?? ""}\\Administrator`,
    adminPassword: administratorPassword,
    folder,
    addresses: Object.fromEntries([...running].map(([name, { address }]) => [name, address])),
    urlOf: (fqdn) => `ldaps://${find(fqdn).address}`,
    plainUrlOf: (fqdn) => `ldap://${find(fqdn).address}`,
    dcOfDomain: (domain) => {
      const found = [...running].find(([, each]) => each.domain === domain)?.[0];
      if (found === undefined) throw new Error(`no domain controller of ${domain} is running`);
      return found;
    },
    signal: (fqdn, signal) => {
      find(fqdn).process.kill(signal);
    },
    stop,
  };
}

async function startController(
  organization: Organization,
  controller: RunningController,
  options: LoadOptions,
  authority: CertificateAuthority,
  placement: Placement,
): Promise<ChildProcess> {
  const request = loadRequest(organization, controller, options);
  const { folder, address } = placement;
  await copyTemplate(request, folder);
  const configuration = await writeConfiguration(placement, request);
  const { certificate, key } = await authority.issue({ names: [controller.name], addresses: [address] });
  await writeFile(join(folder, tlsFiles.authority), authority.certificate);
  await writeFile(join(folder, tlsFiles.certificate), certificate);
  await writeFile(join(folder, tlsFiles.key), key, { mode: 0o600 });
  // One process only, so that stopping it stops every connection.
  const args = ["--foreground", "--no-process-group", "-M", "single", "-s", configuration];
  return spawn("samba", args, { stdio: "ignore" });
}

/** Waits until a controller takes connections. @param port of LDAPS, or another of its services */
export async function listening(
  name: string,
  { address, process }: Pick<Running, "address" | "process">,
  port = 636,
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await accepts(address, port))) {
    if (process.exitCode !== null || Date.now() > deadline) {
      throw new Error(
        `Samba's ${name} does not listen on ${address}:${port} (exit ${process.exitCode}); see its log file`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function accepts(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function end(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (process.exitCode !== null || process.signalCode !== null) return resolve();
    process.once("exit", () => resolve());
    process.kill("SIGKILL");
  });
}
