/** A generated organization: three domains, twelve sites, sixty servers, some with several roles. */
import { contoso } from "../../lab";
import type { LabComputer, LabDomainController, Organization } from "../../lab/organization";
import type { Role } from "../../lib/facts";

const root = "contoso.com";
const domains = [
  { name: root, netbios: "CONTOSO" },
  { name: "emea.contoso.com", netbios: "EMEA" },
  { name: "apac.contoso.com", netbios: "APAC" },
];
const sites = Array.from({ length: 12 }, (_, i) => `Site${i + 1}`);

/** The servers of a site, in turn; the second Client Access server of the first sites faces the Internet. */
const perSite: readonly (readonly Role[])[] = [
  ["Client Access"],
  ["Client Access", "Hub Transport"],
  ["Hub Transport", "Unified Messaging"],
  ["Mailbox"],
  ["Mailbox", "Hub Transport"],
];
const facingSites = 3;

function domainOf(site: number): (typeof domains)[number] {
  return domains[site % domains.length] ?? { name: root, netbios: "CONTOSO" };
}

function server(site: number, of: readonly Role[], at: number): LabComputer {
  const { name, netbios } = domainOf(site);
  const facing = at === 0 && site < facingSites;
  return {
    name: `s${site + 1}-${at + 1}.${name}`,
    domain: name,
    site: sites[site] ?? "",
    windows: "2003",
    roles: [...of, "Management Tools"],
    release: "2007 RTM",
    media: { "D:\\SP1": "2007 SP1" },
    administrators: [`${netbios}\\Domain Admins`, "CONTOSO\\Exchange Organization Administrators"],
    ...(facing ? { externalUrl: `https://mail${site + 1}.contoso.com/owa` } : {}),
  };
}

function controller(site: number): LabDomainController {
  const { name } = domainOf(site);
  return { name: `dc${site + 1}.${name}`, domain: name, site: sites[site] ?? "" };
}

function preparing(site: number): LabComputer {
  const { netbios } = domainOf(site);
  return {
    ...controller(site),
    windows: "2003",
    roles: [],
    release: null,
    media: { "D:\\SP1": "2007 SP1" },
    administrators: [`${netbios}\\Domain Admins`, "CONTOSO\\Enterprise Admins"],
  };
}

/** The organization, on contoso's accounts and groups. */
export const generated: Organization = {
  ...contoso,
  domains,
  sites,
  domainControllers: sites.map((_, i) => controller(i)),
  schemaMaster: controller(0).name,
  accounts: [
    ...contoso.accounts,
    {
      name: "apacprep",
      domain: "apac.contoso.com",
      password: "Lab-Apacprep-1",
      memberOf: ["APAC\\Domain Admins"],
    },
  ],
  computers: [
    ...[0, 1, 2].map(preparing),
    ...sites.flatMap((_, site) => perSite.map((of, at) => server(site, of, at))),
  ],
};

/** The program for it, in plain JavaScript, beside the preamble of the harness. */
export const generatedProgram = `
const { ExchangeUpgrade } = require("pulumi-exchange-upgrade");
const generated = ${JSON.stringify(
  generated.computers
    .filter(({ roles }) => roles.length > 0)
    .map(({ name, roles, site, externalUrl }) => ({
      name,
      roles: roles.filter((role) => role !== "Management Tools"),
      site,
      ...(externalUrl === undefined ? {} : { internetFacing: true }),
    })),
)};
const servers = Object.fromEntries(
  generated.map(({ name, ...more }) => [name.split(".")[0], { computer: computer(name), ...more }]),
);
const preparation = {
  schema: { computer: computer("dc1.contoso.com", prep) },
  domains: {
    "emea.contoso.com": { computer: computer("dc2.emea.contoso.com", "EMEA\\\\emeaprep") },
    "apac.contoso.com": { computer: computer("dc3.apac.contoso.com", "APAC\\\\apacprep") },
  },
};
new ExchangeUpgrade("contoso", { target, directory, preparation, servers, atOnce: 2 });
`;
