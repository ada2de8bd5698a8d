/**
 * Every rule as one entry. D1 to D15 and P1 to P10 number the source document, Microsoft's topic "How to upgrade to
 * Exchange 2007 SP1" (2008-03-11); the R rules are the product's own, from the release graph and from how Setup is run.
 */

import type { StepKind } from "../model";
import type { Case } from "./case";
import * as clientAccess from "./clientAccess";
import * as declared from "./declared";
import type { Verdict } from "./finding";
import * as leftover from "./leftover";
import * as logon from "./logon";
import * as identity from "./oneObject";
import * as permissions from "./permissions";
import * as placement from "./placement";
import * as organization from "./prerequisites";
import * as requirements from "./requirements";
import * as serverPermissions from "./serverPermissions";
import * as transitions from "./transitions";

export type RuleId =
  | `D${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15}`
  | `P${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}`
  | `R${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13}`;

/** How a rule is kept: judged from facts, or true by how the product is built. */
export type Enforcement =
  | {
      readonly by: "judge";
      readonly judge: (c: Case) => Verdict;
      /** The facts that it is judged from, for readers. */
      readonly facts: string;
    }
  | { readonly by: "construction"; readonly how: string };

export interface Rule {
  readonly level: "must" | "should";
  /** Of a *must*, the part that is only a recommendation. */
  readonly recommended?: string;
  readonly steps: readonly StepKind[];
  /** Whom or what the rule judges. */
  readonly judges: "account" | "computer" | "organization" | "program";
  /** The rule in one line. */
  readonly title: string;
  readonly source: string;
  readonly enforced: Enforcement;
  /** True when it is judged although the step has nothing left to do. */
  readonly whenDone?: boolean;
}

const document = "How to upgrade to Exchange 2007 SP1";
const graph = "supported transitions";
const running = "how Setup is run";
const every: readonly StepKind[] = ["schema", "organization", "domain", "server"];
const server: readonly StepKind[] = ["server"];

const token =
  "the account's logon token on the computer, or where another account connects, the members of its local Administrators";
const judged = (judge: (c: Case) => Verdict, facts: string): Enforcement => ({ by: "judge", judge, facts });
const built = (how: string): Enforcement => ({ by: "construction", how });

/** The table. A rule that is missing here does not compile. */
export const rules: Readonly<Record<RuleId, Rule>> = {
  D1: {
    level: "must",
    steps: every,
    judges: "computer",
    title: "Exchange must be installed already, with one or more roles or with the management tools",
    source: document,
    enforced: judged(
      organization.installed,
      "the roles in the registry of the server; for a preparation, the organization in the directory",
    ),
  },
  D2: {
    level: "must",
    steps: server,
    judges: "computer",
    title: "an upgrade that failed for one or more roles may be run again on the same server",
    source: document,
    enforced: built("a watermark or a role left behind makes the step pending, and Setup is run again"),
  },
  D3: {
    level: "must",
    recommended: "before servers of other roles",
    steps: server,
    judges: "organization",
    title: "Client Access servers come first, and of those the ones that face the Internet",
    source: document,
    enforced: judged(
      clientAccess.clientAccessFirst,
      "roles, versions and external URLs of the server objects, and the servers in `after`; `internetFacing` overrides the external URL, that of other servers as far as the run has checked them",
    ),
  },
  D4: {
    level: "must",
    steps: every,
    judges: "organization",
    title: "the organization meets the system requirements",
    source: document,
    enforced: judged(
      requirements.systemRequirements,
      "functional levels, Windows of the schema master (also where it is left to the first server to prepare), and a global catalog in each site with Exchange; what the directory does not show (.NET, Windows Installer, hardware) is left to Setup's own prerequisite check",
    ),
  },
  D5: {
    level: "must",
    steps: server,
    judges: "computer",
    title: "the operating system is not upgraded to Windows Server 2008 before or after the upgrade",
    source: document,
    enforced: judged(
      requirements.operatingSystem,
      "the Windows build in the registry, against the one that the state recorded first: the server's own resource once it is upgraded, and of an ExchangeUpgrade the first gate when it first lets anything start; crossed after the upgrade, `pulumi refresh` warns of it, and the next upgrade is refused",
    ),
  },
  D6: {
    level: "should",
    steps: server,
    judges: "computer",
    title: "the Remote Registry service can be started, and is best restarted before the upgrade",
    source: document,
    enforced: judged(
      requirements.remoteRegistry,
      "the start type of the service; a stopped one that can be started is in order",
    ),
  },
  D7: {
    level: "must",
    steps: server,
    judges: "computer",
    title: "the wizard cannot upgrade a clustered mailbox server",
    source: document,
    enforced: judged(
      requirements.wizardOnCluster,
      'the keys of a clustered mailbox server in the registry, where run is "manual"',
    ),
  },
  D8: {
    level: "must",
    steps: server,
    judges: "computer",
    title: "upgrading a server upgrades all of its roles",
    source: document,
    enforced: built(
      "a server is done only when every role on it is configured inside the target's band of builds",
    ),
  },
  D9: {
    level: "must",
    steps: every,
    judges: "organization",
    title: "an upgrade cannot be taken back to the earlier release",
    source: document,
    enforced: judged(
      transitions.noRollback,
      "the levels in the directory and the builds of the roles in the registry",
    ),
    whenDone: true,
  },
  D10: {
    level: "must",
    steps: every,
    judges: "computer",
    title: "the fully qualified domain name that is given is the computer's own",
    source: document,
    enforced: judged(
      placement.ownName,
      "host name and DNS suffix in the registry of the computer that answers",
    ),
    whenDone: true,
  },
  D11: {
    level: "must",
    steps: server,
    judges: "program",
    title: "with the wizard an operator logs on to the server, runs Setup and chooses Upgrade",
    source: document,
    enforced: built('run: "manual" starts nothing, says what the operator does, and verifies the result'),
  },
  D12: {
    level: "must",
    steps: server,
    judges: "program",
    title: "from a command prompt on the server, Setup runs with /mode:upgrade",
    source: document,
    enforced: built("the command line of a server step is made from the release's Setup and /mode:upgrade"),
  },
  D13: {
    level: "must",
    steps: every,
    judges: "organization",
    title: "the upgrade is verified afterwards",
    source: document,
    enforced: built("after Setup the directory and the registry are read again, and decide"),
  },
  D14: {
    level: "must",
    steps: ["schema", "organization", "domain"],
    judges: "program",
    title: "Active Directory and domains are prepared as their own topic describes",
    source: document,
    enforced: built(
      "preparations are resources of their own, in the order schema, Active Directory, domains, or left to the first server",
    ),
  },
  D15: {
    level: "must",
    steps: server,
    judges: "computer",
    title: "clustered mailbox servers have their own procedures",
    source: document,
    enforced: judged(requirements.clusterProcedure, "the keys of a clustered mailbox server in the registry"),
  },
  P1: {
    level: "must",
    steps: server,
    judges: "account",
    title: "the first server of a role needs Exchange Organization Administrators and local Administrators",
    source: document,
    enforced: judged(
      serverPermissions.firstOfRole,
      `the roles in the registry, versions of the other server objects and the servers in \`after\`; the account's nested groups in the directory; ${token}`,
    ),
  },
  P2: {
    level: "must",
    steps: server,
    judges: "account",
    title: "an Edge Transport server needs local Administrators",
    source: document,
    enforced: judged(serverPermissions.edgeTransport, token),
  },
  P3: {
    level: "must",
    steps: server,
    judges: "account",
    title: "a further server needs Exchange Server Administrator and local Administrators",
    source: document,
    enforced: judged(
      serverPermissions.furtherServer,
      "what P1 reads, and the access control list of the server's object, full control of which is that role; from 2010 on, where it is a group, who is in Delegated Setup",
    ),
  },
  P4: {
    level: "must",
    steps: server,
    judges: "account",
    title: "a computer with only the management tools needs local Administrators",
    source: document,
    enforced: judged(serverPermissions.managementTools, `the roles in the registry; ${token}`),
  },
  P5: {
    level: "must",
    steps: ["schema", "server"],
    judges: "account",
    title: "preparing the schema needs Schema Admins and Enterprise Admins",
    source: document,
    enforced: judged(permissions.schema, "the account's nested groups in the directory"),
  },
  P6: {
    level: "must",
    steps: ["schema", "server"],
    judges: "computer",
    title: "the schema is prepared in the schema master's domain and site",
    source: document,
    enforced: judged(placement.schemaPlace, "the schema master's domain and site, and the computer's own"),
  },
  P7: {
    level: "must",
    steps: ["organization", "server"],
    judges: "account",
    title: "preparing Active Directory needs Enterprise Admins",
    source: document,
    enforced: judged(permissions.activeDirectory, "the account's nested groups in the directory"),
  },
  P8: {
    level: "must",
    steps: ["organization", "server"],
    judges: "computer",
    title: "Active Directory is prepared in the schema master's domain and site",
    source: document,
    enforced: judged(
      placement.activeDirectoryPlace,
      "the schema master's domain and site, and the computer's own",
    ),
  },
  P9: {
    level: "must",
    steps: ["domain", "server"],
    judges: "account",
    title:
      "preparing a domain needs Domain Admins of that domain or Enterprise Admins; all domains, Enterprise Admins",
    source: document,
    enforced: judged(permissions.domain, "the account's nested groups in the directory"),
  },
  P10: {
    level: "must",
    steps: ["domain"],
    judges: "program",
    title: "domains are prepared with /PrepareDomain or /PrepareAllDomains from a command prompt",
    source: document,
    enforced: built("the command line of a domain step is made from the release's Setup and its switch"),
  },
  R1: {
    level: "must",
    steps: every,
    judges: "program",
    title: "the target is a release that this version offers",
    source: graph,
    enforced: built("the arguments are refused before anything is read"),
  },
  R2: {
    level: "must",
    steps: every,
    judges: "organization",
    title: "the target is reached in place from what is installed",
    source: graph,
    enforced: judged(
      transitions.reachable,
      "the levels in the directory and the builds of the roles in the registry, against the graph of supported upgrades",
    ),
  },
  R3: {
    level: "must",
    steps: ["organization", "domain", "server"],
    judges: "program",
    title: "what a step rests on is planned before it or done",
    source: "How to Prepare Active Directory and Domains",
    enforced: judged(
      organization.prepared,
      "what is planned before the step and, right before Setup, the levels in the directory; a computer with only the management tools, by its registry, rests on nothing",
    ),
  },
  R4: {
    level: "must",
    steps: every,
    judges: "account",
    title: "Setup that is started over SSH runs as the account that logged on",
    source: running,
    enforced: judged(logon.sameAccount, 'the account of the SSH session, by SID, where run is "direct"'),
  },
  R5: {
    level: "must",
    steps: ["schema", "organization", "domain"],
    judges: "account",
    title: "a preparation needs network credentials, which a key logon does not have",
    source: running,
    enforced: judged(logon.networkCredentials, 'how the connection logs on, where run is "direct"'),
  },
  R6: {
    level: "must",
    steps: every,
    judges: "account",
    title: "the logon that runs Setup has the groups that the directory shows",
    source: running,
    enforced: judged(
      logon.freshToken,
      'the groups in the logon token against those in the directory that permissions are about, the access control list of the server among them, where run is "direct"',
    ),
  },
  R7: {
    level: "must",
    steps: server,
    judges: "computer",
    title: "no restart is pending",
    source: "Exchange analyzer, rule RebootPending",
    enforced: judged(
      leftover.noPendingRestart,
      "the registry values that Setup's own prerequisite check looks at; where all that waits is the removal of files below folders named Temp, it can be waived",
    ),
  },
  R8: {
    level: "must",
    steps: every,
    judges: "computer",
    title: "the media hold the target's Setup",
    source: running,
    enforced: judged(requirements.targetMedia, "the file version of Setup's program in `computer.media`"),
  },
  R9: {
    level: "must",
    steps: server,
    judges: "program",
    title: "the roles and the site that the program gives are the server's own",
    source: "the order of the servers",
    enforced: judged(
      declared.declaredServer,
      "the roles and the site in the registry of the server, where the program gives `roles` or `site`",
    ),
  },
  R10: {
    level: "must",
    steps: every,
    judges: "program",
    title: "a step is started inside its change window, and fits into what is left of it",
    source: running,
    enforced: built(
      "`changeWindow` and the expected duration are compared with the clock right before Setup is started; what runs or is done is never refused for it",
    ),
  },
  R11: {
    level: "must",
    steps: ["schema", "organization", "domain"],
    judges: "organization",
    title: "the new level has replicated to every domain controller that holds it",
    source: "Microsoft's Exchange documentation, preparing Active Directory and domains",
    enforced: built(
      "each of them (`replication`) is asked before Setup, and then until it has the level or the time is over; one that cannot be asked is not verified, which can be waived",
    ),
  },
  R12: {
    level: "must",
    recommended: "a copy that a replication conflict has left beside it",
    steps: server,
    judges: "organization",
    title: "a server has one object in the directory",
    source: "how the result is proven",
    enforced: judged(
      identity.oneObject,
      "the server objects, each known by its DN: several with the server's FQDN, and copies that replication conflicts have left",
    ),
  },
  R13: {
    level: "must",
    steps: server,
    judges: "computer",
    title: "no installation of a role was left unfinished",
    source: "Exchange analyzer, rule InstallWatermark",
    enforced: judged(
      leftover.installationFinished,
      "the watermark and the action of each role in the registry of the server; from 2013 on an operator's wizard goes on with it",
    ),
  },
};

/** All rule ids, in the order of the document and then our own. */
export const ruleIds = Object.keys(rules) as readonly RuleId[];
