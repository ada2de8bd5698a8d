/** Cases of D3 for targets of 2013 and later: sites that face the Internet, then the others, Edge Transport last. */
import { type ExchangeServerFacts, type ForestFacts, unknown } from "../../../lib/facts";
import type { Case } from "../../../lib/rules/case";
import {
  aCase,
  type Changes,
  dnOf,
  facingTheInternet,
  installed,
  plannedUpTo,
  rolesAre,
  serverObject,
  serversAre,
  silent,
  withoutUrls,
} from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const now = "15.2.1748.10";
const on2019 = (name: string, site = "London", other: Partial<ExchangeServerFacts> = {}) =>
  serverObject(name, ["Client Access", "Mailbox"], now, { site, ...other });
const upgraded = (name: string, site = "London") =>
  serverObject(name, ["Client Access", "Mailbox"], "15.2.2562.17", { site });
const inDublin = on2019("mbx-lon", "Dublin");

/** The server mbx-lon of 2019, in Dublin, with ex-lon in London, which has an external URL. */
function toSe(
  servers: readonly ExchangeServerFacts[] = [inDublin, on2019("ex-lon")],
  { forest, machine, ...changes }: Changes = {},
): Case {
  return aCase({
    target: "SE RTM",
    ...changes,
    forest: { ...serversAre(...servers), ...facingTheInternet("ex-lon"), ...forest },
    machine: { ...rolesAre(installed("Client Access", now), installed("Mailbox", now)), ...machine },
  });
}

/** mbx-lon is a Client Access server of 2013, in the site of Mailbox servers. */
function to2013(site: string, changes: Changes = {}): Case {
  const old = "15.0.1473.3";
  return toSe(
    [
      serverObject("mbx-lon", ["Client Access"], old, { site }),
      serverObject("db-lon", ["Mailbox"], old, { site }),
      serverObject("db-dub", ["Mailbox"], old, { site: "Dublin" }),
      serverObject("ex-lon", ["Client Access"], "15.0.1497.2", { site: "London" }),
    ],
    { target: "2013 CU23", machine: rolesAre(installed("Client Access", old)), ...changes },
  );
}

const title = (within = "") =>
  `D3, sites that face the Internet come first${within}, and Edge Transport last`;
const source = "(practical365.com; frankysweb.de (order of servers))";
const rule = `  Rule:   ${title()} ${source}`;
const sitesFirst =
  "  Needed: the servers of sites that face the Internet upgraded before those of other sites";
const inProgram = "  Where:  in the program: the argument `after`";
const orGone = (name: string) =>
  `; if it is gone for good, remove its object (ADSI Edit: ${dnOf(name)}), or name it in \`gone\`, with the reason`;
const orFacing = ", or say in the program which server of this server's site is internetFacing, if one is";
const beforeLondon = [
  "D3 (should), server upgrade on mbx-lon.contoso.com: sites that face the Internet should come first, and ex-lon.contoso.com is not upgraded before this server, whose site does not face it",
  "  Found:  ex-lon.contoso.com: Version 15.2 (Build 31748.10), site London",
  sitesFirst,
] as const;
const refused = fails(
  ...beforeLondon,
  inProgram,
  `  Fix:    put ex-lon.contoso.com in \`after\`${orFacing}${orGone("ex-lon")}`,
  rule,
);
const orRemove =
  "where such a server is gone for good, remove its object (ADSI Edit, connected to Configuration), or name it in `gone`, with the reason";
const readThem =
  "  Fix:    let `directory` read the servers and their virtual directories, with an account that sees them";
const sayIt = `${readThem}, or say in the program of the servers of that site whether they are internetFacing; ${orRemove}`;

function unseen(why: string, fix = readThem) {
  return notVerified(
    `D3 (should), server upgrade on mbx-lon.contoso.com: not verified: ${why}`,
    sitesFirst,
    "  Where:  in the configuration partition of the forest",
    fix,
    rule,
  );
}

const silentUrls = (name: string) =>
  `no virtual directory of ${name} shows: it has none, or this account cannot see them`;
const noUrls: Pick<ForestFacts, "externalUrls"> = {
  externalUrls: unknown("the search was refused", "virtual directories"),
};
const declared = (facing: { readonly [fqdn: string]: boolean }): Pick<Changes, "declaredFacing"> => ({
  declaredFacing: new Map(Object.entries(facing)),
});

export const siteOrder: CaseTable = [
  { name: "2019, a server before those of a site that faces the Internet", of: toSe(), says: refused },
  {
    name: "2019, the same in turn",
    of: toSe(undefined, { after: ["ex-lon.contoso.com"] }),
    says: ok,
  },
  {
    name: "2019, planned before it, but not upgraded right before Setup",
    of: toSe(undefined, { after: ["ex-lon.contoso.com"], apply: true }),
    says: fails(
      ...beforeLondon,
      "  Where:  in the directory",
      `  Fix:    upgrade ex-lon.contoso.com first, and wait until the directory shows the new version${orFacing}${orGone("ex-lon")}`,
      rule,
    ),
  },
  {
    name: "2019, the same, of a component",
    of: toSe(undefined, { place: { at: "servers.lon", elsewhere: {} } }),
    says: fails(
      ...beforeLondon,
      "  Where:  in the program: `servers`",
      `  Fix:    let \`servers\` have ex-lon.contoso.com, with their roles and, where they face the Internet, internetFacing: the waves are made from that${orFacing}${orGone("ex-lon")}`,
      rule,
    ),
  },
  {
    name: "2019, a server in the site of one that faces the Internet, whichever of the two comes first",
    of: toSe([on2019("mbx-lon"), on2019("ex-lon", "LONDON")]),
    says: ok,
  },
  {
    name: "2019, a server in the site of one that faces the Internet and is upgraded, before others of the site",
    of: toSe([on2019("mbx-lon"), upgraded("ex-lon"), on2019("ex2")]),
    says: ok,
  },
  {
    name: "2019, a server that faces the Internet by the program",
    of: toSe(undefined, { internetFacing: true }),
    says: ok,
  },
  {
    name: "2019, before a server without an external URL in the site of one that has it",
    of: toSe([inDublin, upgraded("ex-lon"), on2019("ex2")]),
    says: fails(
      ...beforeLondon.map((line) => line.replaceAll("ex-lon", "ex2")),
      inProgram,
      `  Fix:    put ex2.contoso.com in \`after\`${orFacing}${orGone("ex2")}`,
      rule,
    ),
  },
  {
    name: "2019, where none faces the Internet",
    of: toSe(undefined, { forest: facingTheInternet() }),
    says: ok,
  },
  {
    name: "2019, where the program says that one does",
    of: toSe(undefined, { forest: facingTheInternet(), ...declared({ "ex-lon.contoso.com": true }) }),
    says: refused,
  },
  {
    name: "2019, where the program says that the one with an external URL does not",
    of: toSe(undefined, declared({ "ex-lon.contoso.com": false })),
    says: ok,
  },
  {
    name: "2019, a server of another product in that site",
    of: toSe([inDublin, serverObject("ex-lon", ["Client Access", "Mailbox"], "15.1.2507.6")]),
    says: ok,
  },
  {
    name: "2019, a server whose site does not show",
    of: toSe([on2019("mbx-lon", "London", { site: null }), on2019("ex-lon")]),
    says: unseen("the directory does not show the site (msExchServerSite) of mbx-lon.contoso.com"),
  },
  {
    name: "2019, a server of which no virtual directory shows: its site may face the Internet, too",
    of: toSe(undefined, { forest: withoutUrls("mbx-lon") }),
    says: unseen(silentUrls("mbx-lon"), sayIt),
  },
  {
    name: "2019, before a server of which no virtual directory shows",
    of: toSe(undefined, { forest: { ...facingTheInternet(), ...withoutUrls("ex-lon") } }),
    says: unseen(silentUrls("ex-lon"), sayIt),
  },
  {
    name: "2019, the same in turn, and the same upgraded",
    of: toSe([inDublin, on2019("ex-lon"), upgraded("ex2", "Paris")], {
      after: ["ex-lon.contoso.com"],
      forest: { ...facingTheInternet(), ...withoutUrls("ex-lon", "ex2") },
    }),
    says: ok,
  },
  {
    name: "2019, external URLs that could not be read",
    of: toSe(undefined, { forest: noUrls }),
    says: unseen("the search was refused", sayIt),
  },
  {
    name: "2019, the same, where there is only one site",
    of: toSe([on2019("mbx-lon"), on2019("ex-lon")], { forest: noUrls }),
    says: ok,
  },
  {
    name: "2019, the same, where the program says it of all servers",
    of: toSe(undefined, {
      forest: noUrls,
      ...declared({ "ex-lon.contoso.com": false, "mbx-lon.contoso.com": false }),
    }),
    says: ok,
  },
  {
    name: "2019, before a server in a site that faces the Internet, whose version does not show",
    of: toSe([inDublin, upgraded("ex-lon"), on2019("ex2", "London", { build: null, serialNumber: null })]),
    says: unseen("the directory does not show serialNumber of ex2.contoso.com"),
  },
  {
    name: "2019, servers that could not be read",
    of: toSe([], { forest: { servers: unknown("the search was refused", "servers") } }),
    says: unseen("the search was refused"),
  },
  {
    name: "2019, a server that does not answer",
    of: toSe(undefined, { machine: { roles: silent } }),
    says: notVerified(
      "D3 (should), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      sitesFirst,
      "  Where:  on mbx-lon.contoso.com",
      "  Fix:    let the connection reach the computer, with an account that may read its registry",
      rule,
    ),
  },
  {
    name: "2019, a computer with the management tools alone",
    of: toSe(undefined, { machine: rolesAre(installed("Management Tools", now)) }),
    says: ok,
  },
  {
    name: "2013, Client Access before the Mailbox role in its site, which faces the Internet",
    of: to2013("London"),
    says: fails(
      "D3 (should), server upgrade on mbx-lon.contoso.com: Mailbox servers of a site should come before Client Access servers, and db-lon.contoso.com is not upgraded before this server",
      "  Found:  db-lon.contoso.com: Version 15.0 (Build 31473.3), site London",
      "  Needed: the Mailbox servers of the site upgraded before its Client Access servers",
      inProgram,
      `  Fix:    put db-lon.contoso.com in \`after\`${orGone("db-lon")}`,
      `  Rule:   ${title(", in each the Mailbox role before Client Access alone")} ${source}`,
    ),
  },
  { name: "2013, the same in turn", of: to2013("London", { after: ["db-lon.contoso.com"] }), says: ok },
  {
    name: "2013, the same in a site that does not face the Internet",
    of: to2013("Paris", { after: ["db-lon.contoso.com"] }),
    says: ok,
  },
  {
    name: "2019, Edge Transport before another server, right before Setup",
    of: toSe([on2019("mbx-lon"), serverObject("edge1", ["Edge Transport"], now)], {
      computer: "edge1.contoso.com",
      apply: true,
      planned: plannedUpTo({ edge: true }),
    }),
    says: fails(
      "D3 (should), server upgrade on edge1.contoso.com: Edge Transport should come last, and mbx-lon.contoso.com is not upgraded before this server",
      "  Found:  mbx-lon.contoso.com: Version 15.2 (Build 31748.10), site London",
      "  Needed: all other servers of the organization upgraded before Edge Transport",
      inProgram,
      `  Fix:    put mbx-lon.contoso.com in \`after\`${orGone("mbx-lon")}`,
      rule,
    ),
  },
  {
    name: "2019, Edge Transport after all others, beside 2016",
    of: toSe([upgraded("mbx-lon"), serverObject("ex16", ["Mailbox"], "15.1.2507.6")], {
      computer: "edge1.contoso.com",
      planned: plannedUpTo({ edge: true }),
    }),
    says: ok,
  },
];
