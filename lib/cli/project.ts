/** Writes a Pulumi project into a folder, and never over a file. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type ProjectFile, projectFiles } from "../discover/project";
import { listed, thrownText } from "../text";
import { CommandProblem } from "./problem";

/** The files of a project in this folder; their versions are those that this package is tested with. */
export function projectIn(folder: string, target: string): readonly ProjectFile[] {
  const manifest = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as {
    readonly version: string;
    readonly devDependencies: { readonly [name: string]: string };
  };
  const tested = (name: string) => manifest.devDependencies[name] ?? "*";
  return projectFiles({
    name: projectName(folder),
    target,
    packages: {
      "@pulumi/pulumi": tested("@pulumi/pulumi"),
      "pulumi-exchange-upgrade": manifest.version,
      typescript: tested("typescript"),
      "@types/node": tested("@types/node"),
    },
  });
}

/** The folder's name as a name of a Pulumi project: letters, digits, hyphens, underscores and dots. */
function projectName(folder: string): string {
  const name = basename(resolve(folder)).replace(/[^A-Za-z0-9_.-]+/g, "-");
  return /^[A-Za-z0-9]/.test(name) ? name : "exchange";
}

/** Refuses before any work where a file of the project is there already. @throws CommandProblem */
export function checkProject(folder: string, paths: readonly string[]): void {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new CommandProblem("XU-USAGE", `${folder} is no folder`, {
      found: `a file ${folder}`,
      needed: "a folder for the project, which need not be there",
      where: "the command line",
      fix: "name another one",
    });
  const there = paths.filter((path) => existsSync(join(folder, path)));
  if (there.length === 0) return;
  throw new CommandProblem("XU-FILE", `a project is not written over what is there`, {
    found: `${listed(there)} in ${folder}, which may hold somebody's work`,
    needed: "a folder without them",
    where: "the command line",
    fix: "name another folder, or move what is there away",
  });
}

/** Writes the files. One that came meanwhile stays. @throws CommandProblem */
export function writeProject(folder: string, files: readonly ProjectFile[]): void {
  checkProject(
    folder,
    files.map(({ path }) => path),
  );
  making(folder, () => {
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of files) writeFileSync(join(folder, path), text, { flag: "wx" });
  });
}

/** Makes the folder of a project, or finds it made. @throws CommandProblem */
export function makeFolder(folder: string): void {
  making(folder, () => mkdirSync(folder, { recursive: true }));
}

function making(folder: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    throw new CommandProblem("XU-FILE", "the project could not be written", {
      found: thrownText(error),
      needed: `a folder ${folder} in which files can be made`,
      where: "the command line",
      fix: "name a folder in which you may write",
    });
  }
}

/** What to do with a project that was just written. */
export function nextSteps(folder: string, files: readonly string[], first: string): string {
  return [
    `Written in ${folder}: ${listed(files)}`,
    "",
    "Next:",
    `  1. ${first}`,
    `  2. cd ${folder} && npm install && npm run check`,
    "  3. pulumi stack init prod",
    "  4. npx exchange-upgrade doctor, and then: npx exchange-upgrade plan",
    "",
  ].join("\n");
}
