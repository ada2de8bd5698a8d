/**
 * Windows services: whether they exist, start automatically, and run. Only numbers are used, since words are localised.
 */
import { type Fact, known, unknown } from "../../facts";
import { failureOf, type Part, regQueryValue, runParts } from "../cmd/commands";
import { quoteArgument } from "../cmd/quote";
import { dataOf, findKey, parseDword, parseRegistry } from "../cmd/registry";
import { linesOf } from "../transport/decode";
import type { HostSession } from "../transport/session";

/** One service. */
export interface ServiceFacts {
  /** Start type: 2 automatic, 3 manual, 4 disabled. */
  readonly start: number;
  /** State: 1 stopped, 2 start pending, 3 stop pending, 4 running, 5 continue pending, 6 pause pending, 7 paused. */
  readonly state: number;
}

export const servicesKey = "HKLM\\SYSTEM\\CurrentControlSet\\Services";

/** Win32 error: the service does not exist. sc prints the number in every language. */
export const serviceAbsent = /\b1060\b/;

/**
 * Reads services by name, all in one round trip; null for a missing one.
 *
 * @throws ConnectionLost, CommandTimeout, OutputTooLarge, NotWindowsShell
 */
export async function readServices(
  session: HostSession,
  names: readonly string[],
): Promise<{ readonly [name: string]: Fact<ServiceFacts | null> }> {
  if (names.length === 0) return {};
  const commands = Object.fromEntries(
    names.flatMap((name, i) => [
      [`state-${i}`, `sc query ${quoteArgument(name)} 2>&1`],
      [`start-${i}`, `${regQueryValue(`${servicesKey}\\${name}`, "Start")} 2>&1`],
    ]),
  );
  const parts = await runParts(session, commands);
  return Object.fromEntries(
    names.map((name, i) => [name, serviceOf(name, parts[`state-${i}`], parts[`start-${i}`])]),
  );
}

function serviceOf(
  name: string,
  query: Part | undefined,
  start: Part | undefined,
): Fact<ServiceFacts | null> {
  const source = `the service ${name}`;
  if (query === undefined || start === undefined) return unknown("it was not asked", source);
  if (!query.ok)
    return serviceAbsent.test(query.text) ? known(null, source) : unknown(failureOf(query), source);
  const state = parseServiceState(query.text);
  if (state === null) return unknown("`sc query` printed no state", source);
  const key = findKey(parseRegistry(start.text), `${servicesKey}\\${name}`);
  const type = parseDword(dataOf(key, "Start"));
  return type === null
    ? unknown("its start type cannot be read", source)
    : known({ start: type, state }, source);
}

/**
 * The state in the output of `sc query <name>`, or null. Every label may be localised, so the order counts: the first
 * number is the type of the service, the second its state.
 */
export function parseServiceState(text: string): number | null {
  const numbers = linesOf(text).flatMap((line) => {
    // The text before the first colon is a label, and begins with a blank.
    const colon = line.indexOf(":");
    if (colon < 2 || !/^\s/.test(line)) return [];
    const value = /^\s*([0-9a-f]+)\s/i.exec(`${line.slice(colon + 1)} `)?.[1];
    return value === undefined ? [] : [value];
  });
  const state = Number(numbers[1]);
  return Number.isInteger(state) && state >= 1 && state <= 7 ? state : null;
}
