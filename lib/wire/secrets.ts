/** Keeps credentials out of everything that people or files can see. */
import { isRecord, type Props } from "./values";

/**
 * Names of all arguments that contain credentials, at any place: program, provider and redaction use this list. A
 * credential that is missing here would reach states and messages in plain text, so a test compares the list with the
 * arguments.
 */
export const credentialKeys = ["password", "privateKey", "privateKeyPassword"] as const;

/** One of {@link credentialKeys}. */
export type CredentialKey = (typeof credentialKeys)[number];

/** True for the name of an argument that holds a credential. */
export function isCredentialKey(key: string): key is CredentialKey {
  return (credentialKeys as readonly string[]).includes(key);
}

/** Shorter secrets are not redacted: that would tear messages apart and hide little. */
const shortestRedacted = 3;

/**
 * A credential: a value, which is kept as a secret, or the name of an environment variable that the provider reads
 * when it runs, so that the value never enters the state.
 */
export type Credential = string | { readonly env: string };

/** A credential's environment variable is not set in the provider's process. */
export class VariableNotSet extends Error {
  constructor(
    readonly variable: string,
    what: string,
  ) {
    super(
      `${what} is to be read from the environment variable ${variable}, which is not set where the provider ` +
        `runs. Set it in the shell that runs pulumi (for refresh and destroy too).`,
    );
  }
}

/** Whether an environment variable has a value. */
export function isVariableSet(variable: string): boolean {
  return (process.env[variable] ?? "") !== "";
}

/**
 * The secret that a credential stands for.
 * @throws VariableNotSet when the environment variable is not set where the provider runs; it names the variable.
 */
export function resolveCredential(credential: Credential, what: string): string {
  if (typeof credential === "string") return credential;
  const value = process.env[credential.env];
  if (value === undefined || value === "") throw new VariableNotSet(credential.env, what);
  return value;
}

/** Every secret in `props`, or in a variable that its `{ env }` credentials name, longest first. */
export function secretsOf(props: Props): readonly string[] {
  const found = new Set<string>();
  collect(props, found);
  return [...found].filter((s) => s.length >= shortestRedacted).sort((a, b) => b.length - a.length);
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (isCredentialKey(key)) addSecret(item, found);
      else collect(item, found);
    }
  }
}

function addSecret(value: unknown, found: Set<string>): void {
  if (isRecord(value) && typeof value.env === "string") {
    addSecret(process.env[value.env], found);
    return;
  }
  // A credential of a wrong shape is refused, but its content is still a secret.
  if (Array.isArray(value) || isRecord(value)) {
    for (const part of Object.values(value)) addSecret(part, found);
    return;
  }
  if (typeof value !== "string") return;
  found.add(value);
  found.add(JSON.stringify(value).slice(1, -1));
  // A library may quote a private key line by line.
  for (const line of value.split(/\r?\n/))
    if (line.length >= 16 && !line.startsWith("-----")) found.add(line);
}

/** `text` with every secret replaced by `[secret]`, also a secret that an ellipsis has cut. */
export function redact(text: string, secrets: readonly string[]): string {
  const whole = secrets.reduce((clean, secret) => clean.split(secret).join("[secret]"), text);
  const parts = whole.split("…");
  const last = parts.pop() ?? "";
  return [...parts.map((part) => withoutBeginning(part, secrets)), last].join("…");
}

/** A cut text, without the beginning of a secret at its end. */
function withoutBeginning(text: string, secrets: readonly string[]): string {
  const longest = Math.max(0, ...secrets.map((secret) => beginningAtEnd(text, secret)));
  return longest < shortestRedacted ? text : `${text.slice(0, text.length - longest)}[secret]`;
}

/** How many characters at the end of the text are the beginning of the secret. */
function beginningAtEnd(text: string, secret: string): number {
  let length = Math.min(secret.length - 1, text.length);
  while (length >= shortestRedacted && !text.endsWith(secret.slice(0, length))) length--;
  return length;
}
