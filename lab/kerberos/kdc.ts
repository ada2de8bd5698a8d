/**
 * A key distribution center of MIT Kerberos for a lab whose directory is simulated: Debian's krb5kdc, run by whoever runs the lab, in a folder for
 * temporary files and on a port of loopback. It stands in for that of Active Directory and differs from it: names are case-sensitive, tickets hold no
 * authorization data, and a realm knows only what is made here. Samba's, where it runs, is nearer to the real one.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { freePort, listens } from "../local-server";

/** What one realm knows. */
export interface RealmRequest {
  /** DNS name of the domain. */
  readonly domain: string;
  /** Accounts with their passwords. */
  readonly accounts: readonly { readonly name: string; readonly password: string }[];
  /** FQDNs of the computers whose WinRM listeners have keys. */
  readonly computers: readonly string[];
}

/** A running center. */
export interface Kdc {
  /** In capitals. */
  readonly realm: string;
  /** Port on 127.0.0.1, TCP and UDP. */
  readonly port: number;
  /** Key table of all computers. */
  readonly keytab: string;
  /** A krb5.conf by which clients find the center. */
  readonly configuration: string;
  /** Ends the process; tickets that exist go on being good. */
  kill(): Promise<void>;
  /** Starts it again, as it was. @throws Error where it was stopped for good */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Where Debian puts the programs, which an ordinary user's PATH may lack. */
const path = [process.env.PATH ?? "", "/usr/local/sbin", "/usr/sbin", "/sbin"].join(delimiter);

/** @throws Error where the programs of MIT Kerberos are not installed, or the center does not start */
export async function startKdc({ domain, accounts, computers }: RealmRequest): Promise<Kdc> {
  const realm = domain.toUpperCase();
  const folder = await mkdtemp(join(tmpdir(), "lab-kdc-"));
  const port = await freePort();
  const configuration = join(folder, "krb5.conf");
  const keytab = join(folder, "computers.keytab");
  const env = {
    ...process.env,
    PATH: path,
    KRB5_CONFIG: configuration,
    KRB5_KDC_PROFILE: join(folder, "kdc.conf"),
  };
  let center: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (center === undefined || center.exitCode !== null || center.signalCode !== null) return;
    center.kill("SIGKILL");
    await once(center, "exit");
  };
  let isStopped = false;
  const start = async (): Promise<void> => {
    if (isStopped) throw new Error(`The center of ${realm} was stopped.`);
    center = spawn("krb5kdc", ["-n", "-r", realm], { env, stdio: "ignore" });
    center.once("error", () => undefined);
    if (!(await listens(port, center)))
      throw new Error(`krb5kdc does not listen on 127.0.0.1:${port} (exit code ${center.exitCode}).`);
  };
  const atExit = (): void => void center?.kill("SIGKILL");
  const stop = async (): Promise<void> => {
    isStopped = true;
    process.off("exit", atExit);
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeFile(configuration, clientConfiguration(realm, domain, port));
    await writeFile(join(folder, "kdc.conf"), centerConfiguration(realm, folder, port));
    await writeFile(join(folder, "kadm5.acl"), "");
    await run("kdb5_util", ["create", "-s", "-P", "lab", "-r", realm], "", env);
    const services = computers.flatMap((name) => [`HTTP/${name}`, `WSMAN/${name}`]);
    const lines = [
      ...accounts.map(({ name, password }) => `addprinc -pw ${quoted(password)} ${quoted(name)}`),
      ...services.flatMap((name) => [
        `addprinc -randkey ${quoted(name)}`,
        `ktadd -k ${quoted(keytab)} ${quoted(name)}`,
      ]),
    ];
    // Passwords go in by the input: a command line is anybody's to read.
    await run("kadmin.local", ["-r", realm], `${lines.join("\n")}\n`, env);
    process.once("exit", atExit);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    realm,
    port,
    keytab,
    configuration,
    kill,
    start,
    stop,
  };
}

function clientConfiguration(realm: string, domain: string, port: number): string {
  return (
    `[libdefaults]\n default_realm = ${realm}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n dns_canonicalize_hostname = false\n` +
    ` rdns = false\n udp_preference_limit = 1\n[realms]\n ${realm} = {\n  kdc = 127.0.0.1:${port}\n }\n` +
    `[domain_realm]\n .${domain} = ${realm}\n ${domain} = ${realm}\n`
  );
}

function centerConfiguration(realm: string, folder: string, port: number): string {
  return (
    `[kdcdefaults]\n kdc_listen = 127.0.0.1:${port}\n kdc_tcp_listen = 127.0.0.1:${port}\n[realms]\n ${realm} = {\n` +
    `  database_name = ${folder}/principal\n  key_stash_file = ${folder}/stash\n  acl_file = ${folder}/kadm5.acl\n` +
    `  supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal\n }\n[logging]\n kdc = FILE:${folder}/kdc.log\n`
  );
}

/** As kadmin reads arguments: within quotes a quote is doubled. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function run(program: string, args: readonly string[], input: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...args], { env }, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else if ("code" in error && error.code === "ENOENT")
        reject(
          new Error(`${program} is not installed; on Debian: apt-get install krb5-kdc krb5-admin-server`),
        );
      else reject(new Error(`${program} failed: ${stderr.trim()}`));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}
