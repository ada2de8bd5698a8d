/** Local Administrators, as the account's own logon token on the computer shows it: the part of P1 to P4 that they share. */
import { countOf, whereLoggedOn } from "./account";
import type { Case } from "./case";
import { type NotVerified, ok, type Verdict } from "./finding";

/** SID of the local group Administrators, in every language. */
const administrators = "S-1-5-32-544";

/** The account that runs Setup is a local administrator, and has the rights of one where Setup is started in its session. */
export function localAdministrator(c: Case, needed: string): Verdict {
  const { logon } = c.facts.computer;
  if (!logon.known) return notVerified(c, logon.why, needed);
  const { name, sid, groups, elevated } = logon.value;
  const who = c.account ?? "whoever runs Setup";
  if (!isLogonOfAccount(c))
    return notVerified(c, `the SSH logon is ${name}, which does not show the local groups of ${who}`, needed);
  const member = groups.includes(administrators);
  // A filtered token may hide that the account is a member; Setup itself runs elevated, by an operator or a task.
  const own = c.run !== "direct";
  if (member && (elevated !== false || own)) return ok;
  if (elevated === false && own)
    return notVerified(c, `the SSH logon of ${name} is not elevated, which hides its local groups`, needed);
  const found = `${name} (${sid}) with ${countOf(groups.length, "group")} in its logon token`;
  const other =
    c.run === "direct" ? "connect as one that is a member" : "set `account` to one that is a member";
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

/** True when the SSH session is a logon of the account that runs Setup. */
function isLogonOfAccount(c: Case): boolean {
  // With run "direct" Setup is started in that very session; R4 judges whether it is the account that is named.
  if (c.run === "direct") return true;
  const { account } = c.facts;
  const { logon } = c.facts.computer;
  if (!logon.known) return false;
  if (account.known && account.value !== null) return account.value.sid === logon.value.sid;
  // Only a name to go by: that of an account which no directory has, such as a local one of an Edge Transport server.
  return c.account !== null && c.account.toLowerCase() === logon.value.name.toLowerCase();
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
