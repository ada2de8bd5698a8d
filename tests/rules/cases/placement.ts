/** Cases of the rules on where a step runs: D10, P6, P8. */
import { known } from "../../../lib/facts";
import { aCase, identityIs, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const schema = { step: "schema" } as const;
const organization = { step: "organization" } as const;

/** A member of contoso.com in the schema master's site. */
const member = { computer: "tools1.contoso.com", machine: identityIs("tools1.contoso.com", "Operations") };

/** The domain controllers of contoso.com, and what an earlier one has left in a site. */
function leftIn(site: string, name: string) {
  const all = aCase().facts.forest.domainControllers;
  const own = all.known ? all.value : [];
  const left = own.filter((each) => each.name === name).map((each) => ({ ...each, site }));
  return known([...left, ...own], all.source);
}

export const D10: CaseTable = [
  { name: "the computer answers with its name", of: aCase(), says: ok },
  {
    name: "the computer of a domain's preparation answers with its name",
    of: aCase({ step: "domain" }),
    says: ok,
  },
  {
    name: "another computer answers",
    of: aCase({ machine: identityIs("mbx-dub.emea.contoso.com", "Dublin") }),
    says: fails(
      "D10 (must), server upgrade on mbx-lon.contoso.com: the connection reaches mbx-dub.emea.contoso.com",
      "  Found:  mbx-dub.emea.contoso.com, read from Tcpip and Netlogon parameters",
      "  Needed: a connection to mbx-lon.contoso.com itself",
      "  Where:  in the program: `computer.name` and `computer.connection.host`",
      "  Fix:    correct the name or the host: with another FQDN than the computer's own the installation fails",
      "  Rule:   D10, the fully qualified domain name that is given is the computer's own (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "another domain in the name, right before Setup",
    of: aCase({ apply: true, machine: identityIs("mbx-lon.emea.contoso.com", "London") }),
    says: fails(
      "D10 (must), server upgrade on mbx-lon.contoso.com: the connection reaches mbx-lon.emea.contoso.com",
      "  Found:  mbx-lon.emea.contoso.com, read from Tcpip and Netlogon parameters",
      "  Needed: a connection to mbx-lon.contoso.com itself",
      "  Where:  in the program: `computer.name` and `computer.connection.host`",
      "  Fix:    correct the name or the host: with another FQDN than the computer's own the installation fails",
      "  Rule:   D10, the fully qualified domain name that is given is the computer's own (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "for a preparation too",
    of: aCase({ ...schema, machine: identityIs("dc2.contoso.com", "London") }),
    says: fails(
      "D10 (must), schema preparation on dc1.contoso.com: the connection reaches dc2.contoso.com",
      "  Found:  dc2.contoso.com, read from Tcpip and Netlogon parameters",
      "  Needed: a connection to dc1.contoso.com itself",
      "  Where:  in the program: `computer.name` and `computer.connection.host`",
      "  Fix:    correct the name or the host: with another FQDN than the computer's own the installation fails",
      "  Rule:   D10, the fully qualified domain name that is given is the computer's own (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a computer that does not answer",
    of: aCase({ machine: { identity: silent } }),
    says: notVerified(
      "D10 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: a connection to mbx-lon.contoso.com itself",
      "  Where:  in the program: `computer.name` and `computer.connection.host`",
      "  Fix:    let the connection reach the computer, with an account that may read its registry",
      "  Rule:   D10, the fully qualified domain name that is given is the computer's own (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a computer that does not answer, where an operator prepares",
    of: aCase({ ...schema, run: "manual", machine: { identity: silent } }),
    says: ok,
  },
  {
    name: "a server that does not answer, where an operator upgrades",
    of: aCase({ run: "manual", machine: { identity: silent } }),
    says: notVerified(
      "D10 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: a connection to mbx-lon.contoso.com itself",
      "  Where:  in the program: `computer.name` and `computer.connection.host`",
      "  Fix:    let the connection reach the computer, with an account that may read its registry",
      "  Rule:   D10, the fully qualified domain name that is given is the computer's own (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a finished server that was not asked",
    of: aCase({ recorded: true, machine: { identity: silent, roles: silent } }),
    says: ok,
  },
  {
    name: "a finished server for which another computer answers",
    of: aCase({
      recorded: true,
      machine: { ...identityIs("mbx-dub.emea.contoso.com", "Dublin"), roles: silent },
    }),
    says: fails(
      "D10 (must), server upgrade on mbx-lon.contoso.com: the connection reaches mbx-dub.emea.contoso.com",
      "  Found:  mbx-dub.emea.contoso.com, read from Tcpip and Netlogon parameters",
      "  Needed: a connection to mbx-lon.contoso.com itself",
      "  Where:  in the program: `computer.name` and `computer.connection.host`",
      "  Fix:    correct the name or the host: with another FQDN than the computer's own the installation fails",
      "  Rule:   D10, the fully qualified domain name that is given is the computer's own (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "another computer answers, where an operator prepares",
    of: aCase({ ...organization, run: "manual", machine: identityIs("dc2.contoso.com", "London") }),
    says: fails(
      "D10 (must), Active Directory preparation on dc1.contoso.com: the connection reaches dc2.contoso.com",
      "  Found:  dc2.contoso.com, read from Tcpip and Netlogon parameters",
      "  Needed: a connection to dc1.contoso.com itself",
      "  Where:  in the program: `computer.name` and `computer.connection.host`",
      "  Fix:    correct the name or the host: with another FQDN than the computer's own the installation fails",
      "  Rule:   D10, the fully qualified domain name that is given is the computer's own (How to upgrade to Exchange 2007 SP1)",
    ),
  },
];

export const P6: CaseTable = [
  { name: "the schema master itself", of: aCase(schema), says: ok },
  { name: "a member in its domain and site", of: aCase({ ...schema, ...member }), says: ok },
  {
    name: "its site in other letters, as an administrator may have written it into the registry",
    of: aCase({ ...schema, ...member, machine: identityIs("tools1.contoso.com", "operations") }),
    says: ok,
  },
  {
    name: "a domain controller in another site",
    of: aCase({ ...schema, computer: "dc2.contoso.com" }),
    says: fails(
      "P6 (must), schema preparation on dc2.contoso.com: it is not beside the schema master: site London instead of Operations",
      "  Found:  domain contoso.com, site London (CN=Sites on dc1.contoso.com)",
      "  Needed: domain contoso.com, site Operations: those of the schema master dc1.contoso.com",
      "  Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    set `computer` to such a computer; the schema master itself is one",
      "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a member in another site",
    of: aCase({ ...schema, ...member, machine: identityIs("tools1.contoso.com", "London") }),
    says: fails(
      "P6 (must), schema preparation on tools1.contoso.com: it is not beside the schema master: site London instead of Operations",
      "  Found:  domain contoso.com, site London (Tcpip and Netlogon parameters)",
      "  Needed: domain contoso.com, site Operations: those of the schema master dc1.contoso.com",
      "  Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    set `computer` to such a computer; the schema master itself is one",
      "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "its site, in the child domain",
    of: aCase({
      ...schema,
      computer: "tools2.emea.contoso.com",
      machine: identityIs("tools2.emea.contoso.com", "Operations"),
    }),
    says: fails(
      "P6 (must), schema preparation on tools2.emea.contoso.com: it is not beside the schema master: domain emea.contoso.com instead of contoso.com",
      "  Found:  domain emea.contoso.com, site Operations (Tcpip and Netlogon parameters)",
      "  Needed: domain contoso.com, site Operations: those of the schema master dc1.contoso.com",
      "  Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    set `computer` to such a computer; the schema master itself is one",
      "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "another domain and another site, right before Setup",
    of: aCase({ ...schema, computer: "emea-dc1.emea.contoso.com", apply: true }),
    says: fails(
      "P6 (must), schema preparation on emea-dc1.emea.contoso.com: it is not beside the schema master: domain emea.contoso.com instead of contoso.com, site Dublin instead of Operations",
      "  Found:  domain emea.contoso.com, site Dublin (CN=Sites on dc1.contoso.com)",
      "  Needed: domain contoso.com, site Operations: those of the schema master dc1.contoso.com",
      "  Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    set `computer` to such a computer; the schema master itself is one",
      "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a schema master that could not be read",
    of: aCase({ ...schema, forest: { schemaMaster: silent } }),
    says: notVerified(
      "P6 (must), schema preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "  Needed: a computer in the domain and in the site of the schema master",
      "  Where:  run Setup /PrepareSchema on a computer in the domain and in the site of the schema master",
      "  Fix:    let `directory` and the connection be read, or run the step on the schema master itself",
      "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a member that does not answer",
    of: aCase({ ...schema, computer: member.computer, machine: { identity: silent } }),
    says: notVerified(
      "P6 (must), schema preparation on tools1.contoso.com: not verified: no answer within 60 s",
      "  Needed: a computer in the domain and in the site of the schema master",
      "  Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    let `directory` and the connection be read, or run the step on the schema master itself",
      "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "the schema master that does not answer: the directory says where it is",
    of: aCase({ ...schema, machine: { identity: silent } }),
    says: ok,
  },
  {
    name: "the schema master, of which an earlier one with the same name has left an object elsewhere",
    of: aCase({ ...schema, forest: { domainControllers: leftIn("Dublin", "dc1.contoso.com") } }),
    says: ok,
  },
  {
    name: "a domain controller with objects in two sites",
    of: aCase({
      ...schema,
      computer: "dc2.contoso.com",
      forest: { domainControllers: leftIn("Operations", "dc2.contoso.com") },
    }),
    says: notVerified(
      "P6 (must), schema preparation on dc2.contoso.com: not verified: the domain controller dc2.contoso.com has objects in the sites London and Operations; remove those that are left of an earlier one (ntdsutil, metadata cleanup)",
      "  Needed: a computer in the domain and in the site of the schema master",
      "  Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    let `directory` and the connection be read, or run the step on the schema master itself",
      "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a member that reports no site",
    of: aCase({ ...schema, ...member, machine: identityIs("tools1.contoso.com", null) }),
    says: notVerified(
      "P6 (must), schema preparation on tools1.contoso.com: not verified: tools1.contoso.com does not report an Active Directory site",
      "  Needed: a computer in the domain and in the site of the schema master",
      "  Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    let `directory` and the connection be read, or run the step on the schema master itself",
      "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a computer in no domain of the forest",
    of: aCase({
      ...schema,
      computer: "box.fabrikam.com",
      machine: identityIs("box.fabrikam.com", "Operations"),
    }),
    says: notVerified(
      "P6 (must), schema preparation on box.fabrikam.com: not verified: box.fabrikam.com is in no domain of the forest",
      "  Needed: a computer in the domain and in the site of the schema master",
      "  Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    let `directory` and the connection be read, or run the step on the schema master itself",
      "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a member, where the domains could not be read",
    of: aCase({ ...schema, ...member, forest: { domains: silent } }),
    says: notVerified(
      "P6 (must), schema preparation on tools1.contoso.com: not verified: no answer within 60 s",
      "  Needed: a computer in the domain and in the site of the schema master",
      "  Where:  run Setup /PrepareSchema on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    let `directory` and the connection be read, or run the step on the schema master itself",
      "  Rule:   P6, the schema is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
];

export const P8: CaseTable = [
  { name: "the schema master itself", of: aCase(organization), says: ok },
  { name: "a member in its domain and site", of: aCase({ ...organization, ...member }), says: ok },
  {
    name: "a domain controller in another site",
    of: aCase({ ...organization, computer: "dc2.contoso.com" }),
    says: fails(
      "P8 (must), Active Directory preparation on dc2.contoso.com: it is not beside the schema master: site London instead of Operations",
      "  Found:  domain contoso.com, site London (CN=Sites on dc1.contoso.com)",
      "  Needed: domain contoso.com, site Operations: those of the schema master dc1.contoso.com",
      "  Where:  run Setup /PrepareAD on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    set `computer` to such a computer; the schema master itself is one",
      "  Rule:   P8, Active Directory is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a schema master that could not be read, right before Setup",
    of: aCase({ ...organization, apply: true, forest: { schemaMaster: silent } }),
    says: notVerified(
      "P8 (must), Active Directory preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "  Needed: a computer in the domain and in the site of the schema master",
      "  Where:  run Setup /PrepareAD on a computer in the domain and in the site of the schema master",
      "  Fix:    let `directory` and the connection be read, or run the step on the schema master itself",
      "  Rule:   P8, Active Directory is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a member that does not answer",
    of: aCase({ ...organization, computer: member.computer, machine: { identity: silent } }),
    says: notVerified(
      "P8 (must), Active Directory preparation on tools1.contoso.com: not verified: no answer within 60 s",
      "  Needed: a computer in the domain and in the site of the schema master",
      "  Where:  run Setup /PrepareAD on a computer in domain contoso.com and site Operations, such as dc1.contoso.com",
      "  Fix:    let `directory` and the connection be read, or run the step on the schema master itself",
      "  Rule:   P8, Active Directory is prepared in the schema master's domain and site (How to upgrade to Exchange 2007 SP1)",
    ),
  },
];
