/** The TypeScript file that discovery writes, for review: an organization as arguments of ExchangeUpgrade. Pure. */

import type { SetAsideFacts } from "../facts";
import {
  describeUpdate,
  findRelease,
  formatBuild,
  hasSetup,
  maintenanceOf,
  newestKnownUpdate,
  permissionsOf,
  type SetupAnswers,
  setupOf,
  unfitAnswers,
} from "../releases";
import { describeObject } from "../rules/organization/serverObjects";
import type { DiscoveredOrganization, UnreachableServer } from "./discoveredOrganization";
import {
  type Code,
  call,
  type Entry,
  entry,
  inlineObject,
  layOut,
  object,
  type Placeholder,
  string,
} from "./layout";
import { comment, lineWidth } from "./literal";
import { preparationCode, preparationComputers } from "./preparationSource";
import { clustersCode, nodeNames, serversCode } from "./serversSource";

/** How the directory was reached, to be repeated in the file. */
export interface DirectorySource {
  readonly url: string;
  readonly user: string;
  /** Environment variable of the reader's password. */
  readonly passwordEnv: string;
  /** Path of the certificates to trust, relative to the program's folder. */
  readonly ca?: string;
  readonly serverName?: string;
  readonly minVersion?: string;
  readonly domainControllers?: { readonly [fqdn: string]: string };
}

/** Options of the file besides the organization. */
export interface SourceOptions {
  readonly directory: DirectorySource;
  /** Module name under which a program imports the file. @default "./organization" */
  readonly module?: string;
}

/**
 * Text of the file; the same organization gives the same text. It type-checks, and refuses to load until the values
 * that no directory contains are filled in.
 */
export function organizationSource(found: DiscoveredOrganization, options: SourceOptions): string {
  const { directory } = options;
  const hasEdge = found.servers.known && found.servers.value.some(({ edge }) => edge);
  const parts = [
    head(found, options),
    [
      ...(directory.ca === undefined ? [] : ['import { readFileSync } from "node:fs";']),
      importOfTypes([
        "ExchangeUpgradeArgs",
        "NamedComputerArgs",
        ...(askedBySetup(found.target).length > 0 ? ["SetupArgs"] : []),
      ]),
    ].join("\n"),
    fillIn,
    documented(
      "Release that the organization is upgraded to.",
      layOut("export const target = ", string(found.target), ";", 0),
    ),
    documented(
      "Where Active Directory is read, and who reads it: an ordinary account.",
      declaration("directory", directoryCode(directory)),
    ),
    documented(
      `Folder with Setup of ${found.target}, the same on every computer.`,
      layOut("const media: string = ", placeholder(mediaText(found.target)), ";", 0),
    ),
    ...setupAnswers(found.target),
    account,
    documented(
      "Who logs on over SSH and runs Setup there. The passwords are read from the environment when Pulumi runs.",
      layOut(
        `export const accounts: Readonly<Record<"preparation" | "servers"${hasEdge ? ' | "edge"' : ""}, Account>> = `,
        accountsCode(found, hasEdge),
        ";",
        0,
      ),
    ),
    hostKeys(found),
    computer,
    documented(
      "Who prepares the forest, and where.",
      declaration("preparation", preparationCode(found, placeholder)),
    ),
    ...securityUpdate(found.target),
    documented(
      `The servers. Their names become part of the names of resources: keep them once Pulumi has run.${maintenanceText(found.target)}`,
      declaration("servers", serversCode(found, placeholder)),
    ),
    ...clusters(found),
    ...unreachable(found),
    ...setAside(found),
    finish,
  ];
  return `${parts.join("\n\n")}\n`;
}

function importOfTypes(names: readonly string[]): string {
  const line = `import type { ${names.join(", ")} } from "pulumi-exchange-upgrade";`;
  if (line.length <= lineWidth) return line;
  return `import type {\n${names.map((name) => `  ${name},\n`).join("")}} from "pulumi-exchange-upgrade";`;
}

const placeholder: Placeholder = (what) => call("fill", string(what));

function head(
  found: DiscoveredOrganization,
  { directory, module = "./organization" }: SourceOptions,
): string {
  const { forest, organization } = found;
  const name =
    organization.known && organization.value !== null
      ? `The Exchange organization ${JSON.stringify(organization.value.name)}`
      : "The Exchange organization";
  const where = forest.known ? ` of the forest ${forest.value}` : "";
  const asks = askedBySetup(found.target).length > 0;
  const example = [
    'import { ExchangeUpgrade } from "pulumi-exchange-upgrade";',
    `import { directory, preparation, servers, ${asks ? "setup, " : ""}target } from ${JSON.stringify(module)};`,
    "",
    `new ExchangeUpgrade("exchange", { target, directory, preparation, servers${asks ? ", defaults: { setup }" : ""} });`,
  ].map((line) => (line === "" ? "//" : comment(line, 0).join("\n").replace("// ", "//   ")));
  return [
    ...comment(
      `${name}${where}, as \`exchange-upgrade discover\` read it with ${directory.user} at ${directory.url}, for an upgrade to ${found.target}. ` +
        "Review it, fill in every fill(…) and the host keys, and hand it to the component:",
      0,
    ),
    "//",
    ...example,
    "//",
    ...comment(
      "Until then it compiles, and refuses to load with a list of what is missing. What the directory did not show is marked: not read.",
      0,
    ),
  ].join("\n");
}

/** The argument that the file has for each question of Setup. */
const answers: Readonly<Record<keyof SetupAnswers, string>> = {
  acceptLicenseTerms: "true, once whoever is responsible has accepted the license terms",
  diagnosticData: "whether diagnostic data is sent to Microsoft: true or false",
  extendedProtection: '"on", "off" or "offForFrontEndEws"',
  licenseSwitch: "the license switch",
};

function askedBySetup(target: string): readonly (keyof SetupAnswers)[] {
  const release = findRelease(target);
  return release !== undefined && hasSetup(release) ? unfitAnswers(setupOf(release), {}, true).missing : [];
}

function setupAnswers(target: string): readonly string[] {
  const asked = askedBySetup(target);
  if (asked.length === 0) return [];
  const entries = asked.map((name) => entry(name, placeholder(`setup.${name}: ${answers[name]}`)));
  return [
    documented(
      "What Setup asks and nobody but you can answer (R14).",
      layOut("export const setup: SetupArgs = ", object(entries), ";", 0),
    ),
  ];
}

/** What `maintenance` of the servers means; empty for a target whose servers have none. */
function maintenanceText(target: string): string {
  const release = findRelease(target);
  if (release === undefined || maintenanceOf(release.product) === "none") return "";
  return ' With "maintenance" each is taken out of service around its Setup and put back as it was found; say "none" for one of which somebody else takes care.';
}

/** The newest known security update of the target, as an argument to be filled in; nothing where none is known. */
function securityUpdate(target: string): readonly string[] {
  const release = findRelease(target);
  const newest = release === undefined ? undefined : newestKnownUpdate(release);
  if (newest === undefined) return [];
  return [
    [
      ...comment(
        `Security update of ${target}: the newest that is known here is ${describeUpdate(newest)}; look for a newer one. To have one applied after Setup in the same window, fill in its file, and hand it to the component in defaults. It needs reboot: "ifRequired" of every server.`,
        0,
      ),
      "//",
      `//   securityUpdate: { file: "<path of the .msp on every server>", kb: ${JSON.stringify(newest.kb)}, build: ${JSON.stringify(formatBuild(newest.build))} }`,
    ].join("\n"),
  ];
}

const fillIn = `const missing = new Set<string>();

/** Stands for a value that the directory does not say. Put the value in its place. */
function fill<T>(what: string): T {
  missing.add(what);
  return \`<\${what}>\` as T;
}`;

const account = `interface Account {
  readonly user: string;
  readonly password: { readonly env: string };
}`;

const computer = `/** How a computer is reached, and what is on it: the place to say that some are reached otherwise. */
export function computer(name: string, account: Account, domain?: string): NamedComputerArgs {
  return {
    name,
    ...(domain === undefined ? {} : { domain }),
    media,
    connection: {
      host: name,
      user: account.user,
      password: account.password,
      hostKey: hostKeys[name] || fill<string>(\`hostKeys: SHA256:… of \${name}\`),
    },
  };
}`;

const finish = `if (missing.size > 0) {
  const few = [...missing].slice(0, 20).map((what) => \`\\n  - \${what}\`);
  const more = missing.size > 20 ? \`\\n  - and \${missing.size - 20} more\` : "";
  throw new Error(
    \`The organization is not complete: \${missing.size} values are to be filled in, in the file that discovery wrote:\${few.join("")}\${more}\`,
  );
}`;

function documented(text: string, code: string): string {
  return `/** ${text} */\n${code}`;
}

function declaration(name: "directory" | "preparation" | "servers", code: Code): string {
  return layOut(`export const ${name}: ExchangeUpgradeArgs["${name}"] = `, code, ";", 0);
}

function mediaText(target: string): string {
  return `media: folder with Setup of ${target}, such as D:\\Exchange`;
}

function directoryCode(directory: DirectorySource): Code {
  const { ca, serverName, minVersion, domainControllers } = directory;
  return object([
    entry("url", string(directory.url)),
    entry("user", string(directory.user)),
    entry("password", variable(directory.passwordEnv)),
    ...(ca === undefined
      ? []
      : [
          entry(
            "ca",
            call("readFileSync", string(ca), string("utf8")),
            "Path from the folder in which Pulumi runs the program.",
          ),
        ]),
    ...(serverName === undefined ? [] : [entry("serverName", string(serverName))]),
    ...(minVersion === undefined ? [] : [entry("minVersion", string(minVersion))]),
    ...(domainControllers === undefined ? [] : [entry("domainControllers", texts(domainControllers))]),
  ]);
}

function texts(values: { readonly [name: string]: string }): Code {
  return object(
    Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
      .map(([name, value]) => entry(name, string(value))),
  );
}

function variable(name: string): Code {
  return inlineObject([entry("env", string(name))]);
}

function accountsCode({ target, domains }: DiscoveredOrganization, hasEdge: boolean): Code {
  const release = findRelease(target);
  const administrators =
    release === undefined
      ? "administrators of the organization"
      : permissionsOf(release.product).organization.name;
  const netbios = (domains.known && domains.value[0]?.netbios) || "CONTOSO";
  const own = (name: string, example: string, why: string): Entry =>
    entry(
      name,
      object([
        entry("user", placeholder(`accounts.${name}.user: such as ${example}`)),
        entry("password", variable(`${name.toUpperCase()}_PASSWORD`)),
      ]),
      why,
    );
  return object([
    own(
      "preparation",
      `${netbios}\\prep`,
      "Prepares the schema, Active Directory and domains: Schema Admins and Enterprise Admins (P5, P7, P9).",
    ),
    own(
      "servers",
      `${netbios}\\exadmin`,
      `Upgrades servers: ${administrators}, and local Administrators of each of them (P1, P3).`,
    ),
    ...(hasEdge
      ? [
          own(
            "edge",
            "Administrator",
            "Upgrades Edge Transport servers, which are in no domain: a local account there, of local Administrators (P2).",
          ),
        ]
      : []),
  ]);
}

function hostKeys(found: DiscoveredOrganization): string {
  const { servers } = found;
  const names = [
    ...(servers.known ? servers.value.flatMap(({ fqdn }) => (fqdn.known ? [fqdn.value] : [])) : []),
    ...found.clustered.flatMap(nodeNames),
    ...preparationComputers(found),
  ];
  const table = object([...new Set(names)].sort().map((name) => entry(name, string(""))));
  return documented(
    "Host keys of the SSH servers, as SHA256:… fingerprints: what `ssh-keygen -lf` says of the .pub file on the computer.",
    layOut("const hostKeys: { readonly [computer: string]: string } = ", table, ";", 0),
  );
}

/** Clustered mailbox servers are an argument of their own. */
function clusters(found: DiscoveredOrganization): readonly string[] {
  if (found.clustered.length === 0) return [];
  return [
    [
      ...comment(
        "Clustered mailbox servers are not among the servers (D15). Their upgrade is guided, in the wave of the Mailbox servers. Hand them to the component, too:",
        0,
      ),
      "//",
      "//   clusteredMailboxServers: clusters",
    ].join("\n"),
    documented(
      "Clustered mailbox servers of 2007, each with all of its nodes.",
      layOut(
        'export const clusters: NonNullable<ExchangeUpgradeArgs["clusteredMailboxServers"]> = ',
        clustersCode(found, placeholder),
        ";",
        0,
      ),
    ),
  ];
}

function unreachable(found: DiscoveredOrganization): readonly string[] {
  if (found.unreachable.length === 0) return [];
  const lines = found.unreachable.flatMap((server) => comment(`- ${describeUnreachableServer(server)}`, 0));
  return [["// Not among the servers, because no upgrade in place leads there:", ...lines].join("\n")];
}

function setAside(found: DiscoveredOrganization): readonly string[] {
  if (found.setAside.length === 0) return [];
  const lines = found.setAside.flatMap((each) => comment(`- ${describeSetAside(each)}`, 0));
  return [["// Objects in the directory that stand for no server:", ...lines].join("\n")];
}

const setAsideTexts: Readonly<Record<SetAsideFacts["kind"], string>> = {
  "conflict copy": "a replication conflict has left it; compare it with the other object and delete it",
  provisioned: "made ahead for a server that is not installed yet",
};

/** What an object is that was set aside, and what to do about it. */
export function describeSetAside(each: SetAsideFacts): string {
  return `${each.fqdn ?? each.name}: ${describeObject(each)}: ${setAsideTexts[each.kind]}`;
}

/** `OLD (old.contoso.com, 2003 SP2): why`. */
export function describeUnreachableServer({ name, fqdn, version, why }: UnreachableServer): string {
  const details = [fqdn.known ? fqdn.value : null, version.known ? version.value.release : null].filter(
    (text) => text !== null,
  );
  return `${name} (${details.join(", ")}): ${why}`;
}
