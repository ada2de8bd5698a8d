/** Cases of D3: the order of Client Access servers. */
import type { ExchangeServerFacts } from "../../../lib/facts";
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
import { type CaseTable, fails, notVerified, ok, type Says } from "./case";

const rule =
  "  Rule:   D3, Client Access servers come first, and of those the ones that face the Internet (How to upgrade to Exchange 2007 SP1)";
const inProgram = "  Where:  in the program: the argument `after`";
const inDirectory = "  Where:  in the configuration partition of the forest";
const readServers =
  "  Fix:    let `directory` read the servers and their virtual directories, with an account that sees them";
const whereGone =
  "; where such a server is gone for good, remove its object (ADSI Edit, connected to Configuration), or name it in `gone`, with the reason";
const oneOfThemGone =
  "; if one of them is gone for good, remove its object (ADSI Edit, connected to Configuration), or name it in `gone`, with the reason";
const orGone = (name: string, group?: string) =>
  `; if it is gone for good, remove its object (ADSI Edit: ${dnOf(name, group)}), or name it in \`gone\`, with the reason`;
const rolesFirst = "  Needed: the Client Access servers upgraded before servers of other roles";
const facingFirst =
  "  Needed: the Client Access servers that face the Internet upgraded before those that do not";

const mailbox = serverObject("mbx-lon", ["Mailbox"]);
const inLondon = serverObject("cas-lon", ["Client Access"]);
const inNewYork = serverObject("cas-ny", ["Client Access", "Hub Transport"], "8.0.685.25", {
  site: "NewYork",
});
const inDublin = serverObject("cas-dub", ["Client Access"], "8.0.685.24", {
  fqdn: "cas-dub.emea.contoso.com",
  site: "Dublin",
});
const upgradedInLondon = serverObject("cas-lon", ["Client Access"], "8.1.240.6");

/** Another object of cas-lon, without an external URL, and what is said of it. */
const alsoInLondon = (version?: string) =>
  serverObject("cas-lon", ["Client Access"], version, {
    dn: dnOf("cas-lon", "First Administrative Group"),
    created: "2006-11-02T08:00:00Z",
  });
const twoObjects = `the directory shows 2 objects of cas-lon.contoso.com: ${dnOf("cas-lon", "First Administrative Group")}, created 2006-11-02T08:00:00Z; ${dnOf("cas-lon")}`;

/** The Mailbox server mbx-lon among these. */
const asMailbox = (servers: readonly ExchangeServerFacts[], changes: Changes = {}) =>
  aCase({ ...changes, forest: { ...serversAre(mailbox, ...servers), ...changes.forest } });

/** The Client Access server cas-ny, with cas-lon, which has an external URL, and cas-dub. */
function asClientAccess(
  changes: Changes = {},
  servers: readonly ExchangeServerFacts[] = [inLondon, inNewYork, inDublin],
) {
  return aCase({
    computer: "cas-ny.contoso.com",
    ...changes,
    forest: { ...serversAre(mailbox, ...servers), ...facingTheInternet("cas-lon"), ...changes.forest },
    machine: { ...rolesAre(installed("Client Access"), installed("Hub Transport")), ...changes.machine },
  });
}

const on2010 = (name: string, roles: ExchangeServerFacts["roles"]) => serverObject(name, roles, "14.2.247.5");
/** What the program says of servers. */
const declared = (facing: { readonly [fqdn: string]: boolean }): Pick<Changes, "declaredFacing"> => ({
  declaredFacing: new Map(Object.entries(facing)),
});

/** The refusal of cas-ny before cas-lon, and why that one is taken to face the Internet. */
function refused(why = "external URL https://cas-lon.contoso.com/owa"): Says {
  return fails(
    `D3 (must), server upgrade on cas-ny.contoso.com: cas-lon.contoso.com faces the Internet and is not upgraded before this server, which does not face it`,
    `  Found:  cas-lon.contoso.com: Version 8.0 (Build 30685.25), ${why}`,
    facingFirst,
    inProgram,
    `  Fix:    put cas-lon.contoso.com in \`after\`, or say \`internetFacing: true\` if this server faces the Internet${orGone("cas-lon")}`,
    rule,
  );
}

/** Why a server is taken to face the Internet of which the program says it. */
const bySaying = "the program says so (`internetFacing: true`)";

function notKnown(
  computer: string,
  needed: string,
  level: "must" | "should" = "must",
  why = "no answer within 60 s",
): Says {
  return notVerified(
    `D3 (${level}), server upgrade on ${computer}: not verified: ${why}`,
    needed,
    inDirectory,
    why === "no answer within 60 s" ? readServers : `${readServers}${whereGone}`,
    rule,
  );
}

/** One server whose external URLs do not show. */
function notSaid(name: string, server: string): Says {
  return notVerified(
    `D3 (must), server upgrade on cas-ny.contoso.com: not verified: no virtual directory of ${name} shows: it has none, or this account cannot see them`,
    facingFirst,
    inDirectory,
    `  Fix:    say \`internetFacing\` of ${server} in the program, or let \`directory\` read its virtual directories, with an account that sees them; where it is no server of the program, waive D3 for a reason${server === "cas-ny.contoso.com" ? "" : whereGone}`,
    rule,
  );
}

export const clientAccess: CaseTable = [
  { name: "a Mailbox server without any Client Access server", of: aCase(), says: ok },
  { name: "a Mailbox server after the Client Access server", of: asMailbox([upgradedInLondon]), says: ok },
  {
    name: "a Mailbox server with the Client Access server planned before it",
    of: asMailbox([inLondon], { after: ["cas-lon.contoso.com"] }),
    says: ok,
  },
  {
    name: "a Mailbox server before the Client Access server",
    of: asMailbox([inLondon]),
    says: fails(
      "D3 (should), server upgrade on mbx-lon.contoso.com: Client Access servers should come first, and cas-lon.contoso.com is not upgraded before this server",
      "  Found:  cas-lon.contoso.com: Version 8.0 (Build 30685.25)",
      rolesFirst,
      inProgram,
      `  Fix:    put cas-lon.contoso.com in \`after\`${orGone("cas-lon")}`,
      rule,
    ),
  },
  {
    name: "planned before it, but not upgraded right before Setup",
    of: asMailbox([inLondon], { after: ["cas-lon.contoso.com"], apply: true }),
    says: fails(
      "D3 (should), server upgrade on mbx-lon.contoso.com: Client Access servers should come first, and cas-lon.contoso.com is not upgraded before this server",
      "  Found:  cas-lon.contoso.com: Version 8.0 (Build 30685.25)",
      rolesFirst,
      "  Where:  in the directory",
      `  Fix:    upgrade cas-lon.contoso.com first, and wait until the directory shows the new version${orGone("cas-lon")}`,
      rule,
    ),
  },
  {
    name: "a Hub Transport server before several of them, one planned before it, one without FQDN",
    of: asMailbox(
      [inLondon, inNewYork, serverObject("CAS-OLD", ["Client Access"], undefined, { fqdn: null })],
      {
        after: ["cas-lon.contoso.com"],
        machine: rolesAre(installed("Hub Transport")),
      },
    ),
    says: fails(
      "D3 (should), server upgrade on mbx-lon.contoso.com: Client Access servers should come first, and cas-ny.contoso.com and CAS-OLD are not upgraded before this server",
      "  Found:  cas-ny.contoso.com: Version 8.0 (Build 30685.25); CAS-OLD: Version 8.0 (Build 30685.25)",
      rolesFirst,
      inProgram,
      `  Fix:    put cas-ny.contoso.com and CAS-OLD in \`after\`${oneOfThemGone}`,
      rule,
    ),
  },
  {
    name: "a Mailbox server before more of them than a line can name",
    of: asMailbox([1, 2, 3, 4, 5, 6, 7].map((n) => serverObject(`cas${n}`, ["Client Access"]))),
    says: fails(
      "D3 (should), server upgrade on mbx-lon.contoso.com: Client Access servers should come first, and cas1.contoso.com, cas2.contoso.com, cas3.contoso.com, cas4.contoso.com, cas5.contoso.com and 2 more are not upgraded before this server",
      "  Found:  cas1.contoso.com: Version 8.0 (Build 30685.25); cas2.contoso.com: Version 8.0 (Build 30685.25); cas3.contoso.com: Version 8.0 (Build 30685.25); cas4.contoso.com: Version 8.0 (Build 30685.25); cas5.contoso.com: Version 8.0 (Build 30685.25); and 2 more",
      rolesFirst,
      inProgram,
      `  Fix:    put cas1.contoso.com, cas2.contoso.com, cas3.contoso.com, cas4.contoso.com, cas5.contoso.com and 2 more in \`after\`${oneOfThemGone}`,
      rule,
    ),
  },
  {
    name: "a Mailbox server before one whose roles the directory does not show",
    of: asMailbox([serverObject("ex1", null)]),
    says: notKnown(
      "mbx-lon.contoso.com",
      rolesFirst,
      "should",
      "the directory does not show msExchCurrentServerRoles of ex1.contoso.com",
    ),
  },
  {
    name: "a Mailbox server before one whose version the directory does not show, right before Setup",
    of: asMailbox([serverObject("ex1", ["Client Access"], null)], { apply: true }),
    says: notKnown(
      "mbx-lon.contoso.com",
      rolesFirst,
      "should",
      "the directory does not show serialNumber of ex1.contoso.com",
    ),
  },
  {
    name: "a Mailbox server before a Client Access server of 2010, and a server of 2003, which has no roles",
    of: asMailbox([
      serverObject("cas-2010", ["Client Access"], "14.0.639.21"),
      serverObject("ex-2003", null, "6.5.7638.2"),
    ]),
    says: ok,
  },
  {
    name: "a Mailbox server before a Client Access server and one that is not shown: it fails",
    of: asMailbox([inLondon, serverObject("ex1", null)]),
    says: fails(
      "D3 (should), server upgrade on mbx-lon.contoso.com: Client Access servers should come first, and cas-lon.contoso.com is not upgraded before this server",
      "  Found:  cas-lon.contoso.com: Version 8.0 (Build 30685.25)",
      rolesFirst,
      inProgram,
      `  Fix:    put cas-lon.contoso.com in \`after\`${orGone("cas-lon")}`,
      rule,
    ),
  },
  {
    name: "a Client Access server before one whose roles are not shown, with an external URL",
    of: asClientAccess({}, [serverObject("cas-lon", null), inNewYork]),
    says: notKnown(
      "cas-ny.contoso.com",
      facingFirst,
      "must",
      "the directory does not show msExchCurrentServerRoles of cas-lon.contoso.com",
    ),
  },
  {
    name: "a Client Access server before one whose version is of no known form, and which faces the Internet",
    of: asClientAccess({}, [
      serverObject("cas-lon", ["Client Access"], null, { serialNumber: "8.1" }),
      inNewYork,
    ]),
    says: notKnown(
      "cas-ny.contoso.com",
      facingFirst,
      "must",
      "serialNumber of cas-lon.contoso.com is of no known form: 8.1",
    ),
  },
  {
    name: "a Client Access server before one that is not shown, planned before it",
    of: asClientAccess({ after: ["cas-lon.contoso.com"] }, [serverObject("cas-lon", null), inNewYork]),
    says: ok,
  },
  {
    name: "a Client Access server before one that is not shown, without an external URL",
    of: asClientAccess({}, [serverObject("ex1", null, null), inNewYork]),
    says: ok,
  },
  {
    name: "a Client Access server before one that is not shown, and does not face the Internet by the program",
    of: asClientAccess(declared({ "cas-lon.contoso.com": false }), [
      serverObject("cas-lon", null),
      inNewYork,
    ]),
    says: ok,
  },
  {
    name: "a Client Access server before one without a virtual directory that shows",
    of: asClientAccess({ forest: { ...facingTheInternet(), ...withoutUrls("CAS-LON") } }),
    says: notSaid("CAS-LON", "cas-lon.contoso.com"),
  },
  {
    name: "the same, planned before it",
    of: asClientAccess({
      after: ["cas-lon.contoso.com"],
      forest: { ...facingTheInternet(), ...withoutUrls("cas-lon") },
    }),
    says: ok,
  },
  {
    name: "the same, of which the program says that it does not face the Internet",
    of: asClientAccess({
      ...declared({ "cas-lon.contoso.com": false }),
      forest: { ...facingTheInternet(), ...withoutUrls("cas-lon") },
    }),
    says: ok,
  },
  {
    name: "the same, upgraded",
    of: asClientAccess({ forest: { ...facingTheInternet(), ...withoutUrls("cas-lon") } }, [
      upgradedInLondon,
      inNewYork,
    ]),
    says: ok,
  },
  {
    name: "the same, and another one faces the Internet: it fails",
    of: asClientAccess({ forest: { ...facingTheInternet("cas-lon"), ...withoutUrls("cas-dub") } }),
    says: refused(),
  },
  {
    name: "the same, of a server whose roles are not shown either",
    of: asClientAccess({ forest: { ...facingTheInternet(), ...withoutUrls("cas-lon") } }, [
      serverObject("cas-lon", null),
      inNewYork,
    ]),
    says: notKnown(
      "cas-ny.contoso.com",
      facingFirst,
      "must",
      "the directory does not show msExchCurrentServerRoles of cas-lon.contoso.com",
    ),
  },
  {
    name: "one without a virtual directory that shows, before one that faces the Internet",
    of: asClientAccess({ forest: { ...facingTheInternet("cas-lon"), ...withoutUrls("cas-ny") } }),
    says: notSaid("cas-ny", "cas-ny.contoso.com"),
  },
  {
    name: "the same, of which the program says that it faces the Internet",
    of: asClientAccess({
      internetFacing: true,
      forest: { ...facingTheInternet("cas-lon"), ...withoutUrls("cas-ny") },
    }),
    says: ok,
  },
  {
    name: "one without a virtual directory that shows, where none faces the Internet",
    of: asClientAccess({ forest: { ...facingTheInternet(), ...withoutUrls("cas-ny") } }),
    says: ok,
  },
  {
    name: "a Mailbox server beside one without a virtual directory that shows",
    of: asMailbox([upgradedInLondon], { forest: withoutUrls("cas-lon") }),
    says: ok,
  },
  {
    name: "a Client Access server before one that faces the Internet",
    of: asClientAccess(),
    says: refused(),
  },
  {
    name: "the same, with itself in `after`",
    of: asClientAccess({ after: ["cas-ny.contoso.com"] }, [inLondon, inNewYork]),
    says: refused(),
  },
  {
    name: "the same, right before Setup, although another one is upgraded",
    of: asClientAccess({ apply: true }, [
      inLondon,
      inNewYork,
      serverObject("cas-dub", ["Client Access"], "8.1.240.6", { site: "Dublin" }),
    ]),
    says: refused(),
  },
  {
    name: "planned before it, but not upgraded right before Setup",
    of: asClientAccess({ apply: true, after: ["cas-lon.contoso.com"] }),
    says: fails(
      "D3 (must), server upgrade on cas-ny.contoso.com: cas-lon.contoso.com faces the Internet and is not upgraded before this server, which does not face it",
      "  Found:  cas-lon.contoso.com: Version 8.0 (Build 30685.25), external URL https://cas-lon.contoso.com/owa",
      facingFirst,
      "  Where:  in the directory",
      `  Fix:    upgrade cas-lon.contoso.com first, and wait until the directory shows the new version, or say \`internetFacing: true\` if this server faces the Internet${orGone("cas-lon")}`,
      rule,
    ),
  },
  {
    name: "before two that face the Internet",
    of: asClientAccess({ forest: facingTheInternet("cas-lon", "cas-dub") }),
    says: fails(
      "D3 (must), server upgrade on cas-ny.contoso.com: cas-lon.contoso.com and cas-dub.emea.contoso.com face the Internet and are not upgraded before this server, which does not face it",
      "  Found:  cas-lon.contoso.com: Version 8.0 (Build 30685.25), external URL https://cas-lon.contoso.com/owa; cas-dub.emea.contoso.com: Version 8.0 (Build 30685.24), external URL https://cas-dub.contoso.com/owa",
      facingFirst,
      inProgram,
      `  Fix:    put cas-lon.contoso.com and cas-dub.emea.contoso.com in \`after\`, or say \`internetFacing: true\` if this server faces the Internet${oneOfThemGone}`,
      rule,
    ),
  },
  { name: "planned before it", of: asClientAccess({ after: ["cas-lon.contoso.com"] }), says: ok },
  {
    name: "before one that has two objects, of which only one is of a server that is not upgraded",
    of: asClientAccess({}, [inLondon, alsoInLondon("8.1.240.6"), inNewYork]),
    says: notKnown("cas-ny.contoso.com", facingFirst, "must", twoObjects),
  },
  {
    name: "before one that has two objects, of which only one has an external URL",
    of: asClientAccess({}, [inLondon, alsoInLondon(), inNewYork]),
    says: notKnown("cas-ny.contoso.com", facingFirst, "must", twoObjects),
  },
  {
    name: "the same, planned before it",
    of: asClientAccess({ after: ["cas-lon.contoso.com"] }, [inLondon, alsoInLondon(), inNewYork]),
    says: ok,
  },
  {
    name: "before one that has two objects, and neither is upgraded, with its word that it faces the Internet",
    of: asClientAccess(declared({ "cas-lon.contoso.com": true }), [inLondon, alsoInLondon(), inNewYork]),
    says: fails(
      "D3 (must), server upgrade on cas-ny.contoso.com: cas-lon.contoso.com faces the Internet and is not upgraded before this server, which does not face it",
      `  Found:  cas-lon.contoso.com: Version 8.0 (Build 30685.25), ${bySaying}`,
      facingFirst,
      inProgram,
      `  Fix:    put cas-lon.contoso.com in \`after\`, or say \`internetFacing: true\` if this server faces the Internet${orGone("cas-lon", "First Administrative Group")}`,
      rule,
    ),
  },
  {
    name: "one that faces the Internet itself",
    of: asClientAccess({ forest: facingTheInternet("cas-lon", "cas-ny") }),
    says: ok,
  },
  {
    name: "one of which the program says that it faces the Internet",
    of: asClientAccess({ internetFacing: true }),
    says: ok,
  },
  {
    name: "one of which the program says that it does not, whatever its external URL",
    of: asClientAccess({ internetFacing: false, forest: facingTheInternet("cas-lon", "cas-ny") }),
    says: refused(),
  },
  { name: "none faces the Internet", of: asClientAccess({ forest: facingTheInternet() }), says: ok },
  {
    name: "an entry without an external URL",
    of: asClientAccess({
      forest: { externalUrls: { known: true, value: { "cas-lon": [] }, source: "none" } },
    }),
    says: ok,
  },
  {
    name: "all in one site",
    of: asClientAccess({}, [inLondon, { ...inNewYork, site: "LONDON" }]),
    says: refused(),
  },
  {
    name: "the one that faces the Internet without FQDN in the directory, planned before it",
    of: asClientAccess({ after: ["cas-lon.contoso.com"] }, [{ ...inLondon, fqdn: null }, inNewYork]),
    says: ok,
  },
  {
    name: "before one without an external URL, of which the program says that it faces the Internet",
    of: asClientAccess({ ...declared({ "cas-lon.contoso.com": true }), forest: facingTheInternet() }),
    says: refused(bySaying),
  },
  {
    name: "the same, without FQDN in the directory",
    of: asClientAccess({ ...declared({ "cas-dub.emea.contoso.com": true }), forest: facingTheInternet() }, [
      inNewYork,
      serverObject("CAS-DUB", ["Client Access"], undefined, { fqdn: null }),
    ]),
    says: fails(
      "D3 (must), server upgrade on cas-ny.contoso.com: CAS-DUB faces the Internet and is not upgraded before this server, which does not face it",
      "  Found:  CAS-DUB: Version 8.0 (Build 30685.25), the program says so (`internetFacing: true`)",
      facingFirst,
      inProgram,
      `  Fix:    put CAS-DUB in \`after\`, or say \`internetFacing: true\` if this server faces the Internet${orGone("CAS-DUB")}`,
      rule,
    ),
  },
  {
    name: "before one by its external URL and one by what the program says, right before Setup",
    of: asClientAccess({ ...declared({ "cas-dub.emea.contoso.com": true }), apply: true }),
    says: fails(
      "D3 (must), server upgrade on cas-ny.contoso.com: cas-lon.contoso.com and cas-dub.emea.contoso.com face the Internet and are not upgraded before this server, which does not face it",
      "  Found:  cas-lon.contoso.com: Version 8.0 (Build 30685.25), external URL https://cas-lon.contoso.com/owa; cas-dub.emea.contoso.com: Version 8.0 (Build 30685.24), the program says so (`internetFacing: true`)",
      facingFirst,
      inProgram,
      `  Fix:    put cas-lon.contoso.com and cas-dub.emea.contoso.com in \`after\`, or say \`internetFacing: true\` if this server faces the Internet${oneOfThemGone}`,
      rule,
    ),
  },
  {
    name: "after one of which the program says that it faces the Internet",
    of: asClientAccess({
      ...declared({ "cas-lon.contoso.com": true }),
      after: ["cas-lon.contoso.com"],
      forest: facingTheInternet(),
    }),
    says: ok,
  },
  {
    name: "before one with an external URL, of which the program says that it does not face the Internet",
    of: asClientAccess(declared({ "cas-lon.contoso.com": false })),
    says: ok,
  },
  {
    name: "the program says of itself alone that it does not",
    of: asClientAccess({ ...declared({ "cas-ny.contoso.com": false }), internetFacing: false }),
    says: refused(),
  },
  {
    name: "both face the Internet, one by what the program says",
    of: asClientAccess({
      ...declared({ "cas-lon.contoso.com": true }),
      forest: facingTheInternet("cas-ny"),
    }),
    says: ok,
  },
  {
    name: "a Mailbox server: whether the Client Access server faces the Internet does not matter to it",
    of: asMailbox([upgradedInLondon], declared({ "cas-lon.contoso.com": true })),
    says: ok,
  },
  {
    name: "external URLs that could not be read, where the program says of another that it faces the Internet and of itself that it does not",
    of: asClientAccess({
      ...declared({ "cas-lon.contoso.com": true, "cas-ny.contoso.com": false }),
      internetFacing: false,
      forest: { externalUrls: silent },
    }),
    says: refused(bySaying),
  },
  {
    name: "external URLs that could not be read, where the program says it of another and of itself nothing",
    of: asClientAccess({
      ...declared({ "cas-lon.contoso.com": true }),
      forest: { externalUrls: silent },
    }),
    says: notKnown("cas-ny.contoso.com", facingFirst),
  },
  {
    name: "external URLs that could not be read, where the program says of every other that it does not",
    of: asClientAccess({
      ...declared({ "cas-lon.contoso.com": false, "cas-dub.emea.contoso.com": false }),
      forest: { externalUrls: silent },
    }),
    says: ok,
  },
  {
    name: "external URLs that could not be read, where the program says so of one out of two",
    of: asClientAccess({
      ...declared({ "cas-lon.contoso.com": false }),
      internetFacing: false,
      forest: { externalUrls: silent },
    }),
    says: notKnown("cas-ny.contoso.com", facingFirst),
  },
  {
    name: "external URLs that could not be read",
    of: asClientAccess({ forest: { externalUrls: silent } }),
    says: notKnown("cas-ny.contoso.com", facingFirst),
  },
  {
    name: "external URLs that could not be read, where the program says that it does not face the Internet",
    of: asClientAccess({ internetFacing: false, forest: { externalUrls: silent }, apply: true }),
    says: notKnown("cas-ny.contoso.com", facingFirst),
  },
  {
    name: "external URLs that could not be read, where the program says that it does",
    of: asClientAccess({ internetFacing: true, forest: { externalUrls: silent } }),
    says: ok,
  },
  {
    name: "external URLs that could not be read, with every other server upgraded",
    of: asClientAccess({ forest: { externalUrls: silent } }, [upgradedInLondon, inNewYork]),
    says: ok,
  },
  {
    name: "servers that could not be read",
    of: asClientAccess({ forest: { servers: silent }, computer: "cas9.contoso.com" }),
    says: notKnown("cas9.contoso.com", facingFirst),
  },
  {
    name: "servers that could not be read, for one that faces the Internet, as the program says",
    of: asClientAccess({ internetFacing: true, forest: { servers: silent } }),
    says: ok,
  },
  {
    name: "servers that could not be read, for a Mailbox server: only a recommendation",
    of: aCase({ forest: { servers: silent } }),
    says: notKnown("mbx-lon.contoso.com", rolesFirst, "should"),
  },
  {
    name: "a server whose roles could not be read",
    of: asClientAccess({ machine: { roles: silent } }),
    says: notVerified(
      "D3 (must), server upgrade on cas-ny.contoso.com: not verified: no answer within 60 s",
      `${rolesFirst}; the Client Access servers that face the Internet upgraded before those that do not`,
      "  Where:  on cas-ny.contoso.com",
      "  Fix:    let the connection reach the computer, with an account that may read its registry",
      rule,
    ),
  },
  {
    name: "the tools alone",
    of: asMailbox([inLondon], { machine: rolesAre(installed("Management Tools")) }),
    says: ok,
  },
  { name: "no Exchange at all: D1 judges", of: asMailbox([inLondon], { machine: rolesAre() }), says: ok },
  {
    name: "an Edge Transport server",
    of: asMailbox([inLondon], {
      machine: rolesAre(installed("Edge Transport")),
      planned: plannedUpTo({ edge: true }),
    }),
    says: ok,
  },
  {
    name: "an Edge Transport server, known by its role",
    of: asMailbox([inLondon], { machine: rolesAre(installed("Edge Transport")) }),
    says: ok,
  },
  {
    name: "2010, a Mailbox server before Client Access: recommended alone",
    of: aCase({
      target: "2010 SP3",
      forest: serversAre(on2010("mbx-lon", ["Mailbox"]), on2010("cas-lon", ["Client Access"])),
    }),
    says: fails(
      "D3 (should), server upgrade on mbx-lon.contoso.com: Client Access servers should come first, and cas-lon.contoso.com is not upgraded before this server",
      "  Found:  cas-lon.contoso.com: Version 14.2 (Build 30247.5)",
      rolesFirst,
      inProgram,
      `  Fix:    put cas-lon.contoso.com in \`after\`${orGone("cas-lon")}`,
      "  Rule:   D3, Client Access servers come first, and of those the ones that face the Internet (Microsoft TechNet bb629560 (upgrading Exchange 2010 to a service pack))",
    ),
  },
];
