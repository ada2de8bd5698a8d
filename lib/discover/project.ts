/** The files of a Pulumi project around an organization's file. Pure. */
import { findRelease, hasSetup, setupOf, unfitAnswers } from "../releases";

/** A file, by its path below the project's folder. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

export interface ProjectOptions {
  /** Name of the Pulumi project. */
  readonly name: string;
  /** Release that the organization is upgraded to. */
  readonly target: string;
  /** Versions of the packages that the project requires, by name. */
  readonly packages: {
    readonly "pulumi-exchange-upgrade": string;
    readonly "@pulumi/pulumi": string;
    readonly typescript: string;
    readonly "@types/node": string;
  };
}

/** Every file except the organization's own, which the program imports as `./organization`. */
export function projectFiles({ name, target, packages }: ProjectOptions): readonly ProjectFile[] {
  const { typescript, "@types/node": types, ...own } = packages;
  const manifest = {
    name: name.toLowerCase(),
    private: true,
    // Pulumi runs the program from its source.
    main: "index.ts",
    scripts: { check: "tsc --noEmit" },
    dependencies: own,
    devDependencies: { "@types/node": types, typescript },
  };
  return [
    { path: "Pulumi.yaml", text: pulumiYaml(name, target) },
    { path: "package.json", text: `${JSON.stringify(manifest, null, 2)}\n` },
    { path: "tsconfig.json", text: `${JSON.stringify(tsconfig, null, 2)}\n` },
    { path: ".gitignore", text: gitignore },
    { path: "index.ts", text: programText(target) },
  ];
}

const tsconfig = {
  compilerOptions: {
    target: "ES2022",
    module: "node16",
    moduleResolution: "node16",
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    types: ["node"],
  },
  include: ["*.ts"],
};

function pulumiYaml(name: string, target: string): string {
  return `name: ${name}
description: Upgrades a Microsoft Exchange organization to ${target}
# Pulumi type-checks the program at each command. Where CI runs \`npm run check\`, the environment variable
# PULUMI_NODEJS_TRANSPILE_ONLY=true leaves that to it.
runtime: nodejs
`;
}

const gitignore = `node_modules/
# Plans and facts name servers, accounts and groups: keep them where reviewers find them, not in the history.
plan.json
plan.html
facts.json
`;

function programText(target: string): string {
  const setup = asksSetup(target);
  return `/** Upgrades the Exchange organization in organization.ts. Before it runs: npx exchange-upgrade doctor, then plan. */
import { ExchangeUpgrade } from "pulumi-exchange-upgrade";
import { directory, preparation, servers, ${setup ? "setup, " : ""}target } from "./organization";

const upgrade = new ExchangeUpgrade("exchange", {
  target,
  directory,
  preparation,
  servers,${setup ? "\n  defaults: { setup }," : ""}
});

/** What the directory and the computers showed of each step when it was proven. */
export const proven = upgrade.verification.proven;
`;
}

/** Whether Setup of a target has questions that only its user can answer (R14). */
function asksSetup(target: string): boolean {
  const release = findRelease(target);
  return (
    release !== undefined && hasSetup(release) && unfitAnswers(setupOf(release), {}, true).missing.length > 0
  );
}

/** An organization to be completed by hand: it type-checks, and refuses to load until everything is filled in. */
export function blankOrganization(target: string): ProjectFile {
  const setup = asksSetup(target);
  return {
    path: "organization.ts",
    text: `/**
 * The Exchange organization. Fill in every fill(…); until then this file compiles, and refuses to load with a list of what is
 * missing. \`npx exchange-upgrade discover\` writes such a file from what the directory shows.
 */
import type { ExchangeUpgradeArgs, NamedComputerArgs${setup ? ", SetupArgs" : ""} } from "pulumi-exchange-upgrade";

const missing: string[] = [];

/** Stands for a value. Put the value in its place. */
function fill<T>(what: string): T {
  missing.push(what);
  return \`<\${what}>\` as T;
}

/** Release that the organization is upgraded to. */
export const target = ${JSON.stringify(target)};

/** Where Active Directory is read, and who reads it: an ordinary account. */
export const directory: ExchangeUpgradeArgs["directory"] = {
  url: fill<string>("directory.url: a domain controller, such as ldaps://dc1.contoso.com"),
  user: fill<string>("directory.user: an ordinary account, such as CONTOSO\\\\reader"),
  password: { env: "READER_PASSWORD" },
};
${
  setup
    ? `
/** What Setup asks and nobody but you can answer (R14). */
export const setup: SetupArgs = {
  acceptLicenseTerms: fill("setup.acceptLicenseTerms: true, once whoever is responsible has accepted the license terms"),
  diagnosticData: fill("setup.diagnosticData: whether diagnostic data is sent to Microsoft: true or false"),
};
`
    : ""
}
/** How a computer is reached over SSH, and where Setup is on it. The password is read when Pulumi runs, and is in no state. */
function computer(name: string, account: { readonly user: string; readonly variable: string }): NamedComputerArgs {
  return {
    name,
    media: fill<string>("media: folder with Setup of ${target}, such as D:\\\\Exchange"),
    connection: {
      host: name,
      user: account.user,
      password: { env: account.variable },
      hostKey: fill<string>(\`hostKey of \${name}: npx exchange-upgrade hostkeys \${name}\`),
    },
  };
}

/** Who runs Setup: one prepares the forest, the other upgrades servers. */
const preparer = { user: fill<string>("preparer.user, such as CONTOSO\\\\prep"), variable: "PREPARATION_PASSWORD" };
const upgrader = { user: fill<string>("upgrader.user, such as CONTOSO\\\\exadmin"), variable: "SERVERS_PASSWORD" };

/** Who prepares the forest, and where: in the domain and site of the schema master (P6, P8). */
export const preparation: ExchangeUpgradeArgs["preparation"] = {
  schema: { computer: computer(fill("preparation: a computer there, such as dc1.contoso.com"), preparer) },
};

/** The servers. Their names become part of the names of resources: keep them once Pulumi has run. */
export const servers: ExchangeUpgradeArgs["servers"] = {
  ex1: {
    computer: computer(fill("servers.ex1: its FQDN, such as ex1.contoso.com"), upgrader),
    roles: fill('servers.ex1.roles: such as ["Mailbox"]'),
    site: fill("servers.ex1.site: its Active Directory site"),
  },
};

if (missing.length > 0)
  throw new Error(\`The organization is not complete. To be filled in, in organization.ts:\${[...new Set(missing)].map((what) => \`\\n  - \${what}\`).join("")}\`);
`,
  };
}
