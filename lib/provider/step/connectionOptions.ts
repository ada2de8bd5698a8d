/** Turns a resource's connection inputs into the options of an SSH connection, with credentials resolved. */

import { type ConnectionOptions, isPasswordLogon } from "../../host";
import { argument, argumentPath } from "../../rules/program/argumentTexts";
import { withCode } from "../../text";
import { type Credential, isCredentialKey, resolveCredential } from "../../wire/secrets";
import type { ConnectionInputs } from "./inputs";
import type { Step } from "./step";

/**
 * The options of the connection to a step's computer.
 *
 * @throws Error if the step has no connection, or a credential's environment variable is not set
 */
export function connectionOptions(step: Step): ConnectionOptions {
  const { connection } = step.inputs.computer;
  if (connection === undefined)
    throw new Error(
      withCode(
        `${step.computer}: the program gives no ${argument(step, "computer.connection")}`,
        "XU-ARGUMENT",
      ),
    );
  const { proxy, ...endpoint } = connection;
  const where = argumentPath(step.place, ["computer", "connection"]);
  const options = resolved(endpoint, where);
  if (proxy === undefined) return options as unknown as ConnectionOptions;
  return { ...options, proxy: resolved(proxy, `${where}.proxy`) } as unknown as ConnectionOptions;
}

type EndpointInputs = Omit<ConnectionInputs, "proxy">;

function resolved(endpoint: EndpointInputs, where: string): { [key: string]: unknown } {
  const entries = Object.entries(endpoint).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      isCredentialKey(key) ? resolveCredential(value as Credential, `${where}.${key}`) : value,
    ]),
  );
}

/** The kind of logon: a key is tried first, so a connection with a key counts as a key logon. */
export function logonOf(connection: ConnectionInputs | undefined): "password" | "key" | null {
  if (connection === undefined) return null;
  return isPasswordLogon(connection) ? "password" : "key";
}
