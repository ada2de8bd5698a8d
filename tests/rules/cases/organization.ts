/** Cases of the rules on what must be there before a step: D1, R3. */
import {
  aCase,
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

export const D1: CaseTable = [
  { name: "a server with roles", of: aCase(), says: ok },
  {
    name: "a computer with only the management tools",
    of: aCase({ machine: rolesAre(installed("Management Tools")) }),
    says: ok,
  },
  {
    name: "a computer without Exchange",
    of: aCase({ machine: rolesAre() }),
    says: fails(
      "D1 (must), server upgrade on mbx-lon.contoso.com: no Exchange role is installed there",
      String.raw`  Found:  no role below HKLM\SOFTWARE\Microsoft\Exchange\v8.0`,
      "  Needed: an installed Exchange 2007 with at least one role or the management tools",
      "  Where:  on mbx-lon.contoso.com",
      "  Fix:    name the computer that carries Exchange, or install Exchange there first: an upgrade installs nothing new",
      "  Rule:   D1, Exchange must be installed already, with one or more roles or with the management tools (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a server of another product, of which R2 speaks",
    of: aCase({
      forest: serversAre(serverObject("mbx-lon", null, "6.5.7638.2")),
      machine: rolesAre(),
    }),
    says: ok,
  },
  {
    name: "a server that does not answer",
    of: aCase({ machine: { roles: silent } }),
    says: notVerified(
      "D1 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: an installed Exchange 2007 with at least one role or the management tools",
      "  Where:  on mbx-lon.contoso.com",
      "  Fix:    let the connection reach the computer, with an account that may read its registry",
      "  Rule:   D1, Exchange must be installed already, with one or more roles or with the management tools (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a server that does not answer, right before Setup",
    of: aCase({ machine: { roles: silent }, apply: true }),
    says: notVerified(
      "D1 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: an installed Exchange 2007 with at least one role or the management tools",
      "  Where:  on mbx-lon.contoso.com",
      "  Fix:    let the connection reach the computer, with an account that may read its registry",
      "  Rule:   D1, Exchange must be installed already, with one or more roles or with the management tools (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  { name: "a preparation in a forest with Exchange", of: aCase({ step: "schema" }), says: ok },
  { name: "Active Directory in a forest with Exchange", of: aCase({ step: "organization" }), says: ok },
  {
    name: "the preparation of a domain in a forest without Exchange",
    of: aCase({ step: "domain", forest: organizationAt(undefined) }),
    says: fails(
      "D1 (must), domain preparation on emea-dc1.emea.contoso.com: the forest holds no Exchange organization",
      "  Found:  no organization container below CN=Microsoft Exchange on dc1.contoso.com",
      "  Needed: an Exchange 2007 organization in the forest",
      "  Where:  in the configuration partition of the forest",
      "  Fix:    point `directory` at the forest that holds the organization; this product upgrades, it does not install",
      "  Rule:   D1, Exchange must be installed already, with one or more roles or with the management tools (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "the preparation of the schema in a forest without Exchange",
    of: aCase({ step: "schema", forest: { ...schemaAt(null), ...organizationAt(undefined) } }),
    says: fails(
      "D1 (must), schema preparation on dc1.contoso.com: the forest holds no Exchange organization",
      "  Found:  no organization container below CN=Microsoft Exchange on dc1.contoso.com",
      "  Needed: an Exchange 2007 organization in the forest",
      "  Where:  in the configuration partition of the forest",
      "  Fix:    point `directory` at the forest that holds the organization; this product upgrades, it does not install",
      "  Rule:   D1, Exchange must be installed already, with one or more roles or with the management tools (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a preparation in a forest that could not be read",
    of: aCase({ step: "schema", forest: { organization: silent } }),
    says: notVerified(
      "D1 (must), schema preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "  Needed: an Exchange 2007 organization in the forest",
      "  Where:  in the configuration partition of the forest",
      "  Fix:    let `directory` reach a domain controller with an account that may read the configuration partition",
      "  Rule:   D1, Exchange must be installed already, with one or more roles or with the management tools (How to upgrade to Exchange 2007 SP1)",
    ),
  },
];

const edge = {
  computer: "edge1.perimeter.contoso.com",
  planned: plannedUpTo({ from: "as found", edge: true }),
  account: null,
} as const;

const unprepared = {
  forest: { ...schemaAt(10637), ...organizationAt(10666) },
  domainLevels: domainsAt({ "contoso.com": 10628, "emea.contoso.com": 10628 }),
};
const verify = plannedUpTo({ from: "as found", verify: true });
const toolsAlone = rolesAre(installed("Management Tools"));
const everything = plannedUpTo({ schema: true, organization: true, domains: ["contoso.com"] });

export const R3: CaseTable = [
  { name: "all of it planned and nothing done", of: aCase({ ...unprepared, planned: everything }), says: ok },
  {
    name: "all of it done and nothing planned",
    of: aCase({ planned: verify }),
    says: ok,
  },
  {
    name: "all of it done, and for a later release",
    of: aCase({
      planned: verify,
      forest: { ...schemaAt(14625), ...organizationAt(11222) },
    }),
    says: ok,
  },
  {
    name: "all domains planned",
    of: aCase({ ...unprepared, planned: plannedUpTo({ schema: true, organization: true, domains: ["*"] }) }),
    says: ok,
  },
  {
    name: "planned, and not done right before Setup",
    of: aCase({ ...unprepared, planned: everything, apply: true }),
    says: fails(
      "R3 (must), server upgrade on mbx-lon.contoso.com: the schema, Active Directory and the domain contoso.com are not prepared for 2007 SP1 in the directory",
      "  Found:  schema 10637 (2007 RTM), organization 10666 (2007 RTM), domain contoso.com 10628 (2007 RTM)",
      "  Needed: the schema, the organization and the server's own domain prepared for 2007 SP1 before the server upgrade",
      "  Where:  in the directory",
      "  Fix:    let the preparations that are planned before this step be done first, and wait until `directory` shows them",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "planned, and only the domain not done right before Setup",
    of: aCase({ planned: everything, apply: true, domainLevels: unprepared.domainLevels }),
    says: fails(
      "R3 (must), server upgrade on mbx-lon.contoso.com: the domain contoso.com is not prepared for 2007 SP1 in the directory",
      "  Found:  domain contoso.com 10628 (2007 RTM)",
      "  Needed: the schema, the organization and the server's own domain prepared for 2007 SP1 before the server upgrade",
      "  Where:  in the directory",
      "  Fix:    let the preparations that are planned before this step be done first, and wait until `directory` shows them",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "Active Directory without the schema",
    of: aCase({ step: "organization", forest: schemaAt(10637), planned: verify }),
    says: fails(
      "R3 (must), Active Directory preparation on dc1.contoso.com: the schema is neither planned before this step nor prepared for 2007 SP1",
      "  Found:  schema 10637 (2007 RTM)",
      "  Needed: the schema prepared for 2007 SP1 before the Active Directory preparation",
      "  Where:  in the program: the argument that names the step before this one",
      "  Fix:    let whoever prepares do it first, or add an ExchangeSchemaPrep and pass it on",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "Active Directory with the schema planned",
    of: aCase({ step: "organization", forest: schemaAt(10637) }),
    says: ok,
  },
  {
    name: "a domain without the organization",
    of: aCase({ step: "domain", forest: organizationAt(10666), planned: plannedUpTo({ schema: true }) }),
    says: fails(
      "R3 (must), domain preparation on emea-dc1.emea.contoso.com: Active Directory is neither planned before this step nor prepared for 2007 SP1",
      "  Found:  organization 10666 (2007 RTM)",
      "  Needed: the schema and the organization prepared for 2007 SP1 before the domain preparation",
      "  Where:  in the program: the argument that names the step before this one",
      "  Fix:    add an ExchangeADPrep and pass it on",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "a server whose domain is not among the planned ones",
    of: aCase({
      ...unprepared,
      computer: "mbx-dub.emea.contoso.com",
      planned: plannedUpTo({ schema: true, organization: true, domains: ["contoso.com"] }),
    }),
    says: fails(
      "R3 (must), server upgrade on mbx-dub.emea.contoso.com: the domain emea.contoso.com is neither planned before this step nor prepared for 2007 SP1",
      "  Found:  domain emea.contoso.com 10628 (2007 RTM)",
      "  Needed: the schema, the organization and the server's own domain prepared for 2007 SP1 before the server upgrade",
      "  Where:  in the program: the argument that names the step before this one",
      "  Fix:    add an ExchangeDomainPrep for emea.contoso.com and pass it as `prepared`",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "a schema that Exchange never extended",
    of: aCase({ step: "organization", forest: schemaAt(null), planned: verify }),
    says: fails(
      "R3 (must), Active Directory preparation on dc1.contoso.com: the schema is neither planned before this step nor prepared for 2007 SP1",
      "  Found:  schema none",
      "  Needed: the schema prepared for 2007 SP1 before the Active Directory preparation",
      "  Where:  in the program: the argument that names the step before this one",
      "  Fix:    let whoever prepares do it first, or add an ExchangeSchemaPrep and pass it on",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "a plan before it that is not known yet",
    of: aCase({ step: "organization", planned: null }),
    says: notVerified(
      "R3 (must), Active Directory preparation on dc1.contoso.com: not verified: what is planned before this step is not known yet",
      "  Needed: the schema prepared for 2007 SP1 before the Active Directory preparation",
      "  Where:  in the program: the argument that names the step before this one",
      "  Fix:    nothing, when the step before this one is part of the same preview",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "no plan before it, right before Setup: what is done counts",
    of: aCase({ step: "organization", planned: null, apply: true }),
    says: ok,
  },
  {
    name: "levels that could not be read",
    of: aCase({ step: "organization", planned: verify, forest: { schema: silent } }),
    says: notVerified(
      "R3 (must), Active Directory preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "  Needed: the schema prepared for 2007 SP1 before the Active Directory preparation",
      "  Where:  in the directory",
      "  Fix:    let `directory` read it, with an account that sees it (dc1.contoso.com)",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "planned, and levels that could not be read right before Setup",
    of: aCase({ planned: everything, apply: true, domainLevels: domainsAt({ "contoso.com": silent }) }),
    says: notVerified(
      "R3 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: the schema, the organization and the server's own domain prepared for 2007 SP1 before the server upgrade",
      "  Where:  in the directory",
      "  Fix:    let `directory` read it, with an account that sees it (dc1.contoso.com)",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "planned, and levels that could not be read in preview",
    of: aCase({
      planned: everything,
      forest: { schema: silent, organization: silent },
      domainLevels: domainsAt({ "contoso.com": silent }),
    }),
    says: ok,
  },
  {
    name: "domains that could not be read",
    of: aCase({ planned: verify, forest: { domains: silent } }),
    says: notVerified(
      "R3 (must), server upgrade on mbx-lon.contoso.com: not verified: no answer within 60 s",
      "  Needed: the schema, the organization and the server's own domain prepared for 2007 SP1 before the server upgrade",
      "  Where:  in the directory",
      "  Fix:    let `directory` reach a domain controller that shows the domains of the forest",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "a server in no domain of the forest",
    of: aCase({ computer: "mbx1.fabrikam.com" }),
    says: notVerified(
      "R3 (must), server upgrade on mbx1.fabrikam.com: not verified: mbx1.fabrikam.com is in no domain of the forest (contoso.com, emea.contoso.com)",
      "  Needed: the schema, the organization and the server's own domain prepared for 2007 SP1 before the server upgrade",
      "  Where:  in the directory",
      "  Fix:    say its domain as `computer.domain` where its DNS suffix is another; an Edge Transport server takes Prepared.edge",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "a computer with only the management tools, in a forest that is not prepared",
    of: aCase({ ...unprepared, planned: verify, machine: toolsAlone }),
    says: ok,
  },
  {
    name: "the same, right before Setup",
    of: aCase({ ...unprepared, planned: everything, apply: true, machine: toolsAlone }),
    says: ok,
  },
  {
    name: "the same, where nothing of the directory can be read",
    of: aCase({
      planned: null,
      machine: toolsAlone,
      forest: { domains: silent, schema: silent, organization: silent },
    }),
    says: ok,
  },
  {
    name: "a computer of which it could not be read that it has only the tools",
    of: aCase({ planned: verify, machine: { roles: silent }, domainLevels: unprepared.domainLevels }),
    says: fails(
      "R3 (must), server upgrade on mbx-lon.contoso.com: the domain contoso.com is neither planned before this step nor prepared for 2007 SP1",
      "  Found:  domain contoso.com 10628 (2007 RTM)",
      "  Needed: the schema, the organization and the server's own domain prepared for 2007 SP1 before the server upgrade",
      "  Where:  in the program: the argument that names the step before this one",
      "  Fix:    let whoever prepares do it first, or add an ExchangeDomainPrep for contoso.com and pass it as `prepared`",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "Active Directory from a computer with only the tools: the preparation rests on the schema",
    of: aCase({ step: "organization", forest: schemaAt(10637), planned: verify, machine: toolsAlone }),
    says: fails(
      "R3 (must), Active Directory preparation on dc1.contoso.com: the schema is neither planned before this step nor prepared for 2007 SP1",
      "  Found:  schema 10637 (2007 RTM)",
      "  Needed: the schema prepared for 2007 SP1 before the Active Directory preparation",
      "  Where:  in the program: the argument that names the step before this one",
      "  Fix:    let whoever prepares do it first, or add an ExchangeSchemaPrep and pass it on",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "an Edge Transport server needs no directory",
    of: aCase({ ...edge, machine: rolesAre(installed("Edge Transport"), installed("Management Tools")) }),
    says: ok,
  },
  {
    name: "an Edge Transport server needs none right before Setup",
    of: aCase({ ...edge, apply: true, machine: rolesAre(installed("Edge Transport")) }),
    says: ok,
  },
  {
    name: "Prepared.edge for a server with other roles",
    of: aCase({ ...edge, machine: rolesAre(installed("Hub Transport"), installed("Management Tools")) }),
    says: fails(
      "R3 (must), server upgrade on edge1.perimeter.contoso.com: it carries roles that need a prepared directory",
      "  Found:  Hub Transport, Management Tools",
      "  Needed: Edge Transport as the only server role, where `prepared` is Prepared.edge",
      "  Where:  on edge1.perimeter.contoso.com",
      "  Fix:    pass the ExchangeADPrep or ExchangeDomainPrep of the server's domain as `prepared`",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
  {
    name: "Prepared.edge for a server that does not answer",
    of: aCase({ ...edge, machine: { roles: silent } }),
    says: notVerified(
      "R3 (must), server upgrade on edge1.perimeter.contoso.com: not verified: no answer within 60 s",
      "  Needed: Edge Transport as the only server role, where `prepared` is Prepared.edge",
      "  Where:  on edge1.perimeter.contoso.com",
      "  Fix:    let the connection reach the computer, with an account that may read its registry",
      "  Rule:   R3, what a step rests on is planned before it or done (How to Prepare Active Directory and Domains)",
    ),
  },
];
