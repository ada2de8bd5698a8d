/** What the rules on accounts share: reading the account with its groups, and the finding if it lacks one. */
import type { AccountFacts, GroupFacts } from "../../facts";
import { runModeTraits } from "../../runModes";
import { counted } from "../../text";
import type { Case } from "../case";
import type { Fails, NotVerified, Verdict } from "../finding";
import { argument } from "../program/argumentTexts";

/** Judges the account with its groups; fails if the directory has no such account. */
export function withAccount(
  c: Case,
  needed: string,
  judge: (account: AccountFacts, groups: GroupFacts) => Verdict,
): Verdict {
  const { account, forest } = c.facts;
  if (!account.known) return accountNotVerified(c, account.why, needed);
  if (account.value === null) return noSuchAccount(c, account.source, needed);
  if (!forest.groups.known) return accountNotVerified(c, forest.groups.why, needed);
  return judge(account.value, forest.groups.value);
}

function noSuchAccount(c: Case, source: string, needed: string): Fails {
  return {
    verdict: "fails",
    problem: `the directory has no account ${c.account ?? "like the one that logs on"}`,
    found: `no such account (${source})`,
    needed,
    where: whereLoggedOn(c),
    fix: `name an account of the forest as ${argument(c, "account")}, in the form DOMAIN\\name`,
  };
}

/** The verdict if the account's groups could not be read. */
export function accountNotVerified(c: Case, why: string, needed: string): NotVerified {
  const fix =
    c.account === null
      ? `name the account that runs Setup as ${argument(c, "account")}, and let \`directory\` read its groups`
      : `let \`directory\` reach a domain controller that shows ${c.account} and its groups`;
  return { verdict: "unknown", why, needed, where: whereLoggedOn(c), fix };
}

/** The verdict for an account in none of these groups; `fix` names the group to join. */
export function notMember(
  c: Case,
  account: AccountFacts,
  {
    lacking,
    needed,
    add,
    judged,
  }: {
    readonly lacking: readonly string[];
    readonly needed: string;
    readonly add: string;
    /** The groups that were searched, as the directory names them. */
    readonly judged: string;
  },
): Fails {
  const names = lacking.length === 1 ? `not in ${lacking[0]}` : `neither in ${lacking.join(" nor in ")}`;
  return {
    verdict: "fails",
    problem: `${account.name} is ${names}`,
    found: `${describeAccount(account)}; ${judged}`,
    needed,
    where: whereLoggedOn(c),
    fix: `add ${account.name} to ${add} and log off and on, or set ${argument(c, "account")} to one that is a member`,
  };
}

/** The account, for messages. */
export function describeAccount({ name, sid, groups }: AccountFacts): string {
  return `${name} (${sid}) with ${counted(groups.length, "group")}, nested ones included`;
}

/** The account that runs a step, and its computer. */
export function whereLoggedOn(c: Case): string {
  const { account, computer } = c.facts;
  const { logon } = computer;
  const session = runModeTraits[c.run].inSession && logon.known ? logon.value.name : null;
  const name = (account.known ? account.value?.name : undefined) ?? c.account ?? session;
  return `${name === null ? "the account that runs Setup" : `account ${name}`}, on ${c.computer}`;
}
