/** Shared by the tests of the lab's directory: ldapts as the client, written by others than ldapjs. */
import assert from "node:assert/strict";
import { Attribute, Change, Client, type Entry } from "ldapts";
import { contoso } from "../../lab/contoso";
import { directoryNames, type LabDirectory, sidToText } from "../../lab/directory";

export const names = directoryNames(contoso);
export const dc1 = "dc1.contoso.com";
export const dc2 = "dc2.contoso.com";
export const dc3 = "dc3.contoso.com";
export const emeaDc1 = "emea-dc1.emea.contoso.com";

/** Password of an account of contoso. */
export function passwordOf(account: string): string {
  const found = contoso.accounts.find(({ name }) => name === account);
  assert.ok(found, `contoso has no account ${account}`);
  return found.password;
}

/** A client of one domain controller that has not logged on. */
export function clientOf(directory: LabDirectory, fqdn: string): Client {
  const controller = directory.controllers[fqdn];
  assert.ok(controller, `contoso has no domain controller ${fqdn}`);
  return new Client({
    url: controller.url,
    tlsOptions: { ca: directory.ca, servername: fqdn },
    timeout: 5000,
  });
}

/** Runs `use` with a client that is logged on as an account of the root domain, or by any other name and password. */
export async function as<T>(
  directory: LabDirectory,
  account: string,
  use: (client: Client) => Promise<T>,
  { fqdn = dc1, name = `CONTOSO\\${account}` } = {},
): Promise<T> {
  const client = clientOf(directory, fqdn);
  try {
    await client.bind(name, passwordOf(account));
    return await use(client);
  } finally {
    await client.unbind();
  }
}

/** What a refused request looks like: result code and the server's text. */
export interface Refusal {
  readonly code: number;
  readonly text: string;
}

/** Waits for a request that must be refused. ldapts puts the code behind the server's text, which ends in a zero octet. */
export async function refusalOf(request: Promise<unknown>): Promise<Refusal> {
  try {
    await request;
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error && typeof error.code === "number", String(error));
    return { code: error.code, text: error.message.replace(/\0 +Code: 0x[0-9a-f]+$/, "") };
  }
  assert.fail("the request was not refused");
}

/** One entry by DN. */
export async function readEntry(
  client: Client,
  dn: string,
  attributes: string[] = [],
  explicitBufferAttributes: string[] = [],
): Promise<Entry> {
  const { searchEntries } = await client.search(dn, { scope: "base", attributes, explicitBufferAttributes });
  const [entry, ...others] = searchEntries;
  assert.ok(entry && others.length === 0);
  return entry;
}

/** Values of an attribute as ldapts gives them: one, several, or none. */
export function valuesOf(entry: Entry, attribute: string): (string | Buffer)[] {
  const found = entry[attribute] ?? [];
  return Array.isArray(found) ? [...found] : [found];
}

/** SIDs as text, sorted. */
export function sidsOf(entry: Entry, attribute: string): string[] {
  return valuesOf(entry, attribute)
    .map((value) => sidToText(Buffer.isBuffer(value) ? value : Buffer.from(value, "latin1")))
    .sort();
}

/** A change of one attribute. */
export function change(operation: "add" | "delete" | "replace", type: string, values: string[]): Change {
  return new Change({ operation, modification: new Attribute({ type, values }) });
}
