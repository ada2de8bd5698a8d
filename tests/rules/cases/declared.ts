/** Cases of R9: what the program takes a server for. */
import { type AvailabilityGroupFacts, type ForestFacts, known, unknown } from "../../../lib/facts";
import { aCase, dnOf, identityIs, installed, rolesAre, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const rule =
  "  Rule:   R9, the roles and the site that the program gives are the server's own (the order of the servers)";
const onServer = "  Where:  on mbx-lon.contoso.com";
const reach = "  Fix:    let the connection reach the computer, with an account that may read its registry";

const asMailbox = { roles: ["Mailbox"], site: null, dag: null } as const;
const inLondon = { roles: null, site: "London", dag: null } as const;
const both = rolesAre(installed("Mailbox", "8.0.685.25"), installed("Client Access", "8.0.685.25"));
const bothModern = rolesAre(installed("Mailbox", "15.2.1544.4"), installed("Client Access", "15.2.1544.4"));

const inGroup = { roles: null, site: null, dag: "DAG1" } as const;
const dag = (name: string, ...members: readonly string[]) => ({
  dn: `CN=${name},CN=Database Availability Groups,CN=Contoso`,
  name,
  members: members.map((each) => dnOf(each)),
  unseen: null,
});
const groupsAre = (...groups: readonly AvailabilityGroupFacts[]) => ({
  availabilityGroups: known(groups, "servers on dc1.contoso.com"),
});
const groupNeeded = "  Needed: the database availability group that the program gives: DAG1";
const modernRule =
  "  Rule:   R9, the roles, the site and the database availability group that the program gives are the server's own (the order of the servers)";
const notInGroup = (found: string) =>
  fails(
    `R9 (must), server upgrade on mbx-lon.contoso.com: it is in ${found}, and the program takes it to be in DAG1`,
    `  Found:  ${found}, as the directory shows it`,
    groupNeeded,
    "  Where:  in the program: `dag`",
    "  Fix:    correct `dag`; it decides which servers are upgraded one after another",
    modernRule,
  );
const groupUnseen = (why: string) =>
  notVerified(
    `R9 (must), server upgrade on mbx-lon.contoso.com: not verified: ${why}`,
    groupNeeded,
    "  Where:  in the configuration partition of the forest",
    "  Fix:    let `directory` read the servers and their database availability groups, with an account that sees them",
    modernRule,
  );
const toSe = (forest: Partial<ForestFacts>) =>
  aCase({
    target: "SE RTM",
    declared: inGroup,
    forest,
    machine: rolesAre(installed("Mailbox", "15.2.1748.10")),
  });

const ofGroups: CaseTable = [
  {
    name: "its database availability group, in other letters",
    of: toSe(groupsAre(dag("dag1", "mbx-lon"))),
    says: ok,
  },
  {
    name: "another database availability group",
    of: toSe(groupsAre(dag("DAG1"), dag("DAG2", "mbx-lon"))),
    says: notInGroup("the database availability group DAG2"),
  },
  {
    name: "no database availability group",
    of: toSe(groupsAre(dag("DAG1"))),
    says: notInGroup("no database availability group"),
  },
  {
    name: "none that shows, beside one that hides who is in it",
    of: toSe(groupsAre({ ...dag("DAG1"), unseen: "it hides its members" })),
    says: groupUnseen("it hides its members"),
  },
  {
    name: "database availability groups that could not be read",
    of: toSe({ availabilityGroups: unknown("the search was refused", "servers") }),
    says: groupUnseen("the search was refused"),
  },
  {
    name: "servers that could not be read",
    of: toSe({ servers: unknown("the search was refused", "servers") }),
    says: groupUnseen("the search was refused"),
  },
];

export const R9: CaseTable = [
  ...ofGroups,
  { name: "the program says nothing of it", of: aCase(), says: ok },
  {
    name: "its role, whatever the tools are",
    of: aCase({
      declared: asMailbox,
      machine: rolesAre(installed("Mailbox", "8.0.685.25"), installed("Management Tools", "8.0.685.25")),
    }),
    says: ok,
  },
  {
    name: "two roles in another order",
    of: aCase({ declared: { roles: ["Client Access", "Mailbox"], site: null, dag: null }, machine: both }),
    says: ok,
  },
  {
    name: "one role more than the program says",
    of: aCase({ declared: asMailbox, machine: both }),
    says: fails(
      "R9 (must), server upgrade on mbx-lon.contoso.com: it carries Client Access and Mailbox, and the program takes it for Mailbox",
      "  Found:  Client Access and Mailbox below HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
      "  Needed: the roles that the program gives: Mailbox",
      "  Where:  in the program: `roles`",
      "  Fix:    correct `roles`: the order of the servers is made from them",
      rule,
    ),
  },
  {
    name: "a Mailbox server of 2019, whose Client Access services are no role of their own",
    of: aCase({ target: "SE RTM", declared: asMailbox, machine: bothModern }),
    says: ok,
  },
  {
    name: "the same server with the role that discovery names",
    of: aCase({
      target: "SE RTM",
      declared: { roles: ["Client Access", "Mailbox"], site: null, dag: null },
      machine: bothModern,
    }),
    says: ok,
  },
  {
    name: "a server of 2013 with both of its roles",
    of: aCase({
      target: "2013 CU23",
      declared: asMailbox,
      machine: rolesAre(installed("Mailbox", "15.0.1473.3"), installed("Client Access", "15.0.1473.3")),
    }),
    says: fails(
      "R9 (must), server upgrade on mbx-lon.contoso.com: it carries Client Access and Mailbox, and the program takes it for Mailbox",
      "  Found:  Client Access and Mailbox below HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
      "  Needed: the roles that the program gives: Mailbox",
      "  Where:  in the program: `roles`",
      "  Fix:    correct `roles`: the order of the servers is made from them",
      modernRule,
    ),
  },
  {
    name: "no Exchange at all, of which D1 speaks",
    of: aCase({ declared: asMailbox, machine: rolesAre() }),
    says: ok,
  },
  {
    name: "the roles could not be read",
    of: aCase({ declared: asMailbox, machine: { roles: silent } }),
    says: notVerified(
      "R9 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: the roles that the program gives: Mailbox",
      onServer,
      reach,
      rule,
    ),
  },
  {
    name: "another role, right before Setup",
    of: aCase({ declared: { roles: ["Hub Transport"], site: null, dag: null }, apply: true }),
    says: fails(
      "R9 (must), server upgrade on mbx-lon.contoso.com: it carries Mailbox, and the program takes it for Hub Transport",
      "  Found:  Mailbox below HKLM\\SOFTWARE\\Microsoft\\Exchange\\v8.0",
      "  Needed: the roles that the program gives: Hub Transport",
      "  Where:  in the program: `roles`",
      "  Fix:    correct `roles`: the order of the servers is made from them",
      rule,
    ),
  },
  {
    name: "its site, in other letters",
    of: aCase({ declared: { roles: null, site: "LONDON", dag: null } }),
    says: ok,
  },
  {
    name: "another site",
    of: aCase({ declared: inLondon, machine: identityIs("mbx-lon.contoso.com", "Dublin") }),
    says: fails(
      "R9 (must), server upgrade on mbx-lon.contoso.com: it is in site Dublin, and the program takes it to be in London",
      "  Found:  site Dublin, as the computer reports it",
      "  Needed: the site that the program gives: London",
      "  Where:  in the program: `site`",
      "  Fix:    correct `site`; it decides which servers are upgraded one after another",
      rule,
    ),
  },
  {
    name: "the site could not be read",
    of: aCase({ declared: inLondon, machine: { identity: silent } }),
    says: notVerified(
      "R9 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: the site that the program gives: London",
      onServer,
      reach,
      rule,
    ),
  },
];
