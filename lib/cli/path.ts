/** `exchange-upgrade path`: the way from one release to another, or that of a whole organization to a release. */
import type { Command } from "commander";
import type { ComputerFacts, Fact } from "../facts";
import type { FactsFile, StepKey } from "../provider/facts/factsFile";
import { type Catalogue, listReleases, type Release } from "../releases";
import { catalogueOf } from "../releases/catalogue";
import { DefinitionError, readDefinition } from "../releases/definition";
import { pathBetween } from "../releases/path";
import { type LiveOrganization, organizationPath } from "../review/organizationPath";
import {
  organizationPathData,
  organizationPathMarkdown,
  organizationPathText,
} from "../review/organizationPathText";
import { pathData, pathMarkdown, pathText } from "../review/path";
import { formatOption, type GlobalOptions, type Outcome, runs, teaches } from "./command";
import { CliError, exitCodes } from "./exit";
import { readText } from "./files";
import { observe } from "./observe";
import { CommandProblem } from "./problem";
import {
  checkPassword,
  controllersFrom,
  type DirectoryOptions,
  readDirectory,
  withDirectoryOptions,
} from "./readDirectory";

const formats = ["text", "markdown", "json"] as const;

interface PathOptions extends GlobalOptions, Partial<DirectoryOptions> {
  readonly format: (typeof formats)[number];
  readonly define?: string;
  readonly stack?: string;
  readonly cwd: string;
  readonly verbose?: boolean;
}

export function register(program: Command): void {
  const command = withDirectoryOptions(program.command("path"), false)
    .summary("say how a release is reached, from another or from the organization as it is")
    .description(
      "Says by which stops a release is reached from another one: upgrades in place, with the .NET Framework between them, or new " +
        "servers; and what Windows, the forest and the other servers have to be at each stop. Given the target alone, it says so " +
        "for each server of the organization: of the program in this folder, with what its computers show and the releases that " +
        "it defines, or of the directory that --url names. Changes nothing.",
    )
    .usage("[options] [from] <to>")
    .argument(
      "<release>",
      'the release that servers are to have, e.g. "SE RTM"; before it, the one that they have',
    )
    .argument("[to]", "the release that they are to have, where both are given")
    .option("-s, --stack <name>", "the program's stack, where it is not the selected one")
    .option("-C, --cwd <folder>", "folder of the Pulumi project", ".")
    .option("-v, --verbose", "show what `pulumi preview` prints")
    .option("--define <file>", "releases and updates as JSON: what defineRelease and defineUpdate take")
    .addOption(formatOption(formats).default("text"));
  command.action(
    runs((options: PathOptions, operands) =>
      operands.length > 1 ? between(options, operands) : ofOrganization(command, options, operands[0] ?? ""),
    ),
  );
  teaches(command, {
    where:
      "anywhere with two releases. With the target alone in the folder of a Pulumi project, on a machine that reaches what the " +
      "program reads; with --url on one that reaches a domain controller",
    credentials:
      "none with two releases; those of `pulumi preview` with a program; with --url an ordinary account of the forest",
    codes: {
      0: "a way leads there, for every server that was read, or it is the same release",
      1: "the tool failed, or the organization could not be read",
      2: "the command line is wrong, or there is no release of this name",
      3: "no way leads there, or not for every server; the answer says why",
      4: "a way leads there for every server that was read, and something could not be read",
    },
    examples: [
      'path "2019 CU13" "SE RTM"',
      'path "2016 CU12" "SE RTM" --format markdown > path.md',
      'path "SE RTM" --stack prod',
      `path "SE RTM" --url ldaps://dc1.contoso.com --user 'CONTOSO\\reader' --ca ca.pem`,
    ],
  });
}

/** The way from one release to another. */
function between({ format, define }: PathOptions, [from = "", to = ""]: readonly string[]): Outcome {
  const catalogue = catalogueWith(definitionsIn(define));
  const answer = pathBetween(named(from, catalogue), named(to, catalogue), catalogue);
  const data = pathData(answer);
  const text = { text: pathText, markdown: pathMarkdown, json: () => jsonOf(data) };
  return {
    exitCode: answer.kind === "refused" ? exitCodes.no : exitCodes.ok,
    result: data,
    text: text[format](answer),
  };
}

/** The ways of the servers of an organization. */
async function ofOrganization(command: Command, options: PathOptions, name: string): Promise<Outcome> {
  const given = definitionsIn(options.define);
  const { live, definitions } = isOfDirectory(options)
    ? { live: await readOfDirectory(command, options), definitions: [] }
    : await readOfProgram(options);
  const catalogue = catalogueWith([...given, ...definitions]);
  const found = organizationPath(live, named(name, catalogue), catalogue);
  const data = organizationPathData(found);
  const text = {
    text: organizationPathText,
    markdown: organizationPathMarkdown,
    json: () => jsonOf(data),
  };
  const has = (verdict: (typeof found.groups)[number]["verdict"]) =>
    found.groups.some((group) => group.verdict === verdict);
  const isAllRead = !has("unknown") && found.notRead.length === 0;
  const exitCode = has("blocked") ? exitCodes.no : isAllRead ? exitCodes.ok : exitCodes.unclear;
  return { exitCode, result: data, text: text[options.format](found) };
}

function isOfDirectory(options: PathOptions): options is PathOptions & DirectoryOptions {
  if (options.url !== undefined && options.user !== undefined) return true;
  if (options.url === undefined && options.user === undefined) return false;
  throw new CliError(
    "XU-USAGE",
    `--${options.url === undefined ? "user" : "url"} is given without --${options.url === undefined ? "url" : "user"}: reading a directory takes both`,
    exitCodes.usage,
  );
}

async function readOfDirectory(
  command: Command,
  options: PathOptions & DirectoryOptions,
): Promise<LiveOrganization> {
  checkPassword(command, options);
  const controllers = controllersFrom(command, options.domainController ?? []);
  try {
    const { forest, domainLevels } = await readDirectory(options, controllers);
    return { forest, domainLevels, computers: new Map() };
  } catch (error) {
    if (error instanceof CommandProblem) throw new CliError(error.code, error.text("path"));
    throw error;
  }
}

/** What a preview of the program reads, and the releases that the program defines. */
async function readOfProgram(
  options: PathOptions,
): Promise<{ readonly live: LiveOrganization; readonly definitions: readonly unknown[] }> {
  const { facts, definitions } = await observe(options, []);
  const forests = [...(facts?.forests.entries() ?? [])];
  const [first, ...others] = forests;
  if (facts === null || first === undefined)
    throw new CliError(
      "XU-PREVIEW",
      "the preview read no directory; exchange-upgrade plan says what keeps it from that, and --url reads one without the program",
    );
  const [url, forest] = first;
  const roots = new Set(forests.map(([each, { root }]) => (root.known ? root.value.toLowerCase() : each)));
  if (others.length > 0 && roots.size > 1)
    throw new CliError(
      "XU-USAGE",
      `the program is about several forests (${[...roots].join(", ")}): read one of them with --url and --user`,
      exitCodes.usage,
    );
  if (!forest.root.known) throw new CliError("XU-DISCOVER", `${url} could not be read: ${forest.root.why}`);
  return { live: { forest, ...readings(facts) }, definitions };
}

function readings({ steps }: FactsFile): Pick<LiveOrganization, "computers" | "domainLevels"> {
  const computers = new Map<string, ComputerFacts>();
  const domainLevels: Record<string, Fact<number | null>> = {};
  for (const [key, step] of steps) {
    const [, , computer] = JSON.parse(key) as StepKey;
    const kept = computers.get(computer);
    if (kept === undefined || !kept.identity.known) computers.set(computer, step.computer);
    for (const [domain, level] of Object.entries(step.domainLevels))
      if (domainLevels[domain]?.known !== true) domainLevels[domain] = level;
  }
  return { computers, domainLevels };
}

function definitionsIn(file: string | undefined): readonly unknown[] {
  if (file === undefined) return [];
  const text = readText(file);
  try {
    return [JSON.parse(text) as unknown].flat();
  } catch (error) {
    throw new CliError(
      "XU-USAGE",
      `--define ${file} is no JSON: ${(error as Error).message}; it takes one definition, or a list of them`,
      exitCodes.usage,
    );
  }
}

function catalogueWith(definitions: readonly unknown[]): Catalogue {
  try {
    const distinct = new Map(
      definitions.map(readDefinition).map((each) => [JSON.stringify(each), each] as const),
    );
    return catalogueOf([...distinct.values()]);
  } catch (error) {
    if (error instanceof DefinitionError) throw new CliError("XU-DEFINITION", error.message, exitCodes.usage);
    throw error;
  }
}

function jsonOf(data: object): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}

/** The release of this name, in whatever case; the service pack of 2013 is CU4. */
function named(name: string, { releases }: Catalogue): Release {
  const wanted = name.trim().toLowerCase();
  const found = releases.find((release) => release.name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const product = releases.filter((release) => wanted.startsWith(`${release.product.toLowerCase()} `));
  const names = listReleases(product.length > 0 ? product : releases);
  throw new CliError(
    "XU-USAGE",
    `there is no Exchange release "${name}": a name is one of ${names}`,
    exitCodes.usage,
  );
}
