/** `exchange-upgrade hostkeys`: the host keys that computers show, to be compared with what their consoles say. */
import type { Command } from "commander";
import { judgeKnown, type KnownHost, type KnownVerdict, parseKnownHosts } from "../host/transport/knownHosts";
import { type ShownKey, shownKeys } from "../host/transport/shownKeys";
import { listed, reasonOf, visibleLine } from "../text";
import { type GlobalOptions, type Outcome, runs, teaches } from "./command";
import { CliError, type ExitCode, exitCodes } from "./exit";
import { readText } from "./files";
import { Status } from "./terminal";

interface HostKeysOptions extends GlobalOptions {
  readonly knownHosts?: string;
}

/** A key, and what known_hosts says of it; null where no file is given. */
interface JudgedKey extends ShownKey {
  readonly known: KnownVerdict | null;
}

interface HostKeys {
  readonly host: string;
  readonly port: number;
  readonly keys: readonly JudgedKey[];
  /** Why they could not be had; null where they could. */
  readonly why: string | null;
}

export function register(program: Command): void {
  const command = program
    .command("hostkeys")
    .summary("show the host keys of computers, to compare them on their consoles")
    .description(
      "Fetches the SSH host keys that computers show, and prints their fingerprints as `hostKey` takes them. It logs on nowhere. " +
        "Who answers may be somebody else: compare each fingerprint on the computer's own console before you pin it.",
    )
    .argument("<host[:port]...>", "names or addresses; an IPv6 address in brackets")
    .option(
      "--known-hosts <file>",
      "also say what this known_hosts file has of them, e.g. ~/.ssh/known_hosts",
    )
    .action(runs(hostkeys));
  teaches(command, {
    where: "on the machine that will run Pulumi, so that it sees what the provider will see",
    credentials: "none; nobody is logged on",
    codes: {
      0: "every computer has shown its keys",
      1: "the known_hosts file cannot be read",
      2: "the command line is wrong",
      3: "known_hosts has another key for a computer, or has its key as revoked",
      4: "a computer has shown no key",
    },
    examples: [
      "hostkeys cas1.contoso.com mbx1.contoso.com:2222",
      "hostkeys cas1.contoso.com --known-hosts ~/.ssh/known_hosts",
    ],
  });
}

async function hostkeys({ knownHosts }: HostKeysOptions, operands: readonly string[]): Promise<Outcome> {
  const endpoints = operands.map(endpointNamed);
  const entries = knownHosts === undefined ? null : parseKnownHosts(readText(knownHosts));
  const status = new Status(() => "reading host keys");
  const all = await Promise.all(endpoints.map((endpoint) => keysOf(endpoint, entries))).finally(() =>
    status.stop(),
  );
  return { exitCode: exitCodeOf(all), result: { hosts: all }, text: textOf(all) };
}

type Endpoint = Pick<HostKeys, "host" | "port">;

/** `host`, `host:port`, `[address]:port`; an IPv6 address alone has more than one colon. */
function endpointNamed(text: string): Endpoint {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-fA-F:.%a-z]+)\]|([^:[\]\s@/]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? 22 : Number(digits);
  if (host !== undefined && port > 0 && port < 65_536) return { host, port };
  throw new CliError(
    "XU-USAGE",
    `${JSON.stringify(text)} is no computer: give host or host:port, and an IPv6 address as [address]:port`,
    exitCodes.usage,
  );
}

async function keysOf(endpoint: Endpoint, entries: readonly KnownHost[] | null): Promise<HostKeys> {
  try {
    const keys = await shownKeys(endpoint);
    return {
      ...endpoint,
      keys: keys.map((key) => ({
        ...key,
        known: entries === null ? null : judgeKnown(entries, endpoint, key),
      })),
      why: null,
    };
  } catch (error) {
    return { ...endpoint, keys: [], why: reasonOf(error) };
  }
}

function exitCodeOf(all: readonly HostKeys[]): ExitCode {
  const verdicts = all.flatMap(({ keys }) => keys.map(({ known }) => known?.verdict));
  if (verdicts.includes("other") || verdicts.includes("revoked")) return exitCodes.no;
  return all.some(({ why }) => why !== null) ? exitCodes.unclear : exitCodes.ok;
}

/** Width of the longest type, so that a line with a fingerprint fits into 80 columns. */
const typeWidth = "ecdsa-sha2-nistp256".length;

function textOf(all: readonly HostKeys[]): string {
  const hosts = all.map(({ host, port, keys, why }) =>
    [
      port === 22 ? host : `${host}:${port}`,
      ...(why === null ? [] : [`  no key: ${visibleLine(why)}`]),
      ...keys.flatMap(({ type, fingerprint, known }) => [
        `  ${visibleLine(type).padEnd(typeWidth)}  ${fingerprint}`,
        ...(known === null ? [] : [`  ${"".padEnd(typeWidth)}  known_hosts: ${knownText(known)}`]),
      ]),
    ].join("\n"),
  );
  if (all.every(({ keys }) => keys.length === 0)) return `${hosts.join("\n")}\n`;
  return `${[...hosts, "", advice].join("\n")}\n`;
}

function knownText(known: KnownVerdict): string {
  if (known.verdict === "none") return "has no key of this type for it";
  const where = `${known.lines.length === 1 ? "line" : "lines"} ${listed(known.lines.map(String))}`;
  if (known.verdict === "same") return `the same key, ${where}`;
  return known.verdict === "other" ? `ANOTHER KEY, ${where}` : `REVOKED, ${where}`;
}

const advice = `Not verified: whoever answers at these addresses has shown these keys. Compare one
fingerprint of each computer on its own console; for Win32-OpenSSH there:
  ssh-keygen -lf %ProgramData%\\ssh\\ssh_host_ed25519_key.pub
Then give it in the connection: hostKey: "SHA256:…"`;
