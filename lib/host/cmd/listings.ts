/** Parsers of what whoami, tasklist and wmic print. Only SIDs, image names, property names and numbers are used. */

import type { LogonFacts } from "../../facts";
import { cutLine } from "../../text";
import { linesOf } from "../transport/decode";

const sidForm = /^S-1-\d+(-\d+)*$/;

/** Integrity labels: S-1-16-<level>; from high (12288) on, the token is not filtered. */
const labelPrefix = "S-1-16-";
const highIntegrity = 12288;

/**
 * Relative identifiers of domain groups, and the local groups likewise, that a filtered token keeps only for denying. A
 * localised column tells which group is deny-only. So the label tells whether the token is filtered, and this list
 * tells which groups that affects. Unverified: the list is from memory.
 */
const filteredDomainGroups = new Set(["498", "512", "516", "517", "518", "519", "520", "521"]);
const filteredLocalGroups = new Set(["544", "547", "548", "549", "550", "551", "552", "554", "556", "569"]);

/** `NT AUTHORITY\Local account and member of Administrators group`: filtered together with Administrators. */
const localAdministrator = "S-1-5-114";

/** Fields of one line: quoted, separated by commas, with doubled quotes inside. Null for any other line. */
export function parseCsvLine(line: string): readonly string[] | null {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const match = /^"((?:[^"]|"")*)"(,|\s*$)/.exec(rest);
    if (match === null) return null;
    fields.push((match[1] ?? "").replaceAll('""', '"'));
    if (match[2] !== ",") return fields;
    rest = rest.slice(match[0].length);
  }
}

/**
 * Logon facts from `whoami /user /fo csv /nh` and `whoami /groups /fo csv /nh`.
 * @throws Error when an account or group line has no SID where it belongs.
 */
export function parseWhoami(user: string, groups: string): LogonFacts {
  const [name, sid] = csvLines(user)[0] ?? [];
  if (name === undefined || sid === undefined || !sidForm.test(sid))
    throw new Error(`whoami /user printed no account with a SID: ${excerpt(user)}`);
  const sids = csvLines(groups).map((fields) => {
    const group = fields[2];
    if (group === undefined || !sidForm.test(group))
      throw new Error(`whoami /groups printed a group without a SID: ${excerpt(fields.join(", "))}`);
    return group;
  });
  if (sids.length === 0) throw new Error(`whoami /groups printed no group: ${excerpt(groups)}`);
  const label = sids.find((s) => s.startsWith(labelPrefix));
  const elevated = label === undefined ? null : Number(label.slice(labelPrefix.length)) >= highIntegrity;
  const members = sids.filter((s) => !s.startsWith(labelPrefix));
  return {
    sid,
    name,
    elevated,
    groups: elevated === false ? members.filter((s) => !isFiltered(s)) : members,
  };
}

/** Name of the group with this SID, as `whoami /groups /fo csv /nh` prints it, without its authority; null without one. */
export function localNameOf(groups: string, sid: string): string | null {
  const name = csvLines(groups).find((fields) => fields[2] === sid)?.[0];
  return name === undefined ? null : name.slice(name.lastIndexOf("\\") + 1);
}

/** A process: its image name and identifier. */
export interface ProcessEntry {
  readonly image: string;
  readonly pid: number;
}

/** Processes of one image from `tasklist /fo csv /nh /fi "imagename eq …"`; a localised "none found" line is no row. */
export function parseTasklist(text: string, image: string): readonly ProcessEntry[] {
  const found: ProcessEntry[] = [];
  for (const [name, pid] of csvLines(text)) {
    if (name === undefined || pid === undefined || !/^\d+$/.test(pid)) continue;
    if (name.toLowerCase() === image.toLowerCase()) found.push({ image: name, pid: Number(pid) });
  }
  return found;
}

/**
 * Values of a property from `wmic … get <property> /value`, one for each instance; "" if an instance has none. Property
 * names are not localised; every other line, such as the sentence that there is no instance, is left out.
 */
export function parseWmicValues(text: string, property: string): readonly string[] {
  const prefix = `${property.toLowerCase()}=`;
  return linesOf(text).flatMap((line) => {
    const trimmed = line.trim();
    return trimmed.toLowerCase().startsWith(prefix) ? [trimmed.slice(prefix.length).trim()] : [];
  });
}

function isFiltered(sid: string): boolean {
  if (sid === localAdministrator) return true;
  const parts = sid.split("-");
  const rid = parts.at(-1) ?? "";
  return sid.startsWith("S-1-5-32-")
    ? filteredLocalGroups.has(rid)
    : parts[3] === "21" && filteredDomainGroups.has(rid);
}

function csvLines(text: string): readonly (readonly string[])[] {
  return linesOf(text).flatMap((line) => {
    const fields = parseCsvLine(line);
    return fields === null ? [] : [fields];
  });
}

function excerpt(text: string): string {
  const line = cutLine(text, 120);
  return line === "" ? "nothing" : JSON.stringify(line);
}
