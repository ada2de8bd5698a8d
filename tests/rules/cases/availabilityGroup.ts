/** Cases of R30: the members of a database availability group, one at a time. */
import { known, unknown } from "../../../lib/facts";
import type { Case } from "../../../lib/rules/case";
import { aCase, type Changes, dnOf, installed, rolesAre, serverObject, serversAre, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const now = "15.2.1748.10";
const groupsSource = "servers on dc1.contoso.com";
const on2019 = (name: string, version = now) => serverObject(name, ["Client Access", "Mailbox"], version);
const dag1 = (...members: readonly string[]) => ({
  dn: "CN=DAG1,CN=Database Availability Groups,CN=Contoso",
  name: "DAG1",
  members: members.map((name) => dnOf(name)),
  unseen: null,
});
const hidden = `${dag1().dn} has no msExchMDBAvailabilityGroupBL, or this account cannot see it`;

/** mbx-lon of 2019, in DAG1 with ex2 and ex3. */
function member(changes: Changes = {}): Case {
  return aCase({
    target: "SE RTM",
    ...changes,
    forest: {
      ...serversAre(on2019("mbx-lon"), on2019("ex2"), on2019("ex3", "15.2.2562.17")),
      availabilityGroups: known([dag1("mbx-lon", "ex2", "ex3")], groupsSource),
      ...changes.forest,
    },
    machine: {
      ...rolesAre(installed("Client Access", now), installed("Mailbox", now)),
      ...changes.machine,
    },
  });
}

const title = "the members of a database availability group are upgraded one at a time";
const rule = `  Rule:   R30, ${title} (Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange; Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update")`;
const needed = "  Needed: one member of a database availability group at a time, each proven before the next";
const alongside = { alongside: ["ex2.contoso.com"] };
const together = (level: "must" | "should", ...where: readonly string[]) =>
  fails(
    `R30 (${level}), server upgrade on mbx-lon.contoso.com: it is in the database availability group DAG1 together with ex2.contoso.com, and nothing keeps Setup from running on both at once`,
    "  Found:  DAG1: ex2.contoso.com and mbx-lon.contoso.com, without an order between them",
    needed,
    ...where,
  );
const inAfter = [
  "  Where:  in the program: the argument `after`",
  "  Fix:    put ex2.contoso.com in `after`, or this server in `after` there",
];
const unseen = (why: string) =>
  notVerified(
    `R30 (must), server upgrade on mbx-lon.contoso.com: not verified: ${why}`,
    needed,
    "  Where:  in the configuration partition of the forest",
    "  Fix:    let `directory` read the database availability groups, with an account that sees them, or say `dag`, and that of its other members",
    rule,
  );

export const R30: CaseTable = [
  { name: "no member is upgraded beside it", of: member(), says: ok },
  {
    name: "a member without an order to it",
    of: member(alongside),
    says: together("must", ...inAfter, rule),
  },
  {
    name: "the same, right before Setup",
    of: member({ ...alongside, apply: true }),
    says: together("must", ...inAfter, rule),
  },
  {
    name: "the same, of a component",
    of: member({ ...alongside, place: { at: "servers.lon", elsewhere: {} } }),
    says: together(
      "must",
      "  Where:  in the program: `servers`",
      '  Fix:    say in `servers` of each of its members that its dag is "DAG1": they take turns',
      rule,
    ),
  },
  {
    name: "a member that has been upgraded, whose step starts nothing",
    of: member({ alongside: ["ex3.contoso.com"] }),
    says: ok,
  },
  {
    name: "a member by the program alone, which the directory does not show",
    of: member({
      alongside: ["ex2.contoso.com"],
      declared: { roles: null, site: null, dag: "DAG1" },
      forest: { ...serversAre(on2019("mbx-lon")), availabilityGroups: known([], groupsSource) },
    }),
    says: together("must", ...inAfter, rule),
  },
  {
    name: "of 2010, where no source says it",
    of: member({
      ...alongside,
      target: "2010 SP3",
      forest: {
        ...serversAre(on2019("mbx-lon", "14.2.247.5"), on2019("ex2", "14.2.247.5")),
        availabilityGroups: known([dag1("mbx-lon", "ex2")], groupsSource),
      },
    }),
    says: together(
      "should",
      ...inAfter,
      `  Rule:   R30, ${title} (unverified: no statement found for Exchange 2010; documented from 2013 on)`,
    ),
  },
  {
    name: "a group that does not show all of its members",
    of: member({
      forest: { availabilityGroups: known([{ ...dag1("mbx-lon"), unseen: hidden }], groupsSource) },
    }),
    says: unseen(hidden),
  },
  {
    name: "a server in no group that shows, beside a group without members that show",
    of: member({ forest: { availabilityGroups: known([{ ...dag1(), unseen: hidden }], groupsSource) } }),
    says: unseen(hidden),
  },
  {
    name: "the same, of which the program says the group",
    of: member({
      declared: { roles: null, site: null, dag: "DAG1" },
      forest: { availabilityGroups: known([{ ...dag1(), unseen: hidden }], groupsSource) },
    }),
    says: ok,
  },
  {
    name: "groups that could not be read",
    of: member({ forest: { availabilityGroups: unknown("the search was refused", groupsSource) } }),
    says: unseen("the search was refused"),
  },
  {
    name: "the same, of a server whose roles could not be read either",
    of: member({
      forest: { availabilityGroups: unknown("the search was refused", groupsSource) },
      machine: { roles: silent },
    }),
    says: unseen("the search was refused"),
  },
  {
    name: "the same, of a server without the Mailbox role",
    of: member({
      target: "2013 CU23",
      forest: { availabilityGroups: unknown("the search was refused", groupsSource) },
      machine: rolesAre(installed("Client Access", "15.0.1473.3")),
    }),
    says: ok,
  },
  {
    name: "the same, of management tools and of Edge Transport",
    of: member({
      forest: { availabilityGroups: unknown("the search was refused", groupsSource) },
      machine: rolesAre(installed("Management Tools", now)),
    }),
    says: ok,
  },
];
