/** Cases of the rules on clusters and media: D7, D15, R8. */
import { known } from "../../../lib/facts";
import {
  aCase,
  buildOf,
  type Changes,
  dnOf,
  exchangeKey,
  serverObject,
  serversAre,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";

const onServer = "  Where:  on mbx-lon.contoso.com";
const readRegistry =
  "  Fix:    let the connection reach the computer, with an account that may read its registry";

const clustered = (keys: readonly string[], changes: Changes = {}) =>
  aCase({ ...changes, machine: { clusterKeys: known(keys, exchangeKey) } });
const manual = { run: "manual" } as const;

const neededCluster = "  Needed: a server without a clustered mailbox server (CCR or SCC)";
const wayOut =
  "  Fix:    take it out of the servers of the program, and upgrade the clustered mailbox server with all its nodes by ExchangeClusteredMailboxUpgrade, which says each step in its order";
const ruleD7 =
  "  Rule:   D7, the wizard cannot upgrade a clustered mailbox server (How to upgrade to Exchange 2007 SP1)";
const ruleD15 =
  "  Rule:   D15, clustered mailbox servers have their own procedures (How to upgrade to Exchange 2007 SP1)";

function notWithWizard(keys: string): Says {
  return fails(
    "D7 (must), server upgrade on mbx-lon.contoso.com: the wizard cannot upgrade a clustered mailbox server",
    String.raw`  Found:  ${keys} below HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
    neededCluster,
    onServer,
    wayOut,
    ruleD7,
  );
}

export const D7: CaseTable = [
  { name: "no cluster, by the wizard", of: aCase(manual), says: ok },
  {
    name: "a cluster, by the wizard",
    of: clustered(["ClusteredMailboxServer"], manual),
    says: notWithWizard("ClusteredMailboxServer"),
  },
  {
    name: "a cluster with both keys, by the wizard, right before it",
    of: clustered(["ClusteredMailboxServer", "CMS"], { ...manual, apply: true }),
    says: notWithWizard("ClusteredMailboxServer and CMS"),
  },
  { name: "a cluster, without the wizard: D15 judges", of: clustered(["CMS"]), says: ok },
  {
    name: "keys that could not be read, by the wizard",
    of: aCase({ ...manual, machine: { clusterKeys: silent } }),
    says: notVerified(
      "D7 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      neededCluster,
      onServer,
      readRegistry,
      ruleD7,
    ),
  },
  {
    name: "keys that could not be read, without the wizard",
    of: aCase({ machine: { clusterKeys: silent } }),
    says: ok,
  },
];

function ownProcedure(keys: string, shown?: string): Says {
  return fails(
    "D15 (must), server upgrade on mbx-lon.contoso.com: it is a clustered mailbox server, which has its own procedure",
    shown === undefined
      ? String.raw`  Found:  ${keys} below HKLM\SOFTWARE\Microsoft\Exchange\v8.0`
      : `  Found:  ${shown}`,
    neededCluster,
    onServer,
    wayOut,
    ruleD15,
  );
}

/** A clustered mailbox server beside the other servers. */
const inCluster = (name: string, nodes: readonly string[], fqdn = `${name}.contoso.com`) =>
  serversAre(serverObject(name, ["Mailbox"], undefined, { fqdn, clustered: { storage: 1, nodes } }));

export const D15: CaseTable = [
  { name: "no cluster", of: aCase(), says: ok },
  { name: "a cluster", of: clustered(["CMS"]), says: ownProcedure("CMS") },
  { name: "a cluster, by the wizard", of: clustered(["CMS"], manual), says: ownProcedure("CMS") },
  {
    name: "a cluster with both keys, right before Setup",
    of: clustered(["ClusteredMailboxServer", "CMS"], { apply: true }),
    says: ownProcedure("ClusteredMailboxServer and CMS"),
  },
  {
    name: "the server object of a clustered mailbox server, whatever the registry of a node shows",
    of: aCase({ machine: { clusterKeys: silent }, forest: inCluster("mbx-lon", ["NODE1", "NODE2"]) }),
    says: ownProcedure("", `the server object of a clustered mailbox server, ${dnOf("mbx-lon")}`),
  },
  {
    name: "a node, which has no object of its own",
    of: aCase({ forest: inCluster("mbx1", ["MBX-LON", "MBX-PAR"]) }),
    says: ownProcedure("", `a node of the clustered mailbox server mbx1.contoso.com, ${dnOf("mbx1")}`),
  },
  {
    name: "a computer of another domain with the name of a node",
    of: aCase({ forest: inCluster("mbx1", ["MBX-LON", "MBX-PAR"], "mbx1.emea.contoso.com") }),
    says: ok,
  },
  {
    name: "keys that could not be read",
    of: aCase({ machine: { clusterKeys: silent } }),
    says: notVerified(
      "D15 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      neededCluster,
      onServer,
      readRegistry,
      ruleD15,
    ),
  },
];

const ruleR8 = "  Rule:   R8, the media hold the target's Setup (how Setup is run)";
const neededR8 = String.raw`  Needed: Setup of 2007 SP1 (8.1.240.6) in D:\SP1`;
const correct = "  Fix:    put the files of 2007 SP1 there, or correct `computer.media`";
const lookAtMedia = "  Fix:    look at the media, and waive R8 when they are the target's";
const setup = "D:\\SP1\\Setup.com";
const holding = (version: string | null, changes: Changes = {}) =>
  aCase({ ...changes, machine: { media: known(version === null ? null : buildOf(version), setup) } });

function wrongMedia(where: string, found: string): Says {
  return fails(
    `R8 (must), ${where}: the media are not those of 2007 SP1`,
    String.raw`  Found:  ${found}, the file version of D:\SP1\Setup.com`,
    neededR8,
    `  Where:  on ${where.split(" on ")[1]}`,
    correct,
    ruleR8,
  );
}

export const R8: CaseTable = [
  { name: "the target's", of: aCase(), says: ok },
  { name: "the target's, for the schema", of: aCase({ step: "schema" }), says: ok },
  {
    name: "the target's, for Active Directory, right before Setup",
    of: aCase({ step: "organization", apply: true }),
    says: ok,
  },
  { name: "the target's, with another revision", of: holding("8.1.240.0"), says: ok },
  {
    name: "those of the release before",
    of: holding("8.0.685.25"),
    says: wrongMedia("server upgrade on mbx-lon.contoso.com", "8.0.685.25 (2007 RTM)"),
  },
  {
    name: "those of the release after, for a domain, right before Setup",
    of: holding("8.2.176.2", { step: "domain", apply: true }),
    says: wrongMedia("domain preparation on emea-dc1.emea.contoso.com", "8.2.176.2 (2007 SP2)"),
  },
  {
    name: "a file version that no release has, which proves nothing",
    of: holding("6.5.1.1"),
    says: notVerified(
      String.raw`R8 (must), server upgrade on mbx-lon.contoso.com: not verified: 6.5.1.1, the file version of D:\SP1\Setup.com, is that of no known release`,
      neededR8,
      onServer,
      lookAtMedia,
      ruleR8,
    ),
  },
  {
    name: "a folder without Setup",
    of: holding(null),
    says: fails(
      String.raw`R8 (must), server upgrade on mbx-lon.contoso.com: there is no Setup in D:\SP1`,
      String.raw`  Found:  no such file: D:\SP1\Setup.com`,
      neededR8,
      onServer,
      correct,
      ruleR8,
    ),
  },
  { name: "none yet, where the program brings them first", of: holding(null, { staged: true }), says: ok },
  {
    name: "not to be seen yet, where the program brings them first",
    of: aCase({ staged: true, machine: { media: silent } }),
    says: ok,
  },
  {
    name: "none right before Setup, though the program was to bring them",
    of: holding(null, { staged: true, apply: true }),
    says: fails(
      String.raw`R8 (must), server upgrade on mbx-lon.contoso.com: there is no Setup in D:\SP1`,
      String.raw`  Found:  no such file: D:\SP1\Setup.com`,
      neededR8,
      onServer,
      correct,
      ruleR8,
    ),
  },
  {
    name: "others, where the program would bring them first: the folder is theirs already",
    of: holding("8.0.685.25", { staged: true }),
    says: wrongMedia("server upgrade on mbx-lon.contoso.com", "8.0.685.25 (2007 RTM)"),
  },
  {
    name: "none given, where it is the operator's business",
    of: aCase({ run: "manual", media: null, machine: { media: silent } }),
    says: ok,
  },
  {
    name: "given to an operator, and wrong",
    of: holding("8.0.685.25", { run: "manual" }),
    says: wrongMedia("server upgrade on mbx-lon.contoso.com", "8.0.685.25 (2007 RTM)"),
  },
  {
    name: "a file version that could not be read",
    of: aCase({ machine: { media: silent } }),
    says: notVerified(
      "R8 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      neededR8,
      onServer,
      lookAtMedia,
      ruleR8,
    ),
  },
];
