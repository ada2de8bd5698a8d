/** Cases of the rules on transitions: D9, R2. */
import {
  aCase,
  type Changes,
  domainsAt,
  installed,
  organizationAt,
  plannedUpTo,
  rolesAre,
  schemaAt,
  serverObject,
  serversAre,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const schema = { step: "schema" } as const;
const edge = {
  computer: "edge1.perimeter.contoso.com",
  planned: plannedUpTo({ from: "as found", edge: true }),
} as const;

/** An organization that newer media have prepared, beside servers of 2016 CU23: SE RTM is 17003, 16763 and 13243. */
const preparedBySe = {
  ...schemaAt(17003),
  ...organizationAt(16763),
} as const;

/** A server of SE RTM whose build is above every update that is known, and what D9 and R2 say of it. */
const beyondUpdates = (build: string) =>
  aCase({ target: "SE RTM", planned: null, machine: rolesAre(installed("Mailbox", build)) });
const notPlaced = (rule: string, build: string, fix: string) =>
  notVerified(
    `${rule.slice(0, 2)} (must), server upgrade on mbx-lon.contoso.com: not verified: Mailbox has build ${build}, above the newest update of SE RTM that is known (15.2.2562.53): it may be a newer update or a later release`,
    String.raw`  Found:  Mailbox ${build}, read from HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
    "  Needed: a build that is known to be SE RTM, or one from which SE RTM is reached in place",
    "  Where:  in the program: `releases` or `target`",
    `  Fix:    look ${build} up in Microsoft's list of Exchange builds: ${fix}`,
    `  Rule:   ${rule}`,
  );
const asUpdate =
  "give `releases` what defineUpdate makes of it if it is an update of SE RTM; set `target` to the release that it is if it is a later one, defined with defineRelease where this version does not know it";
const asLater =
  "set `target` to that release, defined with defineRelease where this version does not know it";
const d9OfSe =
  'D9, an upgrade cannot be taken back to the earlier release (Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update")';
const r2 = "R2, the target is reached in place from what is installed (supported transitions)";

export const D9: CaseTable = [
  {
    name: "a directory that newer media have prepared, which is usual from 2013 on",
    of: aCase({
      step: "organization",
      target: "2016 CU23",
      forest: preparedBySe,
      domainLevels: domainsAt({ "contoso.com": 13243 }),
    }),
    says: ok,
  },
  {
    name: "a server of 2016 in such a directory",
    of: aCase({
      target: "2016 CU23",
      forest: preparedBySe,
      domainLevels: domainsAt({ "contoso.com": 13243 }),
      machine: rolesAre(installed("Mailbox", "15.1.2375.7")),
    }),
    says: ok,
  },
  {
    name: "SE back to 2019, by the server's own build alone",
    of: aCase({
      target: "2019 CU15",
      forest: preparedBySe,
      domainLevels: domainsAt({ "contoso.com": 13243 }),
      machine: rolesAre(installed("Mailbox", "15.2.2562.17")),
    }),
    says: fails(
      "D9 (must), server upgrade on mbx-lon.contoso.com: 2019 CU15 is below what is already there, and nothing can be taken back",
      String.raw`  Found:  Mailbox 15.2.2562.17 (SE RTM), read from HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
      "  Needed: levels of 2019 CU15 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      '  Rule:   D9, an upgrade cannot be taken back to the earlier release (Microsoft Learn, "Upgrade Exchange Server to the latest Cumulative Update")',
    ),
  },
  {
    name: "a server of a later product, by its object alone",
    of: aCase({
      forest: serversAre(serverObject("mbx-lon", ["Mailbox"], "14.3.123.4")),
      machine: rolesAre(),
    }),
    says: fails(
      "D9 (must), server upgrade on mbx-lon.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      "  Found:  server object 14.3.123.4 (2010 SP3), read from servers on dc1.contoso.com",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "one of all domains beyond the target, and another that could not be read",
    of: aCase({
      step: "domain",
      domains: ["*"],
      domainLevels: domainsAt({ "contoso.com": silent, "emea.contoso.com": 12639 }),
    }),
    says: fails(
      "D9 (must), domain preparation on emea-dc1.emea.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      "  Found:  domain emea.contoso.com 12639 (2010 RTM), read from CN=Microsoft Exchange System Objects of emea.contoso.com",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  { name: "everything on 2007 RTM", of: aCase(schema), says: ok },
  {
    name: "everything at the target already",
    of: aCase({ machine: rolesAre(installed("Mailbox", "8.1.240.6")) }),
    says: ok,
  },
  {
    name: "an update rollup inside the target's band",
    of: aCase({ machine: rolesAre(installed("Mailbox", "8.1.393.1")) }),
    says: ok,
  },
  {
    name: "a schema beyond the target",
    of: aCase({ ...schema, forest: schemaAt(14622) }),
    says: fails(
      "D9 (must), schema preparation on dc1.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      "  Found:  schema 14622 (2007 SP2 or 2010 RTM), read from rangeUpper of CN=ms-Exch-Schema-Version-Pt on dc1.contoso.com",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "SP1 to RTM, of the schema",
    of: aCase({ ...schema, target: "2007 RTM", forest: schemaAt(11116), apply: true }),
    says: fails(
      "D9 (must), schema preparation on dc1.contoso.com: 2007 RTM is below what is already there, and nothing can be taken back",
      "  Found:  schema 11116 (2007 SP1), read from rangeUpper of CN=ms-Exch-Schema-Version-Pt on dc1.contoso.com",
      "  Needed: levels of 2007 RTM or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "SP1 to RTM, of a server and all that it rests on",
    of: aCase({ target: "2007 RTM", machine: rolesAre(installed("Mailbox", "8.1.240.6")) }),
    says: fails(
      "D9 (must), server upgrade on mbx-lon.contoso.com: 2007 RTM is below what is already there, and nothing can be taken back",
      String.raw`  Found:  schema 11116 (2007 SP1), read from rangeUpper of CN=ms-Exch-Schema-Version-Pt on dc1.contoso.com; organization 11221 (2007 SP1), read from CN=Microsoft Exchange on dc1.contoso.com; domain contoso.com 11221 (2007 SP1 to 2007 SP3), read from CN=Microsoft Exchange System Objects of contoso.com; Mailbox 8.1.240.6 (2007 SP1), read from HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
      "  Needed: levels of 2007 RTM or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "one role beyond the target, one at it",
    of: aCase({
      machine: rolesAre(installed("Client Access", "8.1.240.6"), installed("Mailbox", "8.2.176.2")),
    }),
    says: fails(
      "D9 (must), server upgrade on mbx-lon.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      String.raw`  Found:  Mailbox 8.2.176.2 (2007 SP2), read from HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a role beyond the target with a watermark",
    of: aCase({ machine: rolesAre(installed("Mailbox", "8.2.176.2", { watermark: "Mailbox.1" })) }),
    says: fails(
      "D9 (must), server upgrade on mbx-lon.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      String.raw`  Found:  Mailbox 8.2.176.2 (2007 SP2), watermark Mailbox.1 left by an unfinished Setup, read from HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "Active Directory on a schema beyond the target",
    of: aCase({ step: "organization", forest: schemaAt(14622) }),
    says: fails(
      "D9 (must), Active Directory preparation on dc1.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      "  Found:  schema 14622 (2007 SP2 or 2010 RTM), read from rangeUpper of CN=ms-Exch-Schema-Version-Pt on dc1.contoso.com",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "an organization beyond the target",
    of: aCase({ step: "organization", forest: organizationAt(11222) }),
    says: fails(
      "D9 (must), Active Directory preparation on dc1.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      "  Found:  organization 11222 (2007 SP2 or 2007 SP3), read from CN=Microsoft Exchange on dc1.contoso.com",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a domain beyond the target",
    of: aCase({ step: "domain", domainLevels: domainsAt({ "emea.contoso.com": 12639 }) }),
    says: fails(
      "D9 (must), domain preparation on emea-dc1.emea.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      "  Found:  domain emea.contoso.com 12639 (2010 RTM), read from CN=Microsoft Exchange System Objects of emea.contoso.com",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a server in a domain beyond the target",
    of: aCase({ domainLevels: domainsAt({ "contoso.com": 12639 }) }),
    says: fails(
      "D9 (must), server upgrade on mbx-lon.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      "  Found:  domain contoso.com 12639 (2010 RTM), read from CN=Microsoft Exchange System Objects of contoso.com",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "beyond the target, with the state at it: drift, which is reported elsewhere",
    of: aCase({ ...schema, recorded: true, forest: schemaAt(14622) }),
    says: ok,
  },
  {
    name: "an Edge Transport server is judged by itself alone",
    of: aCase({
      ...edge,
      forest: { ...schemaAt(14622), ...organizationAt(12640) },
      machine: rolesAre(installed("Edge Transport")),
    }),
    says: ok,
  },
  {
    name: "the tools alone are judged by themselves alone",
    of: aCase({
      forest: { ...schemaAt(14622), organization: silent },
      machine: rolesAre(installed("Management Tools")),
    }),
    says: ok,
  },
  {
    name: "an Edge Transport server beyond the target",
    of: aCase({ ...edge, machine: rolesAre(installed("Edge Transport", "8.3.83.6")) }),
    says: fails(
      "D9 (must), server upgrade on edge1.perimeter.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      String.raw`  Found:  Edge Transport 8.3.83.6 (2007 SP3), read from HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a schema that could not be read",
    of: aCase({ ...schema, forest: { schema: silent } }),
    says: notVerified(
      "D9 (must), schema preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    let `directory` and the connection read the present levels, with accounts that see them",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a server that does not answer",
    of: aCase({ machine: { roles: silent } }),
    says: notVerified(
      "D9 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    let `directory` and the connection read the present levels, with accounts that see them",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a server whose domain is not known, since the domains could not be read",
    of: aCase({ forest: { domains: silent } }),
    says: notVerified(
      "D9 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    let `directory` and the connection read the present levels, with accounts that see them",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a build of SE above its newest known update: an update, or a later release",
    of: {
      ...beyondUpdates("15.2.2562.99"),
      planned: plannedUpTo({ target: "SE RTM", edge: true }),
    },
    says: notPlaced(d9OfSe, "15.2.2562.99", asUpdate),
  },
  {
    name: "one thing beyond the target and one that could not be read: it fails",
    of: aCase({ forest: schemaAt(14622), machine: { roles: silent } }),
    says: fails(
      "D9 (must), server upgrade on mbx-lon.contoso.com: 2007 SP1 is below what is already there, and nothing can be taken back",
      "  Found:  schema 14622 (2007 SP2 or 2010 RTM), read from rangeUpper of CN=ms-Exch-Schema-Version-Pt on dc1.contoso.com",
      "  Needed: levels of 2007 SP1 or of a release before it",
      "  Where:  in the program: `target`",
      "  Fix:    set `target` to the release that is there, or to a later one; to leave it, remove Exchange from the server",
      "  Rule:   D9, an upgrade cannot be taken back to the earlier release (How to upgrade to Exchange 2007 SP1)",
    ),
  },
];

/** mbx-lon as a server of 2003. */
const of2003 = (changes: Changes) =>
  aCase({ forest: serversAre(serverObject("mbx-lon", null, "6.5.7638.2")), ...changes });
const server2003 = fails(
  "R2 (must), server upgrade on mbx-lon.contoso.com: 2007 SP1 is not reached in place from what is there",
  "  Found:  server object 6.5.7638.2 (2003 SP2), read from servers on dc1.contoso.com",
  "  Needed: 2007 RTM, from which 2007 SP1 is reached in place",
  "  Where:  in the program: `target`",
  "  Fix:    Exchange 2003 SP2 cannot be upgraded in place to 2007 SP1: install Exchange 2007 on a new server and move mailboxes and services to it; it needs Exchange 2003 SP2 on every Exchange 2003 server",
  "  Rule:   R2, the target is reached in place from what is installed (supported transitions)",
);

export const R2: CaseTable = [
  { name: "a schema of 2007 RTM", of: aCase(schema), says: ok },
  { name: "an organization of 2007 RTM", of: aCase({ step: "organization" }), says: ok },
  { name: "a server on 2007 RTM", of: aCase(), says: ok },
  {
    name: "a schema at the target",
    of: aCase({ ...schema, forest: schemaAt(11116) }),
    says: ok,
  },
  {
    name: "a run that ended between two roles",
    of: aCase({
      machine: rolesAre(
        installed("Client Access", "8.1.240.6"),
        installed("Mailbox", "8.1.240.6", { configured: null, watermark: "Mailbox.1" }),
      ),
    }),
    says: ok,
  },
  {
    name: "a domain that was never prepared",
    of: aCase({ step: "domain", domainLevels: domainsAt({ "emea.contoso.com": null }) }),
    says: ok,
  },
  {
    name: "a domain that was prepared for 2003 and never for 2007: it is prepared, not upgraded",
    of: aCase({ step: "domain", domainLevels: domainsAt({ "emea.contoso.com": 6936 }) }),
    says: ok,
  },
  {
    name: "a schema of 2003",
    of: aCase({ ...schema, forest: schemaAt(6870) }),
    says: fails(
      "R2 (must), schema preparation on dc1.contoso.com: 2007 SP1 is not reached in place from what is there",
      "  Found:  schema 6870 (2003 RTM to 2003 SP2), read from rangeUpper of CN=ms-Exch-Schema-Version-Pt on dc1.contoso.com",
      "  Needed: 2007 RTM, from which 2007 SP1 is reached in place",
      "  Where:  in the program: `target`",
      "  Fix:    Exchange 2003 cannot be upgraded in place to 2007 SP1: install Exchange 2007 on a new server and move mailboxes and services to it; it needs Exchange 2003 SP2 on every Exchange 2003 server",
      "  Rule:   R2, the target is reached in place from what is installed (supported transitions)",
    ),
  },
  {
    name: "an organization of 2003",
    of: aCase({ step: "organization", forest: organizationAt(6903) }),
    says: fails(
      "R2 (must), Active Directory preparation on dc1.contoso.com: 2007 SP1 is not reached in place from what is there",
      "  Found:  organization 6903 (2003 RTM to 2003 SP2), read from CN=Microsoft Exchange on dc1.contoso.com",
      "  Needed: 2007 RTM, from which 2007 SP1 is reached in place",
      "  Where:  in the program: `target`",
      "  Fix:    Exchange 2003 cannot be upgraded in place to 2007 SP1: install Exchange 2007 on a new server and move mailboxes and services to it; it needs Exchange 2003 SP2 on every Exchange 2003 server",
      "  Rule:   R2, the target is reached in place from what is installed (supported transitions)",
    ),
  },
  {
    name: "a schema of 2000",
    of: aCase({ ...schema, forest: schemaAt(4406) }),
    says: fails(
      "R2 (must), schema preparation on dc1.contoso.com: 2007 SP1 is not reached in place from what is there",
      "  Found:  schema 4406 (2000 SP3), read from rangeUpper of CN=ms-Exch-Schema-Version-Pt on dc1.contoso.com",
      "  Needed: 2007 RTM, from which 2007 SP1 is reached in place",
      "  Where:  in the program: `target`",
      "  Fix:    Exchange 2000 SP3 cannot be upgraded in place to 2007 SP1: install Exchange 2007 on a new server and move mailboxes and services to it; it needs Exchange 2000 SP3 on every Exchange 2000 server",
      "  Rule:   R2, the target is reached in place from what is installed (supported transitions)",
    ),
  },
  {
    name: "a server of 2003 beside servers of 2007",
    of: of2003({ machine: rolesAre() }),
    says: server2003,
  },
  { name: "the same, which does not answer", of: of2003({ machine: { roles: silent } }), says: server2003 },
  {
    name: "a server of 2010, which D9 refuses",
    of: aCase({
      forest: { ...serversAre(serverObject("mbx-lon", ["Mailbox"], "14.3.123.4")), ...schemaAt(14734) },
      machine: rolesAre(),
    }),
    says: ok,
  },
  {
    name: "a server of 2007 beside servers of 2003",
    of: aCase({
      forest: serversAre(serverObject("mbx-lon", ["Mailbox"]), serverObject("ex1", null, "6.5.7638.2")),
    }),
    says: ok,
  },
  {
    name: "a schema of no release that is known, right before Setup",
    of: aCase({ ...schema, apply: true, forest: schemaAt(11000) }),
    says: fails(
      "R2 (must), schema preparation on dc1.contoso.com: 2007 SP1 is not reached in place from what is there",
      "  Found:  schema 11000 (no known release), read from rangeUpper of CN=ms-Exch-Schema-Version-Pt on dc1.contoso.com",
      "  Needed: 2007 RTM, from which 2007 SP1 is reached in place",
      "  Where:  in the program: `target`",
      "  Fix:    bring it to 2007 RTM first, or choose a target that its release reaches",
      "  Rule:   R2, the target is reached in place from what is installed (supported transitions)",
    ),
  },
  {
    name: "2019 CU13 to SE",
    of: aCase({
      target: "SE RTM",
      planned: null,
      machine: rolesAre(installed("Mailbox", "15.2.1258.12")),
    }),
    says: fails(
      "R2 (must), server upgrade on mbx-lon.contoso.com: SE RTM is not reached in place from what is there",
      String.raw`  Found:  Mailbox 15.2.1258.12 (2019 CU13), read from HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
      "  Needed: 2019 CU14 or 2019 CU15, from which SE RTM is reached in place",
      "  Where:  in the program: `target`",
      "  Fix:    No upgrade in place leads from Exchange 2019 CU13 straight to SE RTM: upgrade to 2019 CU14 or 2019 CU15 first",
      "  Rule:   R2, the target is reached in place from what is installed (supported transitions)",
    ),
  },
  {
    name: "2019 CU13 to SE, behind a step of the same server, in preview",
    of: aCase({
      target: "SE RTM",
      planned: null,
      after: ["mbx-lon.contoso.com"],
      machine: rolesAre(installed("Mailbox", "15.2.1258.12")),
    }),
    says: fails(
      "R2 (must), server upgrade on mbx-lon.contoso.com: SE RTM is not reached in place from what is there",
      String.raw`  Found:  Mailbox 15.2.1258.12 (2019 CU13), read from HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
      "  Needed: 2019 CU14 or 2019 CU15, from which SE RTM is reached in place",
      "  Where:  in the program: `target`",
      "  Fix:    No upgrade in place leads from Exchange 2019 CU13 straight to SE RTM: upgrade to 2019 CU14 or 2019 CU15 first; where a step in `after` does that, run it first, and let the program have this step once it is done",
      `  Rule:   ${r2}`,
    ),
  },
  {
    name: "SE with a build above its newest known update",
    of: beyondUpdates("15.2.2562.99"),
    says: notPlaced(r2, "15.2.2562.99", asUpdate),
  },
  {
    name: "SE with a build that no update of it can have",
    of: beyondUpdates("15.2.3000.1"),
    says: notPlaced(r2, "15.2.3000.1", asLater),
  },
  {
    name: "2019 CU15 to SE",
    of: aCase({ target: "SE RTM", planned: null, machine: rolesAre(installed("Mailbox", "15.2.1748.10")) }),
    says: ok,
  },
  {
    name: "a schema that could not be read",
    of: aCase({ ...schema, forest: { schema: silent } }),
    says: notVerified(
      "R2 (must), schema preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "  Needed: 2007 RTM, from which 2007 SP1 is reached in place",
      "  Where:  in the program: `target`",
      "  Fix:    let `directory` and the connection read the present levels, with accounts that see them",
      "  Rule:   R2, the target is reached in place from what is installed (supported transitions)",
    ),
  },
  {
    name: "a server that does not answer",
    of: aCase({ machine: { roles: silent } }),
    says: notVerified(
      "R2 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: 2007 RTM, from which 2007 SP1 is reached in place",
      "  Where:  in the program: `target`",
      "  Fix:    let `directory` and the connection read the present levels, with accounts that see them",
      "  Rule:   R2, the target is reached in place from what is installed (supported transitions)",
    ),
  },
];
