/** Cases of R12: the one object of a server. */
import type { ExchangeServerFacts, SetAsideFacts } from "../../../lib/facts";
import { known } from "../../../lib/facts";
import {
  aCase,
  type Changes,
  dnOf,
  installed,
  plannedUpTo,
  rolesAre,
  serverObject,
  serversAre,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const rule = "  Rule:   R12, a server has one object in the directory (how the result is proven)";
const needed =
  "  Needed: one object of the server: Setup writes the new version to it, and the upgrade is proven by it (D13)";
const where = "  Where:  in the configuration partition of the forest";

const own = serverObject("mbx-lon", ["Mailbox"]);
const older = serverObject("mbx-lon", ["Mailbox"], "8.0.685.25", {
  dn: dnOf("mbx-lon", "First Administrative Group"),
  created: "2006-11-02T08:00:00Z",
});
const copyOf = (name: string, other: Partial<SetAsideFacts> = {}): SetAsideFacts => ({
  kind: "conflict copy",
  dn: dnOf(`${name}\\0ACNF:6f1f1cde-3bd4-4d69-8b3c-0c0e6c6a1a11`),
  name,
  fqdn: `${name}.contoso.com`,
  created: "2019-03-01T10:11:12Z",
  ...other,
});
const another = copyOf("mbx-lon", { dn: dnOf("mbx-lon\\0ACNF:other"), fqdn: null, created: null });

const asMailbox = (
  servers: readonly ExchangeServerFacts[],
  setAside: readonly SetAsideFacts[] = [],
  changes: Changes = {},
) =>
  aCase({
    ...changes,
    forest: { ...serversAre(...servers), setAside: known(setAside, "servers on dc1.contoso.com") },
  });

export const R12: CaseTable = [
  { name: "one object", of: aCase(), says: ok },
  { name: "the same, right before Setup", of: aCase({ apply: true }), says: ok },
  { name: "none that is shown", of: asMailbox([]), says: ok },
  {
    name: "another server of the same name in another domain",
    of: asMailbox([
      own,
      serverObject("mbx-lon", ["Mailbox"], undefined, { fqdn: "mbx-lon.emea.contoso.com" }),
    ]),
    says: ok,
  },
  {
    name: "an object that a server of 2003 has left in another administrative group",
    of: asMailbox([own, { ...older, roles: null, build: { major: 6, minor: 5, build: 7638, revision: 2 } }]),
    says: ok,
  },
  {
    name: "two objects with its FQDN",
    of: asMailbox([own, older]),
    says: fails(
      "R12 (must), server upgrade on mbx-lon.contoso.com: the directory shows 2 objects of it, and nothing tells which one is the server's",
      `  Found:  ${older.dn}, created 2006-11-02T08:00:00Z; ${own.dn}`,
      needed,
      where,
      "  Fix:    find out which one the server uses, and remove the other (ADSI Edit, connected to Configuration), or name its DN in `gone`, with the reason",
      rule,
    ),
  },
  {
    name: "two objects without an FQDN that have its name",
    of: asMailbox([
      { ...own, fqdn: null },
      { ...older, fqdn: null },
    ]),
    says: fails(
      "R12 (must), server upgrade on mbx-lon.contoso.com: the directory shows 2 objects of it, and nothing tells which one is the server's",
      `  Found:  ${older.dn}, created 2006-11-02T08:00:00Z; ${own.dn}`,
      needed,
      where,
      "  Fix:    find out which one the server uses, and remove the other (ADSI Edit, connected to Configuration), or name its DN in `gone`, with the reason",
      rule,
    ),
  },
  {
    name: "two objects of an Edge Transport server, whose object is stale by design",
    of: asMailbox([own, older], [], { planned: plannedUpTo({ edge: true }) }),
    says: ok,
  },
  {
    name: "two objects of a computer with the tools alone",
    of: asMailbox([own, older], [], { machine: rolesAre(installed("Management Tools")) }),
    says: ok,
  },
  {
    name: "a copy that a conflict has left",
    of: asMailbox([own], [copyOf("mbx-lon"), copyOf("mbx-dub"), copyOf("mbx-lon", { kind: "provisioned" })]),
    says: fails(
      "R12 (should), server upgrade on mbx-lon.contoso.com: a replication conflict has left a copy of its object, which is not judged",
      `  Found:  ${copyOf("mbx-lon").dn}, created 2019-03-01T10:11:12Z`,
      `  Needed: one object of the server: ${own.dn}`,
      where,
      "  Fix:    compare, and delete the copy (ADSI Edit, connected to Configuration)",
      rule,
    ),
  },
  {
    name: "two copies, one of which does not say its FQDN",
    of: asMailbox([own], [copyOf("mbx-lon"), another]),
    says: fails(
      "R12 (should), server upgrade on mbx-lon.contoso.com: a replication conflict has left copies of its object, which are not judged",
      `  Found:  ${copyOf("mbx-lon").dn}, created 2019-03-01T10:11:12Z; ${another.dn}`,
      `  Needed: one object of the server: ${own.dn}`,
      where,
      "  Fix:    compare, and delete the copies (ADSI Edit, connected to Configuration)",
      rule,
    ),
  },
  {
    name: "nothing but such a copy",
    of: asMailbox([], [copyOf("mbx-lon")]),
    says: fails(
      "R12 (must), server upgrade on mbx-lon.contoso.com: the directory shows nothing of it but what a replication conflict has left",
      `  Found:  ${copyOf("mbx-lon").dn}, created 2019-03-01T10:11:12Z`,
      needed,
      where,
      "  Fix:    rename it to mbx-lon (ADSI Edit, connected to Configuration) if it is the server's only object; else let `directory` read the other one, with an account that sees it",
      rule,
    ),
  },
  {
    name: "its only object named as that of a server that is gone",
    of: asMailbox([], [], {
      gone: [
        { server: "cas9.contoso.com", reason: "CHG0051", objects: [] },
        { server: own.dn, reason: "CHG0052", objects: [own] },
      ],
    }),
    says: fails(
      "R12 (must), server upgrade on mbx-lon.contoso.com: the program says that its only object in the directory is that of a server that is gone",
      `  Found:  gone: ${own.dn} (CHG0052)`,
      needed,
      "  Where:  in the program: `gone`",
      "  Fix:    leave it out there: this program upgrades the server",
      rule,
    ),
  },
  {
    name: "one of two objects named as one that is gone",
    of: asMailbox([own], [], { gone: [{ server: older.dn, reason: "CHG0052", objects: [older] }] }),
    says: ok,
  },
  {
    name: "servers that could not be read",
    of: aCase({ forest: { servers: silent } }),
    says: notVerified(
      "R12 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      needed,
      where,
      "  Fix:    let `directory` read the servers, with an account that sees them",
      rule,
    ),
  },
];
