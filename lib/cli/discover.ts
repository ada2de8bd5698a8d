/** `exchange-upgrade discover`: reads an organization from its directory and writes it as a file for a program. */
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { type Command, Option } from "commander";
import {
  type DirectorySource,
  type DiscoveredOrganization,
  type DiscoveryFacts,
  describeDiscovery,
  discover,
  organizationSource,
  proposedTarget,
} from "../discover";
import {
  compareReleases,
  describeUnreachableFrom,
  findRelease,
  hasSetup,
  offered,
  offeredText,
  type Release,
  type ReleaseName,
} from "../releases";
import { printJson, teaches } from "./command";
import { checkPlace, writeWhole } from "./outputFile";
import { CommandProblem } from "./problem";
import { checkProject, makeFolder, nextSteps, projectIn, writeProject } from "./project";
import {
  type Controllers,
  checkPassword,
  controllersFrom,
  type DirectoryOptions,
  readDirectory,
  withDirectoryOptions,
} from "./readDirectory";
import { answer, fittedAnswer, note } from "./terminal";

/** Exit codes: 0 written (or printed), and everything was read. */
const exitCodes = { failed: 1, usage: 2, notAllRead: 4 } as const;

/** Variable that the file names where the password was typed. */
const defaultVariable = "READER_PASSWORD";
/** The release of the document, which is proposed where nothing in the directory speaks for a later one. */
const defaultTarget = "2007 SP1" satisfies ReleaseName;
const defaultFile = "organization.ts";

interface Options extends DirectoryOptions {
  readonly target?: string;
  readonly out?: string;
  readonly project?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds the command to a program. It sets the exit code of the process, and ends it with 2 where it is called wrongly. */
export function register(program: Command): void {
  const command = withDirectoryOptions(program.command("discover"), true)
    .summary("write the organization that the directory shows as a file for a program")
    .description(
      "Reads the Exchange organization from Active Directory, and writes it as a TypeScript file for review and editing: servers " +
        "with roles, sites and builds, what faces the Internet and why it seems so, domains, the schema master. Changes nothing.",
    )
    .option(
      "--target <release>",
      "release to upgrade to (default: the newest that the newest servers reach in place; of 2007 the document's, 2007 SP1)",
    )
    .option("--out <file>", `file to write (default: ${defaultFile}; with --json none)`)
    .addOption(new Option("--project <folder>", "make a project").conflicts(["out", "force"]))
    .option("--force", "write over the file")
    // Of a program that has the option, too, the help shows it once.
    .addOption(new Option("--json", "print what was found as JSON").hideHelp())
    .exitOverride(({ exitCode, message }) => {
      if (exitCode !== 0 && process.argv.includes("--json"))
        printJson({ exitCode: exitCodes.usage, code: "XU-USAGE", error: message });
      process.exit(exitCode === 0 ? 0 : exitCodes.usage);
    });
  command.action(() => run(command, command.optsWithGlobals<Options>()));
  teaches(command, {
    where: "on a machine that reaches a domain controller; other domains are read on theirs",
    credentials:
      "an ordinary account of the forest, which reads. Its password comes from the variable that --password-env names, or is asked " +
      "for on the terminal: it stands in no command line and not in the file.",
    codes: {
      0: "everything was read; the file is written, or the JSON printed",
      1: "nothing was written",
      2: "the command line is wrong",
      4: "written, but something could not be read: the file says what and why",
    },
    examples: [
      "discover --url ldaps://dc1.contoso.com --user 'CONTOSO\\reader' --ca ca.pem",
      "discover --url ldaps://dc1.contoso.com --user reader@contoso.com --password-env READER_PASSWORD --json",
    ],
  });
}

async function run(command: Command, options: Options): Promise<void> {
  const named = targetNamed(command, options.target ?? defaultTarget);
  const targetFor = (forest: DiscoveryFacts["forest"]): Release =>
    options.target === undefined ? proposedTarget(forest, named) : named;
  const domainControllers = controllersFrom(command, options.domainController ?? []);
  checkPassword(command, options);
  const { project } = options;
  const file = project === undefined ? options.out : join(project, defaultFile);
  const out = file ?? (options.json ? undefined : defaultFile);
  const force = options.force ?? false;
  try {
    if (project !== undefined) makeProjectFolder(project, named);
    if (out !== undefined) await checkPlace(out, force);
    const facts = await readDirectory(options, domainControllers);
    const found = discover(facts, { target: targetFor(facts.forest) });
    if (out !== undefined) refuseNothingToUpgrade(found);
    if (out !== undefined) await writeWhole(out, sourceOf(found, options, domainControllers, out), force);
    if (project !== undefined) writeProject(project, projectIn(project, found.target));
    print(found, options, out);
    if (found.notRead.length > 0) process.exitCode = exitCodes.notAllRead;
  } catch (error) {
    if (!(error instanceof CommandProblem)) throw error;
    const text = error.text("exchange-upgrade discover");
    if (options.json === true) printJson({ exitCode: exitCodes.failed, code: error.code, error: text });
    note(text);
    process.exitCode = exitCodes.failed;
  }
}

function targetNamed(command: Command, name: string): Release {
  const release = findRelease(name);
  if (release !== undefined && hasSetup(release) && offered.includes(name)) return release;
  return command.error(
    `error: option '--target <release>' takes ${offeredText}, not ${JSON.stringify(name)}`,
  );
}

/** Refuses before anything is read where a file of the project is there, and makes its folder. */
function makeProjectFolder(project: string, target: Release): void {
  const files = projectIn(project, target.name).map(({ path }) => path);
  checkProject(project, [...files, defaultFile]);
  makeFolder(project);
}

/** A program without a server that can be upgraded could only fail. */
function refuseNothingToUpgrade({
  servers,
  unreachable,
  target,
  organization,
}: DiscoveredOrganization): void {
  if (!servers.known || servers.value.length > 0 || unreachable.length === 0) return;
  const few = unreachable
    .slice(0, 5)
    .map((server) => `${server.name}: ${server.version.known ? server.version.value.release : "not read"}`);
  const more = unreachable.length - few.length;
  const releases = unreachable.flatMap(({ version }) =>
    version.known ? (findRelease(version.value.release) ?? []) : [],
  );
  const name = organization.known ? (organization.value?.name ?? "") : "";
  throw new CommandProblem(
    "XU-DISCOVER",
    `no server of the organization ${name} can be upgraded in place to ${target}`,
    {
      found: [...few, ...(more > 0 ? [`and ${more} more`] : [])].join("; "),
      needed: `servers of a release from which ${target} is reached in place (R2)`,
      where: "--target, and --url",
      fix: describeUnreachableFrom([...new Set(releases)].sort(compareReleases), target).replace(/\.$/, ""),
    },
  );
}

function sourceOf(
  found: DiscoveredOrganization,
  options: Options,
  domainControllers: Controllers,
  out: string,
): string {
  const { url, user, passwordEnv = defaultVariable, ca, serverName, minVersion } = options;
  const directory: DirectorySource = {
    url,
    user,
    passwordEnv,
    ...(ca === undefined
      ? {}
      : {
          ca: relative(dirname(resolve(out)), resolve(ca))
            .split(sep)
            .join("/"),
        }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(Object.keys(domainControllers).length === 0 ? {} : { domainControllers }),
  };
  return organizationSource(found, { directory, module: `./${basename(out).replace(/\.[cm]?ts$/, "")}` });
}

function print(
  found: DiscoveredOrganization,
  { json, passwordEnv, project }: Options,
  out: string | undefined,
): void {
  if (json) {
    const exitCode = found.notRead.length > 0 ? exitCodes.notAllRead : 0;
    printJson({ command: "discover", exitCode, schemaVersion: 1, ...found });
    return;
  }
  if (project !== undefined) {
    const files = [...projectIn(project, found.target).map(({ path }) => path), defaultFile];
    const text = nextSteps(project, files, `Review ${out}, and fill in what it asks for.`);
    answer(fittedAnswer(`${describeDiscovery(found)}\n\n${text}`));
    return;
  }
  const next = [
    `Written: ${out}`,
    "",
    "Next:",
    `  1. Review ${out}: what faces the Internet, what is not read, which servers are missing.`,
    "  2. Fill in what it asks for: host keys (npx exchange-upgrade hostkeys), accounts, the folder with Setup. It refuses to load until then.",
    "  3. Hand it to ExchangeUpgrade, as its first lines show; then: npx exchange-upgrade doctor, and plan",
    ...(passwordEnv === undefined
      ? [`     It reads the reader's password from the environment variable ${defaultVariable}.`]
      : []),
  ];
  answer(fittedAnswer(`${describeDiscovery(found)}\n\n${next.join("\n")}\n`));
}
