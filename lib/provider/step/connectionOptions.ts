/** Turns a resource's connection inputs into the options of a connection over SSH or WinRM, with credentials resolved. */

import { type ConnectionOptions, isPasswordLogon, type WinRmConnection } from "../../host";
import type { ConnectionLogon } from "../../rules/case";
import { argument, argumentPath } from "../../rules/program/argumentTexts";
import { withCode } from "../../text";
import { type Credential, isCredentialKey, resolveCredential } from "../../wire/secrets";
import type { ConnectionInputs } from "./connectionInputs";
import type { DirectoryInputs } from "./inputs";
import type { Step } from "./step";

/**
 * The options of the connection to a step's computer.
 *
 * @throws Error if the step has no connection, or a credential's environment variable is not set
 */
export function connectionOptions(step: Step): ConnectionOptions | WinRmConnection {
  const { connection } = step.inputs.computer;
  if (connection === undefined)
    throw new Error(
      withCode(
        `${step.computer}: the program gives no ${argument(step, "computer.connection")}`,
        "XU-ARGUMENT",
      ),
    );
  const { proxy, winrm, ...endpoint } = connection;
  const where = argumentPath(step.place, ["computer", "connection"]);
  const options = {
    ...resolved(endpoint, where),
    ...(proxy === undefined ? {} : { proxy: resolved(proxy, `${where}.proxy`) }),
  };
  if (winrm === undefined) return options as unknown as ConnectionOptions;
  return { ...options, winrm: winRmOptions(step, connection) } as unknown as WinRmConnection;
}

type EndpointInputs = Omit<ConnectionInputs, "proxy" | "winrm">;

function resolved(endpoint: EndpointInputs, where: string): { [key: string]: unknown } {
  const entries = Object.entries(endpoint).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      isCredentialKey(key) ? resolveCredential(value as Credential, `${where}.${key}`) : value,
    ]),
  );
}

/** What Kerberos needs. The computer has to prove the name that the program gives it, whatever leads to it. */
function winRmOptions(
  { computer, inputs }: Step,
  { winrm, user = "", proxy }: ConnectionInputs,
): WinRmConnection["winrm"] {
  const { realm, kdc, https } = winrm === undefined || winrm === true ? {} : winrm;
  const domain = realm ?? /@([^@]+)$/.exec(user)?.[1];
  const found =
    kdc ??
    (domain === undefined
      ? []
      : controllersNamed(inputs.directory, domain.toLowerCase(), proxy !== undefined));
  return {
    serverName: computer,
    ...(realm === undefined ? {} : { realm }),
    ...(found.length === 0 ? {} : { kdc: found }),
    ...(https === undefined ? {} : { https: https === true ? {} : trustOf(https) }),
  };
}

function trustOf({
  ca,
  fingerprint,
}: {
  readonly ca?: string | undefined;
  readonly fingerprint?: string | undefined;
}) {
  return { ...(ca === undefined ? {} : { ca }), ...(fingerprint === undefined ? {} : { fingerprint }) };
}

/** So many domain controllers are asked. */
const mostCentres = 3;

/**
 * Domain controllers of a domain, as `directory` names them: each of them is a KDC of its domain. Their own names are for a jump
 * host, and the hosts of their URLs for this machine.
 */
function controllersNamed(
  directory: DirectoryInputs | undefined,
  domain: string,
  isBehindProxy: boolean,
): readonly string[] {
  if (directory === undefined) return [];
  const { url, domainControllers = {} } = directory;
  const own = new URL(url).hostname;
  const hosts = new Map(
    Object.entries(domainControllers).map(([name, each]) => [name.toLowerCase(), new URL(each).hostname]),
  );
  if (!hosts.has(own.toLowerCase())) hosts.set(own.toLowerCase(), own);
  return [...hosts]
    .filter(([name]) => name.slice(name.indexOf(".") + 1) === domain)
    .map(([name, host]) => (isBehindProxy || host.includes(":") ? name : host))
    .slice(0, mostCentres);
}

/** The kind of logon: a key is tried first, so a connection with a key counts as a key logon. */
export function logonOf(connection: ConnectionInputs | undefined): ConnectionLogon | null {
  if (connection === undefined) return null;
  if (connection.winrm !== undefined) return "winrm";
  return isPasswordLogon(connection) ? "password" : "key";
}
