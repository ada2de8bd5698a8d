/** The stack whose state is recorded, and recorded states on a lab that has other addresses. */
import { contoso, type Lab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import type { Organization } from "../../lab/organization";
import { quickStart } from "../compiled";
import { ownNode } from "../packed/managers";
import { small } from "../packed/organization";
import { makeProject, type Project, type ProjectOptions } from "../packed/project";

/** Any JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const more = ["hub-lon.contoso.com", "edge1.perimeter.contoso.com"];

/** The smallest organization, with a second server, so that there is an order, and one outside the forest. */
export const organization: Organization = {
  ...small,
  computers: [...small.computers, ...contoso.computers.filter(({ name }) => more.includes(name))],
};

/** The same, as it stands after the upgrade. */
export function upgraded(release: string): Organization {
  const computers = organization.computers.map((each) =>
    each.release === null ? each : { ...each, release },
  );
  return { ...organization, release, computers };
}

/** A stack of this program on a lab, with packages as the options say. */
export function makeStack(
  lab: Lab,
  program: string,
  options: Pick<ProjectOptions, "packages" | "install">,
): Promise<Project> {
  const env = { ...quickStart, READER_PASSWORD: passwordOf("reader") };
  const own = { lab, main: "index.js", program, node: ownNode, env, passphrase: "exchange-upgrade" };
  return makeProject({ ...own, ...options });
}

function passwordOf(account: string): string {
  const found = organization.accounts.find(({ name }) => name === account);
  if (found === undefined) throw new Error(`the lab has no account "${account}"`);
  return found.password;
}

/** What differs from lab to lab, with the text that stands for it in a recorded state. */
function addresses(lab: Lab): ReadonlyMap<string, string | number> {
  const { directory, computers } = coordinatesOf(lab);
  const found = new Map<string, string | number>([["{{ca}}", directory.ca]]);
  for (const [name, url] of Object.entries(directory.domainControllers)) found.set(`{{url ${name}}}`, url);
  for (const [name, { port, hostKey }] of Object.entries(computers)) {
    found.set(`{{port ${name}}}`, port);
    found.set(`{{hostKey ${name}}}`, hostKey);
  }
  return found;
}

/** A state without the addresses of its lab. @throws Error when one of them is left, as a part of another text. */
export function withoutAddresses(state: Json, lab: Lab): Json {
  const placeholders = new Map([...addresses(lab)].map(([placeholder, value]) => [value, placeholder]));
  const replaced = replaceAll(state, (value) => placeholders.get(value));
  const text = JSON.stringify(replaced);
  for (const [value, placeholder] of placeholders) {
    // A port alone may well be a part of a time or of a ciphertext.
    const part = typeof value === "number" ? `:${value}` : JSON.stringify(value).slice(1, -1);
    if (text.includes(part)) throw new Error(`${placeholder} is left as a part of a text of the state`);
  }
  return replaced;
}

/** A recorded state as if it had been recorded on this lab. @throws Error for a placeholder that this lab has no value for. */
export function withAddresses(state: Json, lab: Lab): Json {
  const values = addresses(lab);
  return replaceAll(state, (value) => {
    const found = values.get(String(value));
    if (found === undefined && /^\{\{.*\}\}$/.test(String(value))) {
      throw new Error(`the lab has nothing for ${value}`);
    }
    return found;
  });
}

function replaceAll(value: Json, replacement: (value: string | number) => string | number | undefined): Json {
  if (typeof value === "string" || typeof value === "number") return replacement(value) ?? value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => replaceAll(item, replacement));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceAll(item, replacement)]));
}
