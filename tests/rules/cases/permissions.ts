/** Cases of the rules on the account that prepares: P5, P7, P9. */
import { known } from "../../../lib/facts";
import {
  aCase,
  account,
  groupObjects,
  groupsAre,
  judged,
  loggedOnAs,
  noAccount,
  sids,
  silent,
} from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const schema = { step: "schema" } as const;
const organization = { step: "organization" } as const;
const domain = { step: "domain" } as const;

const rootHidden = "this account cannot see objectSid of DC=contoso,DC=com";
const withoutRoot = groupsAre({
  schemaAdmins: null,
  enterpriseAdmins: null,
  unread: { schemaAdmins: rootHidden, enterpriseAdmins: rootHidden },
});

/** The groups as a forest in another language calls them, or one in which Setup found them renamed. */
function called(names: { readonly [sid: string]: string }) {
  const objects = Object.fromEntries(
    Object.entries(names).map(([sid, name]) => [
      sid,
      { name: `CONTOSO\\${name}`, dn: `CN=${name},CN=Users,DC=contoso,DC=com` },
    ]),
  );
  return { groups: groupsAre({ objects }) };
}

const modernGroups = groupsAre({
  objects: {
    ...groupObjects,
    [sids.organizationAdministrators]: {
      name: String.raw`CONTOSO\Organization Management`,
      dn: "CN=Organization Management,CN=Users,DC=contoso,DC=com",
    },
  },
});

const inGerman = called({
  [sids.schemaAdmins]: "Schema-Admins",
  [sids.enterpriseAdmins]: "Organisations-Admins",
});

export const P5: CaseTable = [
  {
    name: "in neither, where both are called otherwise",
    of: aCase({ ...schema, forest: inGerman, found: account("prep", [sids.users]) }),
    says: fails(
      String.raw`P5 (must), schema preparation on dc1.contoso.com: CONTOSO\prep is neither in CONTOSO\Schema-Admins (Schema Admins) nor in CONTOSO\Organisations-Admins (Enterprise Admins)`,
      String.raw`  Found:  CONTOSO\prep (S-1-5-21-1-1-1-1201) with 1 group, nested ones included; judged by CONTOSO\Schema-Admins (CN=Schema-Admins,CN=Users,DC=contoso,DC=com, S-1-5-21-1-1-1-518) and CONTOSO\Organisations-Admins (CN=Organisations-Admins,CN=Users,DC=contoso,DC=com, S-1-5-21-1-1-1-519)`,
      "  Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on dc1.contoso.com",
      "  Fix:    add CONTOSO\\prep to CONTOSO\\Schema-Admins (Schema Admins) and CONTOSO\\Organisations-Admins (Enterprise Admins) and log off and on, or set `account` to one that is a member",
      "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "in neither, where their objects do not show",
    of: aCase({ ...schema, forest: called({}), found: account("prep", [sids.schemaAdmins]) }),
    says: fails(
      String.raw`P5 (must), schema preparation on dc1.contoso.com: CONTOSO\prep is not in Enterprise Admins`,
      String.raw`  Found:  CONTOSO\prep (S-1-5-21-1-1-1-1201) with 1 group, nested ones included; judged by Enterprise Admins (S-1-5-21-1-1-1-519, whose object does not show)`,
      "  Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on dc1.contoso.com",
      "  Fix:    add CONTOSO\\prep to Enterprise Admins and log off and on, or set `account` to one that is a member",
      "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "where the SID of the forest root domain does not show",
    of: aCase({ ...schema, forest: { groups: withoutRoot } }),
    says: notVerified(
      "P5 (must), schema preparation on dc1.contoso.com: not verified: this account cannot see objectSid of DC=contoso,DC=com",
      "  Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on dc1.contoso.com",
      "  Fix:    let `directory` reach a domain controller that shows CONTOSO\\prep and its groups",
      "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  { name: "Schema Admins and Enterprise Admins", of: aCase(schema), says: ok },
  {
    name: "without Schema Admins",
    of: aCase({ ...schema, found: account("prep", [sids.users, sids.enterpriseAdmins]) }),
    says: fails(
      String.raw`P5 (must), schema preparation on dc1.contoso.com: CONTOSO\prep is not in Schema Admins`,
      String.raw`  Found:  CONTOSO\prep (S-1-5-21-1-1-1-1201) with 2 groups, nested ones included; judged by ${judged.schemaAdmins}`,
      "  Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on dc1.contoso.com",
      "  Fix:    add CONTOSO\\prep to Schema Admins and log off and on, or set `account` to one that is a member",
      "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "without Enterprise Admins, right before Setup too",
    of: aCase({ ...schema, apply: true, found: account("prep", [sids.schemaAdmins]) }),
    says: fails(
      String.raw`P5 (must), schema preparation on dc1.contoso.com: CONTOSO\prep is not in Enterprise Admins`,
      String.raw`  Found:  CONTOSO\prep (S-1-5-21-1-1-1-1201) with 1 group, nested ones included; judged by ${judged.enterpriseAdmins}`,
      "  Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on dc1.contoso.com",
      "  Fix:    add CONTOSO\\prep to Enterprise Admins and log off and on, or set `account` to one that is a member",
      "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "in neither, although in Domain Admins of the root and in Exchange Organization Administrators",
    of: aCase({
      ...schema,
      account: "CONTOSO\\helpdesk",
      found: account("helpdesk", [sids.contosoDomainAdmins, sids.organizationAdministrators]),
      machine: loggedOnAs(sids.helpdesk, "CONTOSO\\helpdesk"),
    }),
    says: fails(
      String.raw`P5 (must), schema preparation on dc1.contoso.com: CONTOSO\helpdesk is neither in Schema Admins nor in Enterprise Admins`,
      String.raw`  Found:  CONTOSO\helpdesk (S-1-5-21-1-1-1-1204) with 2 groups, nested ones included; judged by ${judged.schemaAdmins} and ${judged.enterpriseAdmins}`,
      "  Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\helpdesk, on dc1.contoso.com",
      "  Fix:    add CONTOSO\\helpdesk to Schema Admins and Enterprise Admins and log off and on, or set `account` to one that is a member",
      "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "an account that the directory does not have",
    of: aCase({ ...schema, account: "CONTOSO\\ghost", found: noAccount }),
    says: fails(
      String.raw`P5 (must), schema preparation on dc1.contoso.com: the directory has no account CONTOSO\ghost`,
      String.raw`  Found:  no such account (account CONTOSO\ghost in contoso.com, emea.contoso.com)`,
      "  Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\ghost, on dc1.contoso.com",
      "  Fix:    name an account of the forest as `account`, in the form DOMAIN\\name",
      "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "an account that is not named and that the directory does not have",
    of: aCase({ ...schema, account: null, found: noAccount }),
    says: fails(
      "P5 (must), schema preparation on dc1.contoso.com: the directory has no account like the one that logs on",
      String.raw`  Found:  no such account (account CONTOSO\ghost in contoso.com, emea.contoso.com)`,
      "  Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on dc1.contoso.com",
      "  Fix:    name an account of the forest as `account`, in the form DOMAIN\\name",
      "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "an account that could not be read",
    of: aCase({ ...schema, found: silent }),
    says: notVerified(
      "P5 (must), schema preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "  Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on dc1.contoso.com",
      "  Fix:    let `directory` reach a domain controller that shows CONTOSO\\prep and its groups",
      "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "groups whose SIDs could not be read",
    of: aCase({ ...schema, forest: { groups: silent } }),
    says: notVerified(
      "P5 (must), schema preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "  Needed: Schema Admins and Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on dc1.contoso.com",
      "  Fix:    let `directory` reach a domain controller that shows CONTOSO\\prep and its groups",
      "  Rule:   P5, preparing the schema needs Schema Admins and Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
];

export const P7: CaseTable = [
  { name: "Enterprise Admins", of: aCase(organization), says: ok },
  {
    name: "Enterprise Admins alone, without Schema Admins",
    of: aCase({ ...organization, found: account("prep", [sids.enterpriseAdmins]) }),
    says: ok,
  },
  {
    name: "Schema Admins alone",
    of: aCase({ ...organization, found: account("prep", [sids.schemaAdmins]) }),
    says: fails(
      String.raw`P7 (must), Active Directory preparation on dc1.contoso.com: CONTOSO\prep is not in Enterprise Admins`,
      String.raw`  Found:  CONTOSO\prep (S-1-5-21-1-1-1-1201) with 1 group, nested ones included; judged by ${judged.enterpriseAdmins}`,
      "  Needed: Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on dc1.contoso.com",
      "  Fix:    add CONTOSO\\prep to Enterprise Admins and log off and on, or set `account` to one that is a member",
      "  Rule:   P7, preparing Active Directory needs Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "an account that could not be read, right before Setup",
    of: aCase({ ...organization, apply: true, found: silent }),
    says: notVerified(
      "P7 (must), Active Directory preparation on dc1.contoso.com: not verified: no answer within 60 s",
      "  Needed: Enterprise Admins, of the forest root domain",
      "  Where:  account CONTOSO\\prep, on dc1.contoso.com",
      "  Fix:    let `directory` reach a domain controller that shows CONTOSO\\prep and its groups",
      "  Rule:   P7, preparing Active Directory needs Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
];

export const P9: CaseTable = [
  { name: "Domain Admins of the domain", of: aCase(domain), says: ok },
  {
    name: "Domain Admins of the domain, right before Setup",
    of: aCase({ ...domain, apply: true }),
    says: ok,
  },
  {
    name: "Domain Admins, where the SID of the forest root domain does not show",
    of: aCase({ ...domain, forest: { groups: withoutRoot } }),
    says: ok,
  },
  {
    name: "not in Domain Admins, where the SID of the forest root domain does not show",
    of: aCase({ ...domain, forest: { groups: withoutRoot }, found: account("emeaprep", [sids.users]) }),
    says: notVerified(
      "P9 (must), domain preparation on emea-dc1.emea.contoso.com: not verified: this account cannot see objectSid of DC=contoso,DC=com",
      "  Needed: Domain Admins of emea.contoso.com, or Enterprise Admins",
      "  Where:  account EMEA\\emeaprep, on emea-dc1.emea.contoso.com",
      "  Fix:    let `directory` reach a domain controller that shows EMEA\\emeaprep and its groups",
      "  Rule:   P9, preparing a domain needs Domain Admins of that domain or Enterprise Admins; all domains, Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "Enterprise Admins instead of Domain Admins",
    of: aCase({ ...domain, account: "CONTOSO\\prep", found: account("prep") }),
    says: ok,
  },
  {
    name: "Domain Admins of another domain",
    of: aCase({ ...domain, found: account("emeaprep", [sids.contosoDomainAdmins]) }),
    says: fails(
      String.raw`P9 (must), domain preparation on emea-dc1.emea.contoso.com: EMEA\emeaprep is neither in Domain Admins of emea.contoso.com nor in Enterprise Admins`,
      String.raw`  Found:  EMEA\emeaprep (S-1-5-21-2-2-2-1203) with 1 group, nested ones included; judged by ${judged.emeaDomainAdmins} and ${judged.enterpriseAdmins}`,
      "  Needed: Domain Admins of emea.contoso.com, or Enterprise Admins",
      "  Where:  account EMEA\\emeaprep, on emea-dc1.emea.contoso.com",
      "  Fix:    add EMEA\\emeaprep to Domain Admins of emea.contoso.com and log off and on, or set `account` to one that is a member",
      "  Rule:   P9, preparing a domain needs Domain Admins of that domain or Enterprise Admins; all domains, Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "all domains under Enterprise Admins",
    of: aCase({ ...domain, domains: ["*"], found: account("prep") }),
    says: ok,
  },
  {
    name: "all domains under Domain Admins of each of them",
    of: aCase({
      ...domain,
      domains: ["*"],
      found: account("emeaprep", [sids.emeaDomainAdmins, sids.contosoDomainAdmins]),
    }),
    says: fails(
      String.raw`P9 (must), domain preparation on emea-dc1.emea.contoso.com: EMEA\emeaprep is not in Enterprise Admins`,
      String.raw`  Found:  EMEA\emeaprep (S-1-5-21-2-2-2-1203) with 2 groups, nested ones included; judged by ${judged.enterpriseAdmins}`,
      "  Needed: Enterprise Admins, of the forest root domain, to prepare all domains",
      "  Where:  account EMEA\\emeaprep, on emea-dc1.emea.contoso.com",
      "  Fix:    add EMEA\\emeaprep to Enterprise Admins and log off and on, or set `account` to one that is a member",
      "  Rule:   P9, preparing a domain needs Domain Admins of that domain or Enterprise Admins; all domains, Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "a domain whose Domain Admins have no SID that could be read",
    of: aCase({
      ...domain,
      forest: {
        groups: known(
          {
            schemaAdmins: sids.schemaAdmins,
            enterpriseAdmins: sids.enterpriseAdmins,
            domainAdmins: { "contoso.com": sids.contosoDomainAdmins },
            organizationAdministrators: null,
            delegatedSetup: null,
            objects: groupObjects,
            unread: {},
          },
          "objectSid of the domains on dc1.contoso.com",
        ),
      },
    }),
    says: notVerified(
      "P9 (must), domain preparation on emea-dc1.emea.contoso.com: not verified: the SID of emea.contoso.com could not be read",
      "  Needed: Domain Admins of emea.contoso.com, or Enterprise Admins",
      "  Where:  account EMEA\\emeaprep, on emea-dc1.emea.contoso.com",
      "  Fix:    let `directory` reach a domain controller that shows EMEA\\emeaprep and its groups",
      "  Rule:   P9, preparing a domain needs Domain Admins of that domain or Enterprise Admins; all domains, Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "the same under Enterprise Admins",
    of: aCase({
      ...domain,
      found: account("prep"),
      forest: {
        groups: known(
          {
            schemaAdmins: sids.schemaAdmins,
            enterpriseAdmins: sids.enterpriseAdmins,
            domainAdmins: {},
            organizationAdministrators: null,
            delegatedSetup: null,
            objects: groupObjects,
            unread: {},
          },
          "objectSid of the domains on dc1.contoso.com",
        ),
      },
    }),
    says: ok,
  },
  {
    name: "an account that could not be read",
    of: aCase({ ...domain, found: silent }),
    says: notVerified(
      "P9 (must), domain preparation on emea-dc1.emea.contoso.com: not verified: no answer within 60 s",
      "  Needed: Domain Admins of emea.contoso.com, or Enterprise Admins",
      "  Where:  account EMEA\\emeaprep, on emea-dc1.emea.contoso.com",
      "  Fix:    let `directory` reach a domain controller that shows EMEA\\emeaprep and its groups",
      "  Rule:   P9, preparing a domain needs Domain Admins of that domain or Enterprise Admins; all domains, Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "all domains under an account that could not be read",
    of: aCase({ ...domain, domains: ["*"], found: silent }),
    says: notVerified(
      "P9 (must), domain preparation on emea-dc1.emea.contoso.com: not verified: no answer within 60 s",
      "  Needed: Enterprise Admins, of the forest root domain, to prepare all domains",
      "  Where:  account EMEA\\emeaprep, on emea-dc1.emea.contoso.com",
      "  Fix:    let `directory` reach a domain controller that shows EMEA\\emeaprep and its groups",
      "  Rule:   P9, preparing a domain needs Domain Admins of that domain or Enterprise Admins; all domains, Enterprise Admins (How to upgrade to Exchange 2007 SP1)",
    ),
  },
  {
    name: "from 2013 on, Domain Admins alone",
    of: aCase({ ...domain, target: "2019 CU15", forest: { groups: modernGroups } }),
    says: fails(
      String.raw`P9 (must), domain preparation on emea-dc1.emea.contoso.com: EMEA\emeaprep is neither in Organization Management nor in Enterprise Admins`,
      String.raw`  Found:  EMEA\emeaprep (S-1-5-21-2-2-2-1203) with 2 groups, nested ones included; judged by CONTOSO\Organization Management (CN=Organization Management,CN=Users,DC=contoso,DC=com, S-1-5-21-1-1-1-1101) and ${judged.enterpriseAdmins}`,
      "  Needed: Domain Admins of emea.contoso.com and Organization Management, or Enterprise Admins",
      "  Where:  account EMEA\\emeaprep, on emea-dc1.emea.contoso.com",
      "  Fix:    add EMEA\\emeaprep to Organization Management and log off and on, or set `account` to one that is a member",
      '  Rule:   P9, preparing a domain needs Domain Admins of that domain with Organization Management, or Enterprise Admins; all domains, Enterprise Admins (Setup logs among the tests of microsoft/CSS-Exchange, rule LocalDomainPrep; Microsoft Learn, "Prepare Active Directory and domains for Exchange Server")',
    ),
  },
  {
    name: "from 2013 on, both",
    of: aCase({
      ...domain,
      target: "2019 CU15",
      forest: { groups: modernGroups },
      found: account("emeaprep", [sids.emeaDomainAdmins, sids.organizationAdministrators]),
    }),
    says: ok,
  },
  {
    name: "from 2013 on, Enterprise Admins",
    of: aCase({
      ...domain,
      target: "2019 CU15",
      forest: { groups: modernGroups },
      account: "CONTOSO\\prep",
      found: account("prep"),
    }),
    says: ok,
  },
];
