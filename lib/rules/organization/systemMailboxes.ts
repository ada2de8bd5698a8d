/** R40: arbitration, discovery and public folder mailboxes have the attributes that Setup needs. */
import type { SystemMailboxFacts } from "../../facts/health";
import { isModern } from "../../releases";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { whenPreparing } from "./firstServer";
import { type Problem, verdictOf } from "./problems";
import { schemaLacks } from "./schemaHealth";
import { isEdge, isToolsOnly } from "./servers";

const readThem =
  "let `directory` read the accounts of system mailboxes in each domain, with an account that sees them";

/** R40: a server's Setup needs the mailboxes' databases, and /PrepareAD unique names. */
export function systemMailboxesAreWhole(c: Case): Verdict {
  if (c.step === "organization") return judge(c, namesOf, "should");
  if (isEdge(c) || isToolsOnly(c)) return ok;
  const own = judge(c, (each) => serverProblems(c, each), undefined);
  if (own.verdict !== "ok") return own;
  return whenPreparing(c, "organization", () => judge(c, namesOf, "should"));
}

function judge(
  c: Case,
  problemsOf: (mailboxes: readonly SystemMailboxFacts[]) => readonly Problem[],
  unread: "should" | undefined,
): Verdict {
  const { systemMailboxes } = c.facts.health;
  const problems: readonly Problem[] = systemMailboxes.known
    ? problemsOf(systemMailboxes.value)
    : [{ ...(unread === undefined ? {} : { level: unread }), why: systemMailboxes.why, fix: readThem }];
  return verdictOf(problems, {
    problem: "a system mailbox has no database, and Setup would stop halfway",
    should: { problem: "a system mailbox is not as Setup expects it" },
    needed:
      "arbitration, discovery and public folder mailboxes with a database and a home server, each with a userPrincipalName of its own",
    where: "in the domains of the forest (Get-Mailbox -Arbitration, Get-Mailbox -PublicFolder)",
  });
}

function serverProblems(c: Case, mailboxes: readonly SystemMailboxFacts[]): readonly Problem[] {
  const cannotBe = schemaLacks(c, "mailNickname") || schemaLacks(c, "msExchRecipientTypeDetails");
  if (mailboxes.length === 0 && cannotBe) return [];
  if (mailboxes.length === 0)
    return [
      {
        level: "should",
        why: "no arbitration, discovery or public folder mailbox shows: there is none, or this account cannot see them",
        fix: `${readThem}; if there is none, prepare Active Directory again, which makes their accounts, and enable them (Enable-Mailbox -Arbitration)`,
      },
    ];
  return mailboxes.flatMap((mailbox): readonly Problem[] => [
    ...(schemaLacks(c, "homeMDB") ? [] : databaseProblem(mailbox)),
    ...(isModern(c.target.product) && !schemaLacks(c, "msExchHomeServerName") ? homeProblem(mailbox) : []),
  ]);
}

/** A mailbox, for messages. */
function shown({ dn, kinds }: SystemMailboxFacts): string {
  return `${dn} (${kinds.join(", ")})`;
}

function databaseProblem(mailbox: SystemMailboxFacts): readonly Problem[] {
  const switches = mailbox.kinds.flatMap((kind) =>
    kind === "arbitration" ? ["-Arbitration"] : kind === "public folder" ? ["-PublicFolder"] : [],
  );
  const fix = `give the mailbox a database that is there: ${["Set-Mailbox -Database", ...switches].join(" ")}; never delete its account`;
  switch (mailbox.database) {
    case "there":
      return [];
    case "absent":
      return [{ found: `${shown(mailbox)} has no homeMDB`, fix }];
    case "deleted":
      return [{ found: `homeMDB of ${shown(mailbox)} is a deleted database`, fix }];
    case "unseen":
      return [
        {
          why: `${shown(mailbox)} shows no homeMDB: it has none, or this account cannot see it`,
          fix: `${readThem}; if it has none, ${fix}`,
        },
      ];
  }
}

function homeProblem(mailbox: SystemMailboxFacts): readonly Problem[] {
  const level = "should";
  const fix =
    "write legacyExchangeDN of an Exchange server into msExchHomeServerName of the mailbox (ADSI Edit)";
  if (mailbox.homeServer === "there") return [];
  return mailbox.homeServer === "absent"
    ? [{ level, found: `${shown(mailbox)} has no msExchHomeServerName`, fix }]
    : [
        {
          level,
          why: `${shown(mailbox)} shows no msExchHomeServerName: it has none, or this account cannot see it`,
          fix: `${readThem}; if it has none, ${fix}`,
        },
      ];
}

/** Setup may write another userPrincipalName than the present one, so that two equal ones are only a recommendation. */
function namesOf(mailboxes: readonly SystemMailboxFacts[]): readonly Problem[] {
  return mailboxes
    .filter(({ sameName }) => sameName.length > 0)
    .map((mailbox) => ({
      level: "should",
      found: `${mailbox.userPrincipalName} is the userPrincipalName of ${shown(mailbox)}, and of ${mailbox.sameName.join("; ")}`,
      fix: "give the other account another userPrincipalName; never delete a system mailbox or its account",
    }));
}
