/** Judges a server's keys by an OpenSSH known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Pure. */
import { createHmac } from "node:crypto";
import { connectionDefaults } from "./sshConnection";

/** A line with a key. */
export interface KnownHost {
  /** Number of the line, from 1. */
  readonly line: number;
  readonly marker: "cert-authority" | "revoked" | null;
  /** The field of names: patterns with commas, or one hashed name. */
  readonly hosts: string;
  readonly type: string;
  /** The key in base64. */
  readonly key: string;
}

/** The file's verdict on one key of a server. */
export type KnownVerdict =
  /** The file has this key for this server. */
  | { readonly verdict: "same"; readonly lines: readonly number[] }
  /** The file has another key of this type for this server. */
  | { readonly verdict: "other"; readonly lines: readonly number[] }
  /** The file marks the key as revoked. */
  | { readonly verdict: "revoked"; readonly lines: readonly number[] }
  /** The file has no key of this type for this server. */
  | { readonly verdict: "none" };

/** The lines with keys. Lines of another form are left out, as OpenSSH leaves them out. */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text.split(/\r?\n/).flatMap((raw, at): readonly KnownHost[] => {
    const [, mark, hosts, type, key] =
      /^\s*(?:@(cert-authority|revoked)\s+)?([^\s@#]\S*)\s+(\S+)\s+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(raw) ??
      [];
    if (hosts === undefined || type === undefined || key === undefined) return [];
    const marker = mark === "cert-authority" || mark === "revoked" ? mark : null;
    return [{ line: at + 1, marker, hosts, type, key }];
  });
}

/**
 * Judges a key that a server has shown. Certificate authorities in the file are ignored, because a server's key is no
 * certificate.
 */
export function judgeKnown(
  entries: readonly KnownHost[],
  { host, port = connectionDefaults.port }: { readonly host: string; readonly port?: number },
  shown: { readonly type: string; readonly key: string },
): KnownVerdict {
  const name = port === connectionDefaults.port ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  const own = entries.filter(({ hosts }) => isNamed(hosts, name));
  const linesOf = (test: (entry: KnownHost) => boolean) => own.filter(test).map(({ line }) => line);
  const revoked = linesOf(({ marker, key }) => marker === "revoked" && key === shown.key);
  if (revoked.length > 0) return { verdict: "revoked", lines: revoked };
  const same = linesOf(({ marker, key }) => marker === null && key === shown.key);
  if (same.length > 0) return { verdict: "same", lines: same };
  const others = linesOf(({ marker, type }) => marker === null && type === shown.type);
  return others.length > 0 ? { verdict: "other", lines: others } : { verdict: "none" };
}

/** True if a field of names contains this lower-case name: hashed, or by a pattern that no negated pattern excludes. */
function isNamed(hosts: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(hosts) ?? [];
  if (salt !== undefined && hash !== undefined)
    return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
  const patterns = hosts.toLowerCase().split(",");
  const fits = (pattern: string) => patternOf(pattern).test(name);
  if (patterns.some((pattern) => pattern.startsWith("!") && fits(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && fits(pattern));
}

function patternOf(pattern: string): RegExp {
  const parts = pattern
    .replace(/[\\^$.+()[\]{}|/-]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${parts}$`);
}
