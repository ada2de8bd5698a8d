/**
 * Judges what Setup of 2013 and later needs on a server: software (R20), execution policy (R21), event logs (R22), no
 * open shells (R23).
 */

import { roles as everyRole } from "../../facts";
import {
  type Component,
  citations,
  componentsOf,
  type Evidenced,
  isDefined,
  isSoftwareDescribed,
  type Release,
} from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import type { Grounds } from "../rule";
import { notDescribed } from "../undescribed";
import { computerNotVerified } from "./reachComputer";

/** The source of R20. */
export function softwareSource(target: Release): Grounds {
  if (!isSoftwareDescribed(target)) return "not described";
  return isDefined(target)
    ? { evidence: "unverified", source: listed(target.sources) }
    : { evidence: "documented", source: `${citations.prerequisitesTopic}; ${citations.installExchange}` };
}

/** The source of the other rules: that of the component with such a sign. */
export function settingSource(kind: Component["sign"]["kind"]): (target: Release) => Grounds {
  return (target) => {
    const found: Evidenced | undefined = componentsOf(target, everyRole).find(
      ({ sign }) => sign.kind === kind,
    );
    return found === undefined ? "not described" : { evidence: found.evidence, source: found.source };
  };
}

/** R20: the software that a server with these roles needs is installed. */
export function neededSoftware(c: Case): Verdict {
  const { roles, software } = c.facts.computer;
  const where = `on ${c.computer}`;
  const general = `the software that Exchange ${c.target.name} needs`;
  if (!isSoftwareDescribed(c.target))
    return notDescribed(c, "R20", {
      what: "which software a server needs",
      needed: general,
      where,
      compare: "what is installed there with them",
    });
  if (!roles.known) return computerNotVerified(c, roles.why, general);
  const own = roles.value.map(({ role }) => role);
  const needs = componentsOf(c.target, own).filter((component) => component.software);
  const needed = listed(needs.map(({ name }) => name));
  const missing = needs.flatMap(({ name }) => {
    const fact = software[name];
    return fact?.known === true && fact.value === null ? [{ name, source: fact.source }] : [];
  });
  if (missing.length > 0) {
    const names = listed(missing.map(({ name }) => name));
    return {
      verdict: "fails",
      problem: `software that Setup needs is not installed: ${names}`,
      found: `nothing of it in ${listed([...new Set(missing.map(({ source }) => source))])}`,
      needed,
      where,
      fix: `install ${names}: an upgrade installs none of it`,
    };
  }
  const unread = needs.flatMap(({ name }) => {
    const fact = software[name];
    return fact?.known === true ? [] : [`${name}: ${fact?.why ?? "it was not asked"}`];
  });
  return unread.length === 0 ? ok : computerNotVerified(c, unread.join("; "), needed);
}

/** R21: no group policy defines PowerShell's execution policy, to whatever value. */
export function noExecutionPolicy(c: Case): Verdict {
  const { executionPolicy } = c.facts.computer;
  const needed = "no execution policy that a group policy defines, whatever its value is";
  if (!executionPolicy.known) return computerNotVerified(c, executionPolicy.why, needed);
  if (executionPolicy.value.length === 0) return ok;
  return {
    verdict: "fails",
    problem: "a group policy defines PowerShell's execution policy, and Setup would stop halfway",
    found: executionPolicy.value.join("; "),
    needed,
    where: `on ${c.computer}`,
    fix: "take the server, or the account, out of that policy until the upgrade is done (gpresult /r names the policy)",
  };
}

/** R22: Administrators may read, write and clear the event logs that Setup writes to. */
export function eventLogRights(c: Case): Verdict {
  const { eventLogs } = c.facts.computer;
  const sign = componentsOf(c.target, everyRole)
    .map((component) => component.sign)
    .find((each) => each.kind === "log rights");
  if (sign === undefined) return ok;
  const needed = `rights 0x${sign.rights.toString(16)} of Administrators on the event logs ${listed(sign.logs)}, where these have a security descriptor of their own`;
  if (!eventLogs.known) return computerNotVerified(c, eventLogs.why, needed);
  const judged = Object.entries(eventLogs.value).map(([log, sddl]) => ({
    log,
    sddl,
    granted: administratorsRights(sddl),
  }));
  const lacking = judged.filter(({ granted }) => granted !== null && (granted & sign.rights) !== sign.rights);
  const where = `on ${c.computer}`;
  const shown = (all: typeof judged) => all.map(({ log, sddl }) => `${log}: ${sddl}`).join("; ");
  if (lacking.length > 0)
    return {
      verdict: "fails",
      problem: `Administrators lack rights on the event log ${listed(lacking.map(({ log }) => log))}, and Setup would stop halfway`,
      found: shown(lacking),
      needed,
      where,
      fix: "give Administrators these rights again (in CustomSD of the log's key, or in the group policy that sets it), and restart Windows",
    };
  const unread = judged.filter(({ granted }) => granted === null);
  if (unread.length === 0) return ok;
  return {
    verdict: "unknown",
    why: `the rights of Administrators on the event log ${listed(unread.map(({ log }) => log))} cannot be told from its security descriptor`,
    found: shown(unread),
    needed,
    where,
    fix: `look whether it grants Administrators (BA) these rights, and say so with ${argument(c, "waive", ": { R22: reason }")}`,
  };
}

/** Rights of an event log by their two letters in SDDL. They use the bits of the rights of a directory object. */
const letters: { readonly [pair: string]: number } = {
  ...{ CC: 0x1, DC: 0x2, LC: 0x4, SW: 0x8, RP: 0x10, WP: 0x20, DT: 0x40, LO: 0x80, CR: 0x100 },
  ...{ SD: 0, RC: 0, WD: 0, WO: 0, GA: 0x7 },
};

/** The rights that a security descriptor in SDDL grants Administrators; null if it has another form. */
export function administratorsRights(sddl: string): number | null {
  const list = /D:[A-Z]*((?:\([^()]*\))*)/.exec(sddl)?.[1];
  if (list === undefined) return null;
  let granted = 0;
  let denied = 0;
  for (const [, entry = ""] of list.matchAll(/\(([^()]*)\)/g)) {
    const [type = "", , rights = "", , , sid = ""] = entry
      .split(";")
      .map((part) => part.trim().toUpperCase());
    if (sid !== "BA" && sid !== "S-1-5-32-544") continue;
    const mask = maskOf(rights);
    if (mask === null) return null;
    if (type === "A") granted |= mask & ~denied;
    else if (type === "D") denied |= mask;
    else return null;
  }
  return granted;
}

function maskOf(rights: string): number | null {
  if (/^(0X[0-9A-F]{1,8}|\d{1,10})$/.test(rights)) return Number(rights) | 0;
  if (!/^([A-Z]{2})*$/.test(rights)) return null;
  let mask = 0;
  for (const pair of rights.match(/../g) ?? []) {
    const bit = letters[pair];
    if (bit === undefined) return null;
    mask |= bit;
  }
  return mask;
}

/** R23: no shell is open that may lock files of Exchange. */
export function noOpenShells(c: Case): Verdict {
  const { openShells } = c.facts.computer;
  const needed = "no shell and no compiler of .NET that holds files of Exchange open when Setup starts";
  if (!openShells.known) return computerNotVerified(c, openShells.why, needed);
  if (openShells.value.length === 0) return ok;
  return {
    verdict: "fails",
    problem: `${listed(openShells.value)} may hold files of Exchange open, and Setup refuses then`,
    found: listed(openShells.value),
    needed,
    where: `on ${c.computer}`,
    fix: "close these sessions before Setup starts; mscorsvw.exe ends by itself",
  };
}
