/**
 * R59 to R65, and R69: whether a server can be taken out of service around its Setup, as far as that is known before
 * the change window.
 */
import type { MaintenanceFacts } from "../../facts";
import { groupMeasures, isModern, type Maintenance, maintenanceOf } from "../../releases";
import { runModesWith } from "../../runModes";
import { listed, listedUpTo } from "../../text";
import type { Case } from "../case";
import { findingOf } from "../evaluate";
import type { Fails, Finding, NotVerified } from "../finding";
import { isEdge, isToolsOnly } from "../organization/servers";
import { argument } from "../program/argumentTexts";
import { immovable, isInGroup } from "./entering";
import { setByOthers } from "./leaving";
import { takesMessages } from "./redirect";
import type { Around } from "./work";

/** The program's arguments about the server. */
export interface SaidOfMaintenance {
  /** Null if the program does not set it. */
  readonly maintenance:
    | "none"
    | {
        readonly redirectTo?: string | undefined;
        readonly allowSingleCopies?: boolean | undefined;
        readonly overrideMinimumTwoCopies?: boolean | undefined;
      }
    | null;
  readonly restarts: boolean;
}

type RuleOf = "R59" | "R60" | "R61" | "R62" | "R63" | "R64" | "R65" | "R69";
type Found = readonly (readonly [RuleOf, Finding["verdict"]])[];

/** A server's own Setup. */
function aroundSetup(c: Case): Around {
  return { about: c, what: "Setup", by: "step" };
}

/** R59, R60 and R69: judged without the Exchange Management Shell. @param around what is run while the server is out of service */
export function saidFindings(
  c: Case,
  said: SaidOfMaintenance,
  around: Around = aroundSetup(c),
): readonly Finding[] {
  return found(around, fromProgram(c, said, around));
}

/** Whether to read the server through the shell: only if the program's arguments allow taking it out of service. */
export function asksShell(c: Case, said: SaidOfMaintenance): boolean {
  return said.maintenance !== null && said.maintenance !== "none" && whyImpossible(c) === null;
}

/** R61 to R65: judged by what the shell shows. */
export function shellFindings(
  c: Case,
  said: SaidOfMaintenance,
  look: MaintenanceFacts,
  around: Around = aroundSetup(c),
): readonly Finding[] {
  const maintenance = maintenanceOf(c.target.product);
  if (!asksShell(c, said) || maintenance === "none") return [];
  return found(around, fromShell(c, said, maintenance, look, around));
}

function found({ about }: Around, verdicts: Found): readonly Finding[] {
  return verdicts.map(([rule, verdict]) => findingOf(rule, about, verdict));
}

function fromProgram(c: Case, { maintenance, restarts }: SaidOfMaintenance, { what, by }: Around): Found {
  const where = `in the program: ${argument(c, "maintenance")}`;
  if (maintenance === null) {
    if (!isModern(c.target.product) || isEdge(c) || isToolsOnly(c)) return [];
    return [
      [
        "R59",
        {
          verdict: "fails",
          problem: `nothing says whether the server is taken out of service around ${what}`,
          found: `no ${argument(c, "maintenance")}`,
          needed: `a word on it: ${what} takes clients, mail and active databases down with the server`,
          where,
          fix: `say ${argument(c, "maintenance", ": {}")}, and the ${by} takes it out of service and puts it back; or ${argument(c, "maintenance", ': "none"')} where somebody else does`,
        },
      ],
    ];
  }
  if (maintenance === "none") return [];
  const why = whyImpossible(c);
  const verdicts: [RuleOf, Fails][] = [];
  if (why !== null)
    verdicts.push([
      "R60",
      {
        verdict: "fails",
        problem: why.problem,
        found: why.found,
        needed: why.needed,
        where,
        fix: why.fix,
      },
    ]);
  else if (!restarts && isModern(c.target.product))
    verdicts.push([
      "R69",
      {
        verdict: "fails",
        problem: `${by === "step" ? c.target.name : "Microsoft"} asks for a restart after ${what}, and the server is put back into service without one`,
        found: `${argument(c, "reboot")} is "never"`,
        needed: "the restart while the server is out of service",
        where: `in the program: ${argument(c, "reboot")}`,
        fix: `say ${argument(c, "reboot", ': "ifRequired"')}`,
      },
    ]);
  return verdicts;
}

/** Why the step cannot take the server out of service, whatever its state; null if it can. */
function whyImpossible(c: Case): Omit<Fails, "verdict" | "where"> | null {
  const none = `say ${argument(c, "maintenance", ': "none"')}`;
  if (isToolsOnly(c))
    return {
      problem: "there is nothing to take out of service",
      found: "only the management tools",
      needed: "a server with a role",
      fix: none,
    };
  if (isEdge(c))
    return {
      problem: "no way is described to take an Edge Transport server out of service",
      found: "an Edge Transport server",
      needed: "a server with the Mailbox role, or with Client Access",
      fix: `${none}, and stop the mail by your own means, for example with commands around the step`,
    };
  if (c.run === "manual")
    return {
      problem: 'run: "manual" starts nothing, and takes nothing out of service',
      found: `${argument(c, "run")} is "manual"`,
      needed: runModesWith((traits) => traits.runsAs !== "operator"),
      fix: `let the operator take the server out of service, and ${none}; or choose another run mode`,
    };
  return null;
}

function fromShell(
  c: Case,
  said: SaidOfMaintenance,
  maintenance: Maintenance,
  look: MaintenanceFacts,
  { by }: Around,
): Found {
  const settings = said.maintenance === "none" || said.maintenance === null ? {} : said.maintenance;
  const unread = unreadShell(c, maintenance, look);
  if (unread !== null) return [["R61", unread]];
  const group = isInGroup(look);
  const inGroup = group.known && group.value;
  const verdicts: [RuleOf, Fails | NotVerified][] = [];
  const where = `on ${c.computer}`;
  if (!inGroup && maintenance.enter.every((each) => groupMeasures.has(each)))
    verdicts.push([
      "R60",
      {
        verdict: "fails",
        problem: `only a member of a database availability group can be taken out of service with Exchange ${c.target.product}`,
        found: "a server outside of any group",
        needed: "a member of a group",
        where,
        fix: `say ${argument(c, "maintenance", ': "none"')}`,
      },
    ]);
  const members = look.clusterNode.known ? (look.clusterNode.value?.members ?? []) : [];
  const byScript = maintenance.enter.includes("start group maintenance");
  if (inGroup && byScript && members.length <= 2 && settings.overrideMinimumTwoCopies !== true)
    verdicts.push([
      "R62",
      {
        verdict: "fails",
        problem: "its group has two members, so that one copy of each database is left meanwhile",
        found: `members ${listed(members)}`,
        needed: "two copies that are left, or a word that one is enough",
        where,
        fix: `say ${argument(c, "maintenance.overrideMinimumTwoCopies", ": true")}; or add a member`,
      },
    ]);
  const single = inGroup && look.copies.known ? immovable(look.copies.value ?? []) : [];
  // The script of 2010 refuses such databases, even if the program allows them to go down.
  const mayGoDown = maintenance.componentStates;
  if (single.length > 0 && !(mayGoDown && settings.allowSingleCopies === true))
    verdicts.push([
      "R63",
      {
        verdict: "fails",
        problem:
          "databases have their only copy on this server: their users lose them while it is out of service",
        found: listedUpTo(8, single.map(({ database }) => database).sort()),
        needed: `another copy of each${mayGoDown ? ", or a word that they may go down" : ""}`,
        where,
        fix: `add copies, or move their mailboxes${mayGoDown ? `; or say ${argument(c, "maintenance.allowSingleCopies", ": true")}` : ""}`,
      },
    ]);
  const redirect = redirectVerdict(c, settings.redirectTo, maintenance, look);
  if (redirect !== null) verdicts.push(["R64", redirect]);
  const others = setByOthers(look);
  if (others.length > 0)
    verdicts.push([
      "R65",
      {
        verdict: "fails",
        problem: "others have taken parts of the server out of service, and only they can put them back",
        found: listedUpTo(8, others),
        needed: "no state of another requester",
        where,
        fix: `find out who has set it and why; Set-ServerComponentState with that requester clears it. The ${by} leaves it as it is`,
      },
    ]);
  return verdicts;
}

/** R61: readings that the measures depend on and that failed. */
function unreadShell(c: Case, maintenance: Maintenance, look: MaintenanceFacts): NotVerified | null {
  const parts = [
    // Queues cannot be read while the transport is stopped. R51 reports that, and entering waits until they can be
    // read.
    ...(maintenance.componentStates ? [look.components] : []),
    look.mailboxServer,
    look.copies,
    look.clusterNode,
    look.services,
  ];
  const whys = [...new Set(parts.flatMap((part) => (part.known ? [] : [part.why])))];
  if (whys.length === 0) return null;
  const key =
    c.logon === "key"
      ? ". The connection logs on with a key, which gives no credentials for Kerberos: that may be why"
      : c.logon === "winrm"
        ? ". A session of WinRM has no credentials for other computers: that may be why"
        : "";
  const logOn =
    c.logon === "winrm"
      ? "reach the computer over SSH, and let the account log on"
      : "let the account log on";
  return {
    verdict: "unknown",
    why: `${listed(whys)}${key}`,
    needed:
      "the Exchange Management Shell of the server, by which it is taken out of service and seen to be out",
    where: `on ${c.computer}, as the account of ${argument(c, "computer.connection")}`,
    fix: `${logOn} with a password and be a member of a role group such as Server Management, and look whether the shell opens on the server; or say ${argument(c, "maintenance", ': "none"')}`,
  };
}

/** R64: the server that takes over the messages. */
function redirectVerdict(
  c: Case,
  given: string | undefined,
  maintenance: Maintenance,
  { redirectTargets }: MaintenanceFacts,
): Fails | NotVerified | null {
  if (given === "none" || !maintenance.enter.includes("redirect messages")) return null;
  const fix = `say in ${argument(c, "maintenance.redirectTo")} which server takes them, or "none"`;
  const where = `on the other servers of its group and site, and in the program: ${argument(c, "maintenance.redirectTo")}`;
  const needed = "a server whose component HubTransport is Active, and whose activation is not blocked";
  if (!redirectTargets.known) return { verdict: "unknown", why: redirectTargets.why, needed, where, fix };
  const all = redirectTargets.value;
  const texts = all.map(({ fqdn, hubTransport, activationPolicy, unread }) =>
    unread === null
      ? `${fqdn}: HubTransport ${hubTransport}, activation ${activationPolicy}`
      : `${fqdn}: ${unread}`,
  );
  const own = all.find(({ fqdn }) => fqdn.toLowerCase() === given);
  const isReady =
    given === undefined
      ? all.length === 0 || all.some(takesMessages)
      : own !== undefined && takesMessages(own);
  if (isReady) return null;
  return {
    verdict: "fails",
    problem:
      given === undefined
        ? "no other server takes the messages that wait in its queues"
        : `${given} does not take the messages that wait in its queues`,
    found:
      given !== undefined && own === undefined
        ? `${given} is neither of its group nor of its site; those are ${texts.length === 0 ? "none" : listedUpTo(6, texts)}`
        : listedUpTo(
            6,
            given === undefined ? texts : texts.filter((text) => text.startsWith(own?.fqdn ?? "")),
          ),
    needed,
    where,
    fix: `put one back into service first, or ${fix}`,
  };
}
