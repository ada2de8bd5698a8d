/** Rules on the logon under which Setup is started over SSH: its account (R4), its credential (R5), its groups (R6). */
import type { AccountFacts } from "../../facts";
import { permissionsOf } from "../../releases";
import { runModesWith, runModeTraits } from "../../runModes";
import { counted, listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { isEdge } from "../organization/servers";
import { argument } from "../program/argumentTexts";
import { domainAdmins, forestGroup, groupName, registeredGroup } from "./groups";
import { controls } from "./serverPermissions";

/** Whether Setup is started in the session that the facts are read in. R70 refuses to start it in one of WinRM. */
function startsInSession(c: Case): boolean {
  return runModeTraits[c.run].inSession && c.logon !== "winrm";
}

/** R4: the SSH session runs as the account that the program names. */
export function sameAccount(c: Case): Verdict {
  if (!startsInSession(c) || c.account === null) return ok;
  const { logon } = c.facts.computer;
  const { account } = c.facts;
  const needed = `an SSH logon as ${c.account}, since run: "${c.run}" starts Setup in that session`;
  const named = argument(c, "account");
  const where = `in the program: ${named} and ${argument(c, "computer.connection.user")}`;
  const fix = `connect as that account, or leave ${named} out to run Setup as the one that connects`;
  if (!logon.known) return { verdict: "unknown", why: logon.why, needed, where, fix };
  // Compares SIDs if the directory has the account: a local account may share its name with one of the domain.
  const sameName = logon.value.name.toLowerCase() === c.account.toLowerCase();
  const inDirectory = account.known ? account.value : null;
  if (inDirectory === null ? sameName : inDirectory.sid === logon.value.sid) return ok;
  if (!account.known) return { verdict: "unknown", why: account.why, needed, where, fix };
  const session = `${logon.value.name} (${logon.value.sid})`;
  return {
    verdict: "fails",
    problem: sameName
      ? `the SSH session is another account of the name ${c.account}`
      : `the SSH session is ${logon.value.name}, not ${c.account}`,
    found: inDirectory === null ? session : `${session}; ${c.account} is ${inDirectory.sid} in the directory`,
    needed,
    where,
    fix,
  };
}

/** R5: a preparation that is started over SSH logs on with a password. */
export function networkCredentials(c: Case): Verdict {
  if (!runModeTraits[c.run].inSession || c.logon !== "key") return ok;
  return {
    verdict: "fails",
    problem: "a session that logged on with a key cannot reach the directory as its account",
    found: "a connection with a private key or an agent",
    needed: "a connection with a password, so that Setup has network credentials",
    where: `in the program: ${argument(c, "computer.connection")}`,
    fix: `give the connection a password instead, or use run: ${runModesWith((traits) => !traits.inSession)}`,
  };
}

/**
 * R70: Setup outlives a session of WinRM only where Windows starts it: the session's shell has quotas of memory and time, ends its
 * processes when it is lost, and has no credentials for the directory (Microsoft, quotas of Windows Remote Management).
 */
export function lastingSession(c: Case): Verdict {
  if (!runModeTraits[c.run].inSession || c.logon !== "winrm") return ok;
  return {
    verdict: "fails",
    problem: `run: "${c.run}" would start Setup in a session of WinRM, which ends what runs in it and has no network credentials`,
    found: `a connection over WinRM, and run: "${c.run}"`,
    needed: "a Setup that a lost connection and the quotas of WinRM's shells cannot end",
    where: `in the program: ${argument(c, "run")} and ${argument(c, "computer.connection.winrm")}`,
    fix: `use run: ${runModesWith((traits) => !traits.inSession && traits.needs.connection)}, or reach the computer over SSH`,
  };
}

/** R6: the logon has the groups in which the directory lists the account. */
export function freshToken(c: Case): Verdict {
  // An operator logs on anew, and an Edge Transport server needs no group of the directory.
  if (!startsInSession(c) || isEdge(c)) return ok;
  const { logon } = c.facts.computer;
  const { account, forest } = c.facts;
  const needed = "a logon token with the groups of the directory";
  const where = `on ${c.computer}`;
  if (!logon.known) {
    const fix = "let the connection log on as the account that runs Setup, where whoami answers";
    return { verdict: "unknown", why: logon.why, needed, where, fix };
  }
  // The rules on the account's groups report what could not be read of the account.
  if (!account.known || !forest.groups.known || account.value === null) return ok;
  // R4 judges whether the session belongs to that account.
  if (account.value.sid !== logon.value.sid) return ok;
  const held = new Set(logon.value.groups);
  const notHeld = account.value.groups.filter((sid) => !held.has(sid));
  const names = notHeld.length === 0 ? new Map<string, string>() : groupNames(c);
  const lacking = [
    ...notHeld.flatMap((sid) => names.get(sid) ?? []),
    ...lackingDelegates(c, account.value, held).map(
      (sid) => `the group ${sid}, which controls the server's object`,
    ),
  ];
  if (lacking.length === 0) return ok;
  const filtered = logon.value.elevated === false;
  const groups = listed(lacking);
  return {
    verdict: "fails",
    problem: `${account.value.name} is in ${groups}, and its logon ${filtered ? "is not elevated, which takes that away" : "does not show it yet"}`,
    found: `${logon.value.name} (${logon.value.sid}) with ${counted(logon.value.groups.length, "group")} in its token${filtered ? ", not elevated" : ""}`,
    needed,
    where,
    fix: filtered
      ? "let it log on with its full token: User Account Control filters this one"
      : "end the SSH session, so that the next logon gets them (log off and on); then run pulumi again",
  };
}

/**
 * Groups that the logon lacks and that are the account's only permission for the server (P3). Empty if the account is
 * an administrator of the organization.
 */
function lackingDelegates(c: Case, account: AccountFacts, held: ReadonlySet<string>): readonly string[] {
  const { serverAccess, forest } = c.facts;
  if (c.step !== "server" || permissionsOf(c.target.product).server?.kind !== "server object") return [];
  if (!serverAccess.known || serverAccess.value === null) return [];
  const administrators = forest.groups.known ? forest.groups.value.organizationAdministrators : null;
  if (administrators !== null && account.groups.includes(administrators)) return [];
  const shown = account.groups.filter((sid) => held.has(sid));
  const entries = serverAccess.value;
  if (!controls(account, entries) || controls({ ...account, groups: shown }, entries)) return [];
  const allowed = new Set(entries.filter(({ allow }) => allow).map(({ sid }) => sid));
  return account.groups.filter((sid) => allowed.has(sid) && !held.has(sid));
}

/** Names of the groups that grant permissions, by SID. */
function groupNames(c: Case): ReadonlyMap<string, string> {
  const { groups } = c.facts.forest;
  if (!groups.known) return new Map();
  const facts = groups.value;
  const judged = [
    forestGroup(facts, "schemaAdmins"),
    forestGroup(facts, "enterpriseAdmins"),
    ...Object.keys(facts.domainAdmins).map((domain) => domainAdmins(facts, domain)),
    registeredGroup(c, facts, "organizationAdministrators"),
    registeredGroup(c, facts, "delegatedSetup"),
  ];
  return new Map(
    judged.flatMap((group) => (group.sid === null ? [] : [[group.sid, groupName(facts, group)] as const])),
  );
}
