/**
 * Local Administrators, which P1 to P4 all require. The account's own logon token on the computer shows its membership.
 * If the SSH logon is another account's, the list of the group's members does.
 */
import type { AccountFacts, AdministratorFacts } from "../../facts";
import { runModeTraits } from "../../runModes";
import { counted, listed } from "../../text";
import type { Case } from "../case";
import { type NotVerified, ok, type Verdict } from "../finding";
import { netbiosName } from "../netbiosName";
import { argument } from "../program/argumentTexts";
import { describeAccount, whereLoggedOn } from "./account";

/** SID of the local group Administrators, in every language. */
const administrators = "S-1-5-32-544";

/**
 * Requires that the account that runs Setup is a local administrator and, if Setup is started in its session, that the
 * session is elevated.
 */
export function localAdministrator(c: Case, needed: string): Verdict {
  const { logon } = c.facts.computer;
  if (!logon.known) return notVerified(c, logon.why, needed);
  if (!isLogonOfAccount(c)) return listedAdministrator(c, logon.value.name, needed);
  const { name, sid, groups, elevated } = logon.value;
  const member = groups.includes(administrators);
  // A filtered token can hide the membership. That does not matter if an operator or a task runs Setup, which is then
  // elevated.
  const own = !runModeTraits[c.run].inSession;
  if (member && (elevated !== false || own)) return ok;
  if (elevated === false && own)
    return notVerified(
      c,
      `the ${wayOf(c)} logon of ${name} is not elevated, which hides its local groups`,
      needed,
    );
  const found = `${name} (${sid}) with ${counted(groups.length, "group")} in its logon token`;
  const other =
    runModeTraits[c.run].runsAs === "connection"
      ? "connect as one that is a member"
      : `set ${argument(c, "account")} to one that is a member`;
  if (elevated === false) {
    return {
      verdict: "fails",
      problem: `the logon of ${name} is not elevated, so it lacks the rights of local Administrators`,
      found: `${found}, not elevated`,
      needed,
      where: whereLoggedOn(c),
      fix: `if it is a member, let it log on with its full token (User Account Control filters this one); otherwise ${other}`,
    };
  }
  return {
    verdict: "fails",
    problem: `${name} is not in local Administrators`,
    found,
    needed,
    where: whereLoggedOn(c),
    fix: `add ${name} to the local group Administrators and log off and on, or ${other}`,
  };
}

/** How the connection reaches the computer, as messages name it. */
function wayOf({ logon }: Case): string {
  return logon === "winrm" ? "WinRM" : "SSH";
}

/** True when the session is a logon of the account that runs Setup. */
function isLogonOfAccount(c: Case): boolean {
  // Setup is started in this session, whoever's it is: R4 judges whether it belongs to the named account.
  if (runModeTraits[c.run].inSession) return true;
  const { account } = c.facts;
  const { logon } = c.facts.computer;
  if (!logon.known) return false;
  if (account.known && account.value !== null) return account.value.sid === logon.value.sid;
  // An account that no directory has, such as a local one of an Edge Transport server, can only be compared by name.
  return c.account !== null && c.account.toLowerCase() === logon.value.name.toLowerCase();
}

/** Looks for an account other than the SSH logon's in the list of the group's members. */
function listedAdministrator(c: Case, session: string, needed: string): Verdict {
  const who = c.account ?? "whoever runs Setup";
  const silence = `the ${wayOf(c)} logon is ${session}, which does not show the local groups of ${who}`;
  if (c.account === null) return notVerified(c, silence, needed);
  const { account, administrators: members } = c.facts;
  if (!members.known)
    return notVerified(c, `${silence}, and the members of local Administrators: ${members.why}`, needed);
  const subject = subjectOf(c);
  if (subject === null) {
    const why = account.known ? `the directory has no account ${who}` : account.why;
    return notVerified(c, `${silence}, and it cannot be looked for among its members: ${why}`, needed);
  }
  const names = listed(members.value.map(({ name }) => name));
  const answers = members.value.map((member) => contains(member, subject));
  if (answers.includes(true)) return ok;
  const open = members.value.filter((_, i) => answers[i] === null);
  if (open.length > 0)
    return notVerified(c, `${silence}, and of the members of local Administrators ${whyOpen(open)}`, needed);
  return {
    verdict: "fails",
    problem: `${subject.name} is not in local Administrators`,
    found: `${names} (${members.source}); ${"sid" in subject ? describeAccount(subject) : `${subject.name}, an account of the computer`}`,
    needed,
    where: whereLoggedOn(c),
    fix: `add ${subject.name} to the local group Administrators, or set ${argument(c, "account")} to one that is a member`,
  };
}

/** The account that runs Setup: from the directory, or a name on the computer. */
type Subject = AccountFacts | { readonly name: string; readonly localName: string };

function subjectOf(c: Case): Subject | null {
  const { account } = c.facts;
  if (account.known && account.value !== null) return account.value;
  const [authority = "", localName] = (c.account ?? "").split("\\");
  const isLocal = authority === "." || authority.toLowerCase() === netbiosName(c.computer);
  return localName !== undefined && isLocal ? { name: c.account ?? "", localName } : null;
}

/** Whether a member is the account, or a group that contains it; null if that is not known. */
function contains(member: AdministratorFacts, subject: Subject): boolean | null {
  if (member.kind === "unresolved") return null;
  if ("localName" in subject)
    return member.kind === "local account" && member.name.toLowerCase() === subject.localName.toLowerCase();
  if (member.kind === "local account") return false;
  if (member.sid === subject.sid || subject.groups.includes(member.sid)) return true;
  // The account's groups, as the directory shows them, include domain-local groups of its own domain only.
  return member.domainLocal && member.domain !== subject.domain ? null : false;
}

function whyOpen(open: readonly AdministratorFacts[]): string {
  const each = open.map((member) =>
    member.kind === "unresolved"
      ? `"${member.name}" could not be looked up: ${member.why}`
      : `"${member.name}" is a domain-local group of another domain than the account's`,
  );
  return each.join("; ");
}

function notVerified(c: Case, why: string, needed: string): NotVerified {
  return {
    verdict: "unknown",
    why,
    needed,
    where: whereLoggedOn(c),
    fix: "let the connection log on as the account that runs Setup, or waive the rule for a reason",
  };
}
