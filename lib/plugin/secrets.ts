/** Secrets on the way to a plugin and back: each is in an object with the engine's mark, at any depth. */
import { isCredentialKey } from "../wire/secrets";
import { isRecord, type Props } from "../wire/values";

/**
 * Key by which the engine marks a value that is more than JSON, and its mark of a secret (`rpc.specialSigKey` of the
 * SDK).
 */
const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/** The place of a value, as its keys from the outside in. */
type Path = readonly string[];

/** Plain properties, and the places of secrets in them. */
export interface Unwrapped {
  readonly plain: Props;
  readonly secrets: readonly Path[];
}

/** Removes the marks. */
export function unwrap(props: Props): Unwrapped {
  const secrets: Path[] = [];
  return { plain: plainOf(props, [], secrets) as Props, secrets };
}

function plainOf(value: unknown, at: Path, secrets: Path[]): unknown {
  if (Array.isArray(value)) return value.map((item, i) => plainOf(item, [...at, String(i)], secrets));
  if (!isRecord(value)) return value;
  if (value[signature] === secretMark) {
    secrets.push(at);
    return plainOf(value.value, at, secrets);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plainOf(item, [...at, key], secrets)]),
  );
}

/**
 * Adds the marks: where secrets were, and on every credential, even if the program has not marked it. The state would
 * contain an unmarked value in plain text.
 */
export function wrap(props: Props, secrets: readonly Path[]): Props {
  return Object.fromEntries(
    Object.entries(props).map(([key, value]) => [key, wrapped(value, key, below(secrets, key))]),
  );
}

function wrapped(value: unknown, key: string, secrets: readonly Path[]): unknown {
  if (secrets.some((path) => path.length === 0) || (isCredentialKey(key) && !namesVariable(value)))
    return { [signature]: secretMark, value };
  if (Array.isArray(value)) return value.map((item, i) => wrapped(item, "", below(secrets, String(i))));
  return isRecord(value) ? wrap(value, secrets) : value;
}

/** `{ env: NAME }` is no secret: it names a variable. */
function namesVariable(credential: unknown): boolean {
  return isRecord(credential) && typeof credential.env === "string" && Object.keys(credential).length === 1;
}

function below(secrets: readonly Path[], key: string): readonly Path[] {
  return secrets.filter(([first]) => first === key).map((path) => path.slice(1));
}
