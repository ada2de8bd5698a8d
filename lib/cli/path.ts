/** `exchange-upgrade path`: the way from one release to another. */
import type { Command } from "commander";
import type { Release } from "../releases";
import { listReleases } from "../releases";
import { pathBetween } from "../releases/path";
import { builtIn } from "../releases/transitions";
import { pathData, pathMarkdown, pathText } from "../review/path";
import { formatOption, type GlobalOptions, type Outcome, runs, teaches } from "./command";
import { CliError, exitCodes } from "./exit";

const formats = ["text", "markdown", "json"] as const;

interface PathOptions extends GlobalOptions {
  readonly format: (typeof formats)[number];
}

export function register(program: Command): void {
  const command = program
    .command("path")
    .summary("say how a release is reached from another")
    .description(
      "Says by which stops a release is reached from another one: upgrades in place, with the .NET Framework between them, or new " +
        "servers; and what Windows, the forest and the other servers have to be at each stop.",
    )
    .argument("<from>", 'the release that servers have, e.g. "2016 CU12"')
    .argument("<to>", 'the release that they are to have, e.g. "SE RTM"')
    .addOption(formatOption(formats).default("text"))
    .action(runs(path));
  teaches(command, {
    where: "anywhere; it reads nothing",
    credentials: "none",
    codes: {
      0: "a way leads there, or it is the same release",
      2: "the command line is wrong, or there is no release of this name",
      3: "no way leads there; the answer says why",
    },
    examples: ['path "2019 CU13" "SE RTM"', 'path "2016 CU12" "SE RTM" --format markdown > path.md'],
  });
}

function path({ format }: PathOptions, [from = "", to = ""]: readonly string[]): Outcome {
  const answer = pathBetween(named(from), named(to));
  const data = pathData(answer);
  const text = { text: pathText, markdown: pathMarkdown, json: () => `${JSON.stringify(data, null, 2)}\n` };
  return {
    exitCode: answer.kind === "refused" ? exitCodes.no : exitCodes.ok,
    result: data,
    text: text[format](answer),
  };
}

/** The release of this name, in whatever case; the service pack of 2013 is CU4. */
function named(name: string): Release {
  const wanted = name.trim().toLowerCase();
  const found = builtIn.releases.find((release) => release.name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const product = builtIn.releases.filter((release) =>
    wanted.startsWith(`${release.product.toLowerCase()} `),
  );
  throw new CliError(
    `there is no Exchange release "${name}": a name is one of ${listReleases(product.length > 0 ? product : builtIn.releases)}`,
    exitCodes.usage,
  );
}
