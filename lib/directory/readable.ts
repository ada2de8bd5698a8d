/**
 * Whether an attribute that did not come is absent or hidden. LDAP does not tell the two apart; the object's own access control
 * list does, where the account may read it. allowedAttributesEffective and sDRightsEffective would not: they say what the account
 * may change ([MS-ADTS] 3.1.1.4.5), which an ordinary reader may not, whatever it sees.
 */
import type { Search, Server } from "./client";
import { dnKey } from "./dn";
import { octets } from "./entry";
import { DirectoryFailure } from "./failure";
import { searchIfThere } from "./searchFacts";
import { grantsWhole } from "./securityDescriptor";
import { sidToText } from "./sid";

/** Rights to a directory object ([MS-ADTS] 5.1.3.2): to list what is below it, and to read its properties. */
const readEverything = 0x4 | 0x10;

/** DNs of objects, by their {@link dnKey}. */
export type Readable = ReadonlyMap<string, string>;

/** Nothing is known to be readable. */
export const nothingReadable: Readable = new Map();

/** SIDs of the reading account, as the server sees them ([MS-ADTS] 3.1.1.3.2: tokenGroups of the root DSE). */
const tokenSearch: Search = { base: "", attributes: ["tokenGroups"], binary: ["tokenGroups"] };

/**
 * The found objects whose every property this account may read, and whose children it may list. A value that these objects do
 * not show is absent. Two searches are enough, however many objects they find. Other objects prove nothing by what they lack.
 */
export async function readableObjects(server: Server, search: Search): Promise<Readable> {
  try {
    const [[own], entries] = await Promise.all([
      server.search(tokenSearch),
      searchIfThere(server, {
        ...search,
        attributes: ["nTSecurityDescriptor"],
        binary: ["nTSecurityDescriptor"],
        accessListOnly: true,
      }),
    ]);
    const token = new Set((own === undefined ? [] : octets(own, "tokenGroups")).map(sidToText));
    const isReadable = (descriptor: Buffer | undefined): boolean =>
      descriptor !== undefined && grantsWhole(descriptor, token, readEverything);
    return new Map(
      entries
        .filter((entry) => isReadable(octets(entry, "nTSecurityDescriptor")[0]))
        .map(({ dn }) => [dnKey(dn), dn]),
    );
  } catch (error) {
    if (error instanceof DirectoryFailure) return nothingReadable;
    throw error;
  }
}

/** Why an object shows no value: the value is absent, or this account may not see it. */
export function absentOrHidden(dn: string, attributes: string, readable: Readable): string {
  return readable.has(dnKey(dn))
    ? `${dn} has no ${attributes}`
    : `${dn} has no ${attributes}, or this account cannot see it`;
}
