/** Random organizations, accounts and plans in words, and the cases that they are: for properties-servers.test.ts. */
import fc from "fast-check";
import { type AdministratorFacts, known, type Role, type SetAsideFacts } from "../../lib/facts";
import type { Case } from "../../lib/rules/case";
import {
  aCase,
  accessIs,
  account,
  dnOf,
  groupObjects,
  installed,
  localAdministrators,
  loggedOnAs,
  noAccount,
  plannedUpTo,
  rolesAre,
  serverObject,
  sids,
  silent,
} from "./builder";

/** A server as the directory shows it. */
export interface Server {
  readonly name: string;
  readonly roles: readonly Role[] | "not said";
  readonly release: "RTM" | "SP1" | "SP1 with a rollup" | "SP2" | "2003" | "2010" | "not said";
  readonly site: "London" | "NewYork" | "not said";
  readonly facesInternet: boolean;
  /** False for one of which no virtual directory shows. */
  readonly urlsShown: boolean;
  readonly namedInFull: boolean;
  /** Another object of the same server, and what it shows instead; nobody knows which one is the server's. */
  readonly double: Pick<Server, "roles" | "release" | "facesInternet"> | null;
  /** Whether a replication conflict has left a copy of its object: of no consequence to any rule but R12. */
  readonly conflictCopy: boolean;
}

/** Rights on a server's object; all four together are full control. */
export const rights = ["take over", "delete", "list", "write"] as const;
export type Right = (typeof rights)[number];

export const groups = ["Exchange Organization Administrators", "Enterprise Admins", "Delegates"] as const;
export type Group = (typeof groups)[number];

/** An entry of the server object's access control list. */
export interface Entry {
  readonly to: Group | "the account" | "another account" | "Authenticated Users" | "Everyone";
  readonly allow: boolean;
  readonly rights: readonly Right[] | "all in one";
}

/** One upgrade of the server `own`, with everything that is known of it. */
export interface Upgrade {
  readonly kind: "server" | "edge" | "edge by the program" | "tools" | "nothing";
  readonly roles: readonly Role[];
  readonly rolesRead: boolean;
  /** The server's own object; null when the directory shows none. */
  readonly own: Server | null;
  readonly others: readonly Server[];
  readonly serversRead: boolean;
  readonly urlsRead: boolean;
  /** Names of servers that are planned before it. */
  readonly after: readonly string[];
  readonly saysFacing: boolean | null;
  /** What the program says of others: whether they face the Internet. */
  readonly saysOfOthers: { readonly [name: string]: boolean };
  readonly apply: boolean;
  readonly run: "task" | "scheduled" | "direct" | "manual";
  readonly account: "read" | "not read" | "no such account";
  readonly groups: readonly Group[];
  readonly groupsRead: boolean;
  readonly organizationGroupNamed: boolean;
  readonly access: readonly Entry[] | "not read" | "no object";
  readonly logonRead: boolean;
  readonly logonIsAccount: boolean;
  readonly localAdministrator: boolean;
  readonly token: "no label" | "full" | "filtered";
  /** What the computer lists as members of local Administrators. */
  readonly members: readonly Member[] | "not asked";
}

/** A member of local Administrators. */
export const memberKinds = [
  "the account",
  "a group of the account",
  "another account",
  "a local account",
  "a domain-local group of another domain",
  "nobody knows",
] as const;
export type Member = (typeof memberKinds)[number];

const serverRoles: readonly Role[] = ["Client Access", "Hub Transport", "Mailbox", "Unified Messaging"];
const mostly = (often: boolean) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(often) }, fc.constant(!often));
/** Few roles, so that servers often share one. */
const someRoles = fc.subarray(["Client Access", "Mailbox", "Mailbox", "Hub Transport"] as Role[], {
  minLength: 1,
});

const roles: fc.Arbitrary<Server["roles"]> = fc.oneof(
  { weight: 9, arbitrary: someRoles.map((r) => [...new Set(r)]) },
  fc.constant("not said" as const),
);
const release: fc.Arbitrary<Server["release"]> = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom("RTM", "RTM", "SP1", "SP1 with a rollup", "SP2") },
  fc.constantFrom("2003", "2010", "not said"),
);

const server = (name: string): fc.Arbitrary<Server> =>
  fc.record({
    name: fc.constant(name),
    roles,
    release,
    double: fc.oneof(
      { weight: 7, arbitrary: fc.constant(null) },
      fc.record({ roles, release, facesInternet: fc.boolean() }),
    ),
    conflictCopy: mostly(false),
    site: fc.constantFrom("London", "London", "London", "London", "NewYork", "not said"),
    facesInternet: fc.boolean(),
    urlsShown: mostly(true),
    namedInFull: mostly(true),
  });

const entry: fc.Arbitrary<Entry> = fc.record({
  to: fc.constantFrom<Entry["to"]>(
    ...groups,
    "the account",
    "the account",
    "another account",
    "Authenticated Users",
    "Everyone",
  ),
  allow: mostly(true),
  rights: fc.oneof(
    fc.constant("all in one" as const),
    fc.constant(rights),
    fc.subarray([...rights], { minLength: 1 }),
  ),
});

const others = ["s1", "s2", "s3"];

export const upgrade: fc.Arbitrary<Upgrade> = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant("server" as const) },
    fc.constantFrom("edge" as const, "edge by the program" as const, "tools" as const, "nothing" as const),
  ),
  roles: fc.oneof(
    someRoles.map((r) => [...new Set(r)]),
    fc.subarray([...serverRoles], { minLength: 1 }),
  ),
  rolesRead: mostly(true),
  own: fc.option(server("own"), { freq: 9 }),
  others: fc.subarray(others).chain((names) => fc.tuple(...names.map(server))),
  serversRead: mostly(true),
  urlsRead: mostly(true),
  after: fc.oneof(fc.constant([]), fc.subarray(others)),
  saysFacing: fc.option(fc.boolean(), { freq: 2 }),
  saysOfOthers: fc.oneof(
    fc.constant({}),
    fc.dictionary(fc.constantFrom(...others), fc.boolean(), { noNullPrototype: true }),
  ),
  apply: fc.boolean(),
  run: fc.constantFrom("direct", "direct", "direct", "manual", "task", "scheduled"),
  account: fc.constantFrom("read", "read", "read", "read", "read", "not read", "no such account"),
  groups: fc.oneof(fc.constant([]), fc.subarray([...groups])),
  groupsRead: mostly(true),
  organizationGroupNamed: mostly(true),
  access: fc.oneof(
    { weight: 8, arbitrary: fc.array(entry, { maxLength: 4 }) },
    fc.constantFrom("not read" as const, "no object" as const),
  ),
  logonRead: mostly(true),
  logonIsAccount: fc.constantFrom(true, true, false),
  localAdministrator: mostly(true),
  token: fc.constantFrom("no label", "no label", "full", "filtered"),
  members: fc.oneof(
    { weight: 2, arbitrary: fc.subarray<Member>(["another account", "a local account"]) },
    { weight: 5, arbitrary: fc.array(fc.constantFrom(...memberKinds), { maxLength: 3 }) },
    fc.constant("not asked" as const),
  ),
});

const builds = {
  RTM: "8.0.685.25",
  SP1: "8.1.240.6",
  "SP1 with a rollup": "8.1.393.1",
  SP2: "8.2.176.2",
  "2003": "6.5.7638.2",
  "2010": "14.3.123.4",
} as const;

const groupSids: Readonly<Record<Group, string>> = {
  "Exchange Organization Administrators": sids.organizationAdministrators,
  "Enterprise Admins": sids.enterpriseAdmins,
  Delegates: "S-1-5-21-1-1-1-1301",
};

const sidOf: Readonly<Record<Entry["to"], string>> = {
  ...groupSids,
  "the account": sids.helpdesk,
  "another account": sids.exadmin,
  "Authenticated Users": "S-1-5-11",
  Everyone: "S-1-1-0",
};

/** A group that every account of the tests is in. */
const someGroup = "S-1-5-21-1-1-1-1302";

const inDomain = (sid: string, other: { readonly domain?: string; readonly domainLocal?: boolean } = {}) =>
  ({
    kind: "domain",
    name: `CONTOSO\\${sid}`,
    sid,
    domain: "contoso.com",
    domainLocal: false,
    ...other,
  }) as const;

const members: Readonly<Record<Member, AdministratorFacts>> = {
  "the account": inDomain(sids.helpdesk),
  "a group of the account": inDomain(someGroup, { domainLocal: true }),
  "another account": inDomain(sids.exadmin),
  "a local account": { kind: "local account", name: "Administrator" },
  "a domain-local group of another domain": inDomain("S-1-5-21-2-2-2-1303", {
    domain: "emea.contoso.com",
    domainLocal: true,
  }),
  "nobody knows": { kind: "unresolved", name: "NT AUTHORITY\\INTERACTIVE", why: "it is in no domain" },
};

const masks: Readonly<Record<Right, number>> = {
  "take over": 0x000e0000,
  delete: 0x00010043,
  list: 0x00000094,
  write: 0x00000128,
};

const maskOf = (of: Entry["rights"]) =>
  of === "all in one" ? 0x10000000 : of.reduce((mask, right) => mask | masks[right], 0);

type Shown = Pick<Server, "name" | "roles" | "release" | "site" | "namedInFull">;

const objectIn = (group: string, s: Shown) =>
  serverObject(
    s.name.toUpperCase(),
    s.roles === "not said" ? null : s.roles,
    s.release === "not said" ? null : builds[s.release],
    {
      dn: dnOf(s.name.toUpperCase(), group),
      fqdn: s.namedInFull ? `${s.name}.contoso.com` : null,
      site: s.site === "not said" ? null : s.site,
    },
  );

/** Objects of a server in the directory. */
export const objectsOf = (s: Server) => [
  objectIn("Servers 2007", s),
  ...(s.double === null ? [] : [objectIn("First", { ...s, ...s.double })]),
];

const copyOf = ({ name }: Server): SetAsideFacts => ({
  kind: "conflict copy",
  dn: dnOf(`${name.toUpperCase()}\\0ACNF:1`),
  name: name.toUpperCase(),
  fqdn: `${name}.contoso.com`,
  created: null,
});

const urlsOf = (s: Server) => [
  ...(s.facesInternet ? [dnOf(s.name.toUpperCase(), "Servers 2007")] : []),
  ...(s.double?.facesInternet ? [dnOf(s.name.toUpperCase(), "First")] : []),
];

/** The case that an upgrade is. */
export function caseOf(u: Upgrade): Case {
  const accountGroups = [someGroup, ...u.groups.map((name) => groupSids[name])];
  const listed = [...(u.own === null ? [] : [u.own]), ...u.others];
  const facing = listed
    .filter(({ urlsShown }) => urlsShown)
    .flatMap(urlsOf)
    .map((dn) => [dn, ["https://mail"]]);
  const unseen = listed
    .filter(({ urlsShown }) => !urlsShown)
    .flatMap(objectsOf)
    .map(({ dn, name }) => [dn, `none of ${name} shows`]);
  const installedRoles = {
    server: u.roles,
    edge: ["Edge Transport" as const],
    "edge by the program": ["Edge Transport" as const],
    tools: [],
    nothing: null,
  }[u.kind];
  // Windows leaves the groups of administrators out of what a filtered token is seen with.
  const visible = u.localAdministrator && u.token !== "filtered" ? [localAdministrators] : [];
  return aCase({
    computer: "own.contoso.com",
    account: "CONTOSO\\helpdesk",
    run: u.run,
    apply: u.apply,
    after: u.after.map((name) => `${name}.contoso.com`),
    internetFacing: u.saysFacing,
    declaredFacing: new Map([
      ...Object.entries(u.saysOfOthers).map(([name, says]) => [`${name}.contoso.com`, says] as const),
      ...(u.saysFacing === null ? [] : [["own.contoso.com", u.saysFacing] as const]),
    ]),
    planned: plannedUpTo(u.kind === "edge by the program" ? { edge: true } : { verify: true }),
    found:
      u.account === "read"
        ? account("helpdesk", accountGroups)
        : u.account === "not read"
          ? silent
          : noAccount,
    administrators:
      u.members === "not asked"
        ? silent
        : known(
            u.members.map((member) => members[member]),
            "net localgroup",
          ),
    access: {
      "not read": silent,
      "no object": known(null, "servers"),
      read: accessIs(
        ...(typeof u.access === "string" ? [] : u.access).map((e) => ({
          sid: sidOf[e.to],
          allow: e.allow,
          mask: maskOf(e.rights),
        })),
      ),
    }[typeof u.access === "string" ? u.access : "read"],
    forest: {
      servers: u.serversRead ? known(listed.flatMap(objectsOf), "servers") : silent,
      setAside: u.serversRead ? known(listed.filter((s) => s.conflictCopy).map(copyOf), "servers") : silent,
      externalUrls: u.urlsRead ? known(Object.fromEntries(facing), "virtual directories") : silent,
      unseenUrls: u.urlsRead ? known(Object.fromEntries(unseen), "virtual directories") : silent,
      groups: u.groupsRead
        ? known(
            {
              schemaAdmins: sids.schemaAdmins,
              enterpriseAdmins: sids.enterpriseAdmins,
              domainAdmins: {},
              organizationAdministrators: u.organizationGroupNamed ? sids.organizationAdministrators : null,
              delegatedSetup: null,
              objects: groupObjects,
              unread: {},
            },
            "objectSid",
          )
        : silent,
    },
    machine: {
      ...(u.rolesRead
        ? rolesAre(
            ...(installedRoles ?? []).map((role) => installed(role)),
            ...(installedRoles === null ? [] : [installed("Management Tools")]),
          )
        : { roles: silent }),
      ...(u.logonRead
        ? loggedOnAs(
            u.logonIsAccount ? sids.helpdesk : sids.exadmin,
            u.logonIsAccount ? "CONTOSO\\helpdesk" : "CONTOSO\\exadmin",
            [...accountGroups, ...visible],
            u.token === "no label" ? null : u.token === "full",
          )
        : { logon: silent }),
    },
  });
}
