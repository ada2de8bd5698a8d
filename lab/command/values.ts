/** Values as the engine sends them to a plugin: secrets, assets and archives are objects with a signature. */

export type Props = { readonly [key: string]: unknown };

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
const asset = "c44067f5952c0a294b673a41bacd8c17";
const archive = "0def7320c3a5731c473e5ecbe6d01bc7";

/** What the engine sends for a value that is not known yet. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function isRecord(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value without the wrappings of its secrets. */
export function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (!isRecord(value)) return value;
  if (value[signature] === secret) return revealed(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revealed(each)]));
}

/** What is compared of a value: of an asset or archive the digest of its content, and not where it lies. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (!isRecord(value)) return value;
  if (value[signature] === asset || value[signature] === archive) return value.hash;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, comparable(each)]));
}

/** A source of CopyToRemote: a path, or a text. */
export interface Source {
  readonly path?: string;
  readonly text?: string;
}

/** The source that a value stands for; undefined for other kinds, which version 1.2.1 refuses. */
export function sourceOf(value: unknown): Source | undefined {
  if (!isRecord(value)) return undefined;
  const { path, text } = value;
  if (typeof path === "string" && path !== "") return { path };
  return value[signature] === asset && typeof text === "string" ? { text } : undefined;
}
