/** Windows services before Setup runs, in the round trip of all facts. */
import { known, type ServiceReading, unknown } from "../../facts";
import { failureOf } from "../cmd/commands";
import { dataOf, findKey, parseDword, parseRegistry } from "../cmd/registry";
import { linesOf } from "../transport/decode";
import type { Question } from "./question";
import { parseServiceState, serviceAbsent, servicesKey } from "./services";
import { notAsked } from "./settings";

/** Stands before the name of each service. */
const mark = "#";

export const servicesQuestion: Question<"services"> = {
  // One loop for all of them, since a part for each would be too long for one line. The key gives the start type, and
  // tells whether the service waits to be deleted.
  commands: ({ services = [] }): { readonly [part: string]: string } => {
    if (services.length === 0) return {};
    const each = [`echo ${mark}%s`, "sc query %s 2>&1", `reg query "${servicesKey}\\%s" 2>&1`];
    return { services: `for %s in (${services.join(" ")}) do @(${each.join("& ")})` };
  },
  answer: (parts, { asked: { services } }) => {
    if (services === undefined || services.length === 0) return notAsked("services");
    const texts = byName(parts.services?.text ?? "");
    const found: { [name: string]: ServiceReading | null } = {};
    for (const name of services) {
      const service = serviceIn(name, texts.get(name));
      if (typeof service === "string") return unknown(service, `the service ${name}`);
      found[name] = service;
    }
    return known(found, `sc query, ${servicesKey}`);
  },
};

/** The output about each service. */
function byName(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let name: string | null = null;
  for (const line of linesOf(text)) {
    if (line.startsWith(mark)) name = line.slice(mark.length).trim();
    else if (name !== null) found.set(name, `${found.get(name) ?? ""}${line}\n`);
  }
  return found;
}

/** The service; null if it does not exist; why, if that is not known. */
function serviceIn(name: string, text: string | undefined): ServiceReading | null | string {
  if (text === undefined) return "sc and reg printed nothing of it";
  const { state, key } = apart(text);
  if (key === "" && serviceAbsent.test(state)) return null;
  const number = parseServiceState(state);
  if (number === null) return failureOf({ ok: false, text: state, bytes: Buffer.alloc(0) });
  const values = findKey(parseRegistry(key), `${servicesKey}\\${name}`);
  const start = parseDword(dataOf(values, "Start"));
  if (start === null) return "its start type cannot be read";
  return { start, state: number, deleted: parseDword(dataOf(values, "DeleteFlag")) === 1 };
}

/** Separates the output of sc from that of reg, at the first key. */
function apart(text: string): { readonly state: string; readonly key: string } {
  const at = text.search(/^HKEY_/m);
  return at < 0 ? { state: text, key: "" } : { state: text.slice(0, at), key: text.slice(at) };
}
