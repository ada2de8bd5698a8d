/** Cases of R15: the servers of other products beside the target. */
import type { ExchangeServerFacts } from "../../../lib/facts";
import { aCase, type Changes, installed, rolesAre, serverObject, serversAre, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const title = "the servers of other products may stay beside the target";
const inForest = "  Where:  in the whole forest";
const gone =
  "where one is gone for good, remove its object (ADSI Edit, connected to Configuration): Setup finds it there, and `gone` does not hide it";
const uninstall = `  Fix:    move what such servers hold to newer ones, and uninstall Exchange there; ${gone}`;
const update = `  Fix:    update them first; ${gone}`;
const onServer = "server upgrade on mbx-lon.contoso.com";

const seSource =
  'Microsoft Learn, "Upgrade to Exchange Server SE"; techcommunity 4410173; Microsoft Japan\'s Exchange support, jpmessaging/blog';
const rules2016 =
  "Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange; Setup logs among the tests of microsoft/CSS-Exchange (Exchange2000or2003PresentInOrg)";
const rule = (source: string) => `  Rule:   R15, ${title} (${source})`;

const neededBySe =
  "  Needed: no Exchange 2000, 2003, 2007, 2010 or 2013 server; Exchange 2016 servers, Edge Transport included, from 2016 CU23 on, which is what is supported";
const neededBy2016 =
  "  Needed: no Exchange 2000, 2003 or 2007 server; Exchange 2010 servers, Edge Transport included, from 2010 SP3 Update Rollup 11 on; Exchange 2013 servers, Edge Transport included, from 2013 CU10 on";

const ex = (name: string, version: string | null, roles: ExchangeServerFacts["roles"] = ["Mailbox"]) =>
  serverObject(name, roles, version);
const own = ex("mbx-lon", "15.2.1748.10");
const beside = (target: string, servers: readonly ExchangeServerFacts[], changes: Changes = {}) =>
  aCase({ target, ...changes, forest: serversAre(...servers) });

const old2013 = fails(
  `R15 (must), ${onServer}: Setup of SE RTM refuses an organization with ex13.contoso.com (2013 CU23)`,
  "  Found:  ex13.contoso.com: Version 15.0 (Build 31497.2)",
  neededBySe,
  inForest,
  uninstall,
  rule(seSource),
);

export const R15: CaseTable = [
  { name: "an organization of 2019 alone", of: beside("SE RTM", [own]), says: ok },
  {
    name: "SE and 2016 CU23 beside it, with an update, right before Setup",
    of: beside("SE RTM", [own, ex("se1", "15.2.2562.17"), ex("ex16", "15.1.2507.61")], { apply: true }),
    says: ok,
  },
  { name: "a server of 2013", of: beside("SE RTM", [own, ex("ex13", "15.0.1497.2")]), says: old2013 },
  {
    name: "a server of 2013 that the program takes for gone: Setup finds its object",
    of: beside("SE RTM", [own], {
      gone: [{ server: "ex13.contoso.com", reason: "CHG0051", objects: [ex("ex13", "15.0.1497.2")] }],
    }),
    says: old2013,
  },
  {
    name: "a server of 2013, for the schema",
    of: beside("SE RTM", [ex("ex13", "15.0.1497.2")], { step: "schema" }),
    says: fails(
      "R15 (must), schema preparation on dc1.contoso.com: Setup of SE RTM refuses an organization with ex13.contoso.com (2013 CU23)",
      "  Found:  ex13.contoso.com: Version 15.0 (Build 31497.2)",
      neededBySe,
      inForest,
      uninstall,
      rule(seSource),
    ),
  },
  {
    name: "many servers of 2013, of which five are named",
    of: beside(
      "SE RTM",
      [1, 2, 3, 4, 5, 6, 7].map((n) => ex(`ex13-${n}`, "15.0.1497.2")),
      {
        step: "organization",
      },
    ),
    says: fails(
      "R15 (must), Active Directory preparation on dc1.contoso.com: Setup of SE RTM refuses an organization with ex13-1.contoso.com (2013 CU23), ex13-2.contoso.com (2013 CU23), ex13-3.contoso.com (2013 CU23), ex13-4.contoso.com (2013 CU23), ex13-5.contoso.com (2013 CU23) and 2 more servers",
      `  Found:  ${[1, 2, 3, 4, 5].map((n) => `ex13-${n}.contoso.com: Version 15.0 (Build 31497.2)`).join("; ")}; and 2 more`,
      neededBySe,
      inForest,
      uninstall,
      rule(seSource),
    ),
  },
  {
    name: "an Edge Transport server of 2013 below the minimum, by its subscription",
    of: beside("2016 CU23", [ex("edge13", "15.0.1104.5", ["Edge Transport"])]),
    says: fails(
      `R15 (must), ${onServer}: Setup of 2016 CU23 refuses an organization with edge13.contoso.com (2013 CU9)`,
      "  Found:  edge13.contoso.com: Version 15.0 (Build 31104.5)",
      neededBy2016,
      inForest,
      `  Fix:    update them first; an Edge Transport server counts as its subscription shows it: subscribe it again once it is updated; ${gone}`,
      rule(rules2016),
    ),
  },
  {
    name: "2010 SP3 with the rollup that is asked for",
    of: beside("2016 CU23", [ex("ex10", "14.3.266.1")]),
    says: ok,
  },
  {
    name: "2010 SP3 without it, right before Setup",
    of: beside("2016 CU23", [ex("ex10", "14.3.123.4")], { apply: true }),
    says: fails(
      `R15 (must), ${onServer}: Setup of 2016 CU23 refuses an organization with ex10.contoso.com (2010 SP3)`,
      "  Found:  ex10.contoso.com: Version 14.3 (Build 30123.4)",
      neededBy2016,
      inForest,
      update,
      rule(rules2016),
    ),
  },
  {
    name: "2016 below what is supported: Setup goes on",
    of: beside("SE RTM", [own, ex("ex16", "15.1.1713.5")]),
    says: fails(
      `R15 (should), ${onServer}: Setup of SE RTM goes on, and is not supported beside ex16.contoso.com (2016 CU12)`,
      "  Found:  ex16.contoso.com: Version 15.1 (Build 31713.5)",
      neededBySe,
      inForest,
      update,
      rule(seSource),
    ),
  },
  {
    name: "what no source says for certain",
    of: beside("2019 CU14", [ex("ex07", "8.3.83.6")]),
    says: notVerified(
      `R15 (must), ${onServer}: not verified: no source says for certain whether Setup of 2019 CU14 goes on beside ex07.contoso.com (2007 SP3)`,
      "  Found:  ex07.contoso.com: Version 8.3 (Build 30083.6)",
      "  Needed: no Exchange 2000, 2003, 2007 or 2010 server; Exchange 2013 servers, Edge Transport included, from 2013 CU21 on, which is what is supported; Exchange 2016 servers, Edge Transport included, from 2016 CU11 on, which is what is supported",
      inForest,
      uninstall,
      rule(
        "Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange; Setup logs among the tests of microsoft/CSS-Exchange (E19E14CoexistenceRequirement)",
      ),
    ),
  },
  {
    name: "a server whose version does not show",
    of: beside("SE RTM", [own, ex("ex1", null)]),
    says: notVerified(
      `R15 (must), ${onServer}: not verified: the directory does not show the version of ex1.contoso.com, beside which Setup of SE RTM may refuse`,
      "  Found:  ex1.contoso.com: null",
      neededBySe,
      inForest,
      update,
      rule(seSource),
    ),
  },
  {
    name: "a release of which it is not described, where servers are of its product alone",
    of: beside("2013 CU1", [ex("ex13", "15.0.516.32")]),
    says: ok,
  },
  {
    name: "the same beside another product",
    of: beside("2013 CU1", [ex("ex13", "15.0.516.32"), ex("ex10", "14.3.123.4")]),
    says: notVerified(
      `R15 (must), ${onServer}: not verified: which servers of other products may stay is not described for Exchange 2013 CU1 in this version of the package`,
      "  Found:  no description of Exchange 2013 CU1",
      "  Needed: no servers of other products than those that Microsoft lets stay beside Exchange 2013 CU1",
      inForest,
      "  Fix:    look up Microsoft's system requirements of Exchange 2013 CU1, compare the servers of the organization (ex10.contoso.com (2010 SP3)) with them, and where they hold say so with `waive: { R15: reason }`",
      rule("unverified: no source is described for 2013 CU1"),
    ),
  },
  {
    name: "an Edge Transport server, whose Setup reads no directory",
    of: aCase({
      target: "SE RTM",
      forest: { servers: silent },
      machine: rolesAre(installed("Edge Transport", "15.2.1748.10")),
    }),
    says: ok,
  },
  {
    name: "servers that could not be read",
    of: aCase({ target: "SE RTM", forest: { servers: silent } }),
    says: notVerified(
      `R15 (must), ${onServer}: not verified: no answer within 60 s`,
      neededBySe,
      inForest,
      "  Fix:    let `directory` read the servers of the organization, with an account that sees them",
      rule(seSource),
    ),
  },
];
