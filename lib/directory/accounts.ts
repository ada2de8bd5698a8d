/** Accounts and groups: names and SIDs, and what tokenGroups says of an account. */
import { AndFilter, type Entry, EqualityFilter, type Filter } from "ldapts";
import { type AccountFacts, type DomainFacts, type Fact, known, unknown } from "../facts";
import { wellKnownGuids } from "../releases";
import { thrownText } from "../text";
import type { Search } from "./client";
import { isDeleted } from "./dn";
import { octets, text } from "./entry";
import { DirectoryFailure } from "./failure";
import { sidToBytes, sidToText } from "./sid";

/** A name of an account in one of the forms that the product takes. */
export type AccountName =
  /** `S-1-5-21-…` */
  | { readonly form: "sid"; readonly sid: string }
  /** `DOMAIN\name`; the domain by its NetBIOS or DNS name. */
  | { readonly form: "domain"; readonly domain: string; readonly name: string }
  /** `name@suffix`: a userPrincipalName, or sAMAccountName@domain. */
  | {
      readonly form: "principal";
      readonly name: string;
      readonly suffix: string;
    };

/** Takes a name apart; null when it is of none of the three forms. */
export function parseAccountName(nameOrSid: string): AccountName | null {
  if (/^S-1-/i.test(nameOrSid)) {
    try {
      const sid = sidToText(sidToBytes(nameOrSid));
      return { form: "sid", sid };
    } catch {
      return null;
    }
  }
  const [domain, name, ...more] = nameOrSid.split("\\");
  if (domain && name && more.length === 0) {
    return { form: "domain", domain, name };
  }
  const at = nameOrSid.lastIndexOf("@");
  if (at > 0 && at < nameOrSid.length - 1 && !nameOrSid.includes("\\")) {
    return {
      form: "principal",
      name: nameOrSid.slice(0, at),
      suffix: nameOrSid.slice(at + 1).toLowerCase(),
    };
  }
  return null;
}

/** The domain that the first part of `DOMAIN\name` means. */
export function domainNamed(name: string, domains: readonly DomainFacts[]): DomainFacts | undefined {
  const wanted = name.toLowerCase();
  return domains.find((domain) => domain.netbios.toLowerCase() === wanted || domain.name === wanted);
}

/** Finds accounts of a domain by one attribute. Values go into the filter as they are: nothing in them is syntax. */
export function accountSearch(domain: DomainFacts, attribute: string, value: string | Buffer): Search {
  const filters: Filter[] = [
    new EqualityFilter({ attribute: "objectClass", value: "user" }),
    new EqualityFilter({ attribute, value }),
  ];
  return {
    base: domain.dn,
    scope: "sub",
    filter: new AndFilter({ filters }),
    attributes: ["sAMAccountName", "objectSid"],
    binary: ["objectSid"],
  };
}

/** tokenGroups is computed by the domain controller, and for a base search only. */
export function tokenGroupsSearch(dn: string): Search {
  return {
    base: dn,
    attributes: ["sAMAccountName", "objectSid", "tokenGroups"],
    binary: ["objectSid", "tokenGroups"],
  };
}

/**
 * The account with its groups, nested ones included. Every account has a primary group, so an empty tokenGroups
 * means that the reader may not see it.
 *
 * tokenGroups holds universal and global groups of the forest, and the domain-local groups of the account's own
 * domain. Domain-local groups of other domains, in which the account may be too, are not in it.
 * @throws DirectoryFailure for bytes that are no SID
 */
export function readAccount(
  entry: Entry | undefined,
  domain: DomainFacts,
  source: string,
): Fact<AccountFacts | null> {
  if (entry === undefined) {
    return known(null, source);
  }
  const sid = readSid(entry);
  const name = text(entry, "sAMAccountName");
  const groups = octets(entry, "tokenGroups").map((bytes) => sidOf(bytes, `tokenGroups of ${entry.dn}`));
  if (sid === null || name === null || groups.length === 0) {
    const hidden = sid === null ? "objectSid" : name === null ? "sAMAccountName" : "tokenGroups";
    return unknown(
      `the reading account cannot see ${hidden} of ${entry.dn}; make it a member of Windows Authorization Access Group`,
      source,
    );
  }
  return known(
    { sid, name: `${domain.netbios}\\${name}`, domain: domain.name, groups: groups.sort() },
    source,
  );
}

/** objectSid of an object. */
export function objectSidSearch(dn: string): Search {
  return { base: dn, attributes: ["objectSid"], binary: ["objectSid"] };
}

/** objectSid in text form; null when it did not come. @throws DirectoryFailure for bytes that are no SID */
export function readSid(entry: Entry | undefined): string | null {
  const sid = entry && octets(entry, "objectSid")[0];
  return entry === undefined || sid === undefined ? null : sidOf(sid, `objectSid of ${entry.dn}`);
}

/** One reading fails with such bytes, and no other. */
function sidOf(bytes: Buffer, what: string): string {
  try {
    return sidToText(bytes);
  } catch (error) {
    const why = thrownText(error);
    throw new DirectoryFailure(`${what} cannot be read: ${why}`, "answer");
  }
}

/** Objects that applications register on a container under a fixed GUID, whatever their name. */
export function otherWellKnownObjectsSearch(dn: string): Search {
  return { base: dn, attributes: ["otherWellKnownObjects"] };
}

/** DN of a group in values of the form `B:32:<GUID>:<DN>`; null without an entry, or where all of them are of deleted groups. */
export function readRegisteredGroup(
  values: readonly string[],
  group: keyof typeof wellKnownGuids,
): string | null {
  const prefix = `B:32:${wellKnownGuids[group]}:`;
  const found = values.filter((value) => value.toUpperCase().startsWith(prefix));
  return found.map((value) => value.slice(prefix.length)).find((dn) => !isDeleted(dn)) ?? null;
}
