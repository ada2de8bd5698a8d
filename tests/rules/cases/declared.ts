/** Cases of R9: what the program takes a server for. */
import { aCase, identityIs, installed, rolesAre, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const rule =
  "  Rule:   R9, the roles and the site that the program gives are the server's own (the order of the servers)";
const unread = "  Found:  nothing: it could not be read";
const onServer = "  Where:  on mbx-lon.contoso.com";
const reach = "  Fix:    let the connection reach the computer, with an account that may read its registry";

const asMailbox = { roles: ["Mailbox"], site: null } as const;
const inLondon = { roles: null, site: "London" } as const;
const both = rolesAre(installed("Mailbox", "8.0.685.25"), installed("Client Access", "8.0.685.25"));
const bothModern = rolesAre(installed("Mailbox", "15.2.1544.4"), installed("Client Access", "15.2.1544.4"));

export const R9: CaseTable = [
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
    of: aCase({ declared: { roles: ["Client Access", "Mailbox"], site: null }, machine: both }),
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
      declared: { roles: ["Client Access", "Mailbox"], site: null },
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
      rule,
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
      unread,
      "  Needed: the roles that the program gives: Mailbox",
      onServer,
      reach,
      rule,
    ),
  },
  {
    name: "another role, right before Setup",
    of: aCase({ declared: { roles: ["Hub Transport"], site: null }, apply: true }),
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
    of: aCase({ declared: { roles: null, site: "LONDON" } }),
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
      "  Fix:    correct `site`: which servers take turns is made from it",
      rule,
    ),
  },
  {
    name: "the site could not be read",
    of: aCase({ declared: inLondon, machine: { identity: silent } }),
    says: notVerified(
      "R9 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      unread,
      "  Needed: the site that the program gives: London",
      onServer,
      reach,
      rule,
    ),
  },
];
