/**
 * Certificates that Windows' web server uses, read from the registry: certutil would print dates in each country's
 * format.
 */
import { X509Certificate } from "node:crypto";
import { type BoundCertificate, known, unknown } from "../../facts";
import { failureOf, type Part, regQuery, regQueryEveryValue } from "../cmd/commands";
import { canonicalKey, dataOf, parseRegistry } from "../cmd/registry";
import type { Question } from "./question";
import { notAsked, signOf } from "./settings";

const bindings = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo";
const store = "HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates";

export const expiredCertificatesQuestion: Question<"expiredCertificates"> = {
  commands: (asked): { readonly [part: string]: string } =>
    signOf(asked, "bound certificates") === undefined
      ? {}
      : {
          bindings: `${regQuery(bindings, "tree")} 2>&1`,
          certificates: `${regQueryEveryValue(store, "Blob")} 2>&1`,
        },
  keysInQuestion: (parts) => (parts.bindings?.ok === false ? [bindings] : []),
  answer: async (parts, { asked, hidden, presenceOf }) => {
    if (signOf(asked, "bound certificates") === undefined) return notAsked("certificates");
    const [bound, stored] = [parts.bindings, parts.certificates];
    if (bound === undefined || stored === undefined) return unknown("it was not asked", bindings);
    if (!bound.ok)
      return (await presenceOf(bindings)) === "absent"
        ? known([], bindings)
        : unknown(failureOf(bound), bindings);
    const why = hidden(store);
    if (why !== null) return unknown(why, store);
    if (!stored.ok) return unknown(failureOf(stored), store);
    return expiredOf(thumbprintsIn(bound), certificatesIn(stored), new Date());
  },
};

function expiredOf(
  thumbprints: readonly string[],
  certificates: ReadonlyMap<string, X509Certificate | null>,
  now: Date,
) {
  const expired: BoundCertificate[] = [];
  for (const thumbprint of thumbprints) {
    const certificate = certificates.get(thumbprint);
    // Sites may keep their certificates in other stores.
    if (certificate === undefined)
      return unknown(`the certificate ${thumbprint} is not in the store MY`, store);
    if (certificate === null) return unknown(`the certificate ${thumbprint} is of an unknown form`, store);
    const validTo = new Date(certificate.validTo);
    if (validTo.getTime() < now.getTime())
      expired.push({
        thumbprint,
        subject: certificate.subject.replaceAll("\n", ", "),
        validTo: validTo.toISOString(),
      });
  }
  return known(expired, `${bindings} and ${store}`);
}

/** Each thumbprint once, in upper case. */
function thumbprintsIn({ text }: Part): readonly string[] {
  const hashes = parseRegistry(text).map((key) => dataOf(key, "SslCertHash")?.trim().toUpperCase() ?? "");
  return [...new Set(hashes.filter((hash) => /^[0-9A-F]{40}$/.test(hash)))];
}

/** Certificates by their thumbprint, which is the name of their key; null for an unreadable one. */
function certificatesIn({ text }: Part): ReadonlyMap<string, X509Certificate | null> {
  return new Map(
    parseRegistry(text).map((key) => {
      const name = canonicalKey(key.path).split("\\").at(-1)?.toUpperCase() ?? "";
      return [name, certificateIn(Buffer.from(dataOf(key, "Blob")?.trim() ?? "", "hex"))] as const;
    }),
  );
}

/** The property that contains the certificate itself. */
const encoded = 32;

/**
 * The certificate in a Blob: properties, each with its number, a word that is 1, its length and its bytes, all
 * little-endian (Wine, dlls/crypt32/serialize.c). Null if it contains none.
 */
export function certificateIn(blob: Buffer): X509Certificate | null {
  for (let at = 0; at + 12 <= blob.length; ) {
    const property = blob.readUInt32LE(at);
    const end = at + 12 + blob.readUInt32LE(at + 8);
    if (end > blob.length) return null;
    if (property === encoded) {
      try {
        return new X509Certificate(blob.subarray(at + 12, end));
      } catch {
        return null;
      }
    }
    at = end;
  }
  return null;
}
