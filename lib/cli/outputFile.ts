/** A file that a command writes at its end: as a whole or not at all, and never by accident over another one. */
import { access, constants, link, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { thrownText } from "../text";
import { CommandProblem } from "./problem";

/**
 * Looks, before any work is done, whether the file can be written.
 * @param force also where there is one
 * @throws CommandProblem
 */
export async function checkPlace(path: string, force: boolean): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory())
    throw new CommandProblem("XU-USAGE", `${path} is a folder`, {
      found: `a folder ${path}`,
      needed: "the name of a file",
      where: "--out",
      fix: "name a file in it",
    });
  if (there !== null && !force) throw existsAlready(path);
  await making(path, () => access(dirname(path), constants.W_OK));
}

/** Puts the text there in one step: who reads meanwhile sees the old file or the new one. @throws CommandProblem */
export async function writeWhole(path: string, text: string, force: boolean): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await making(path, async () => {
    try {
      const file = await open(temporary, "wx");
      try {
        await file.writeFile(text, "utf8");
        await file.sync();
      } finally {
        await file.close();
      }
      await (force ? rename(temporary, path) : putInFreePlace(temporary, path));
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

/** A file that came meanwhile stays: a link is made only where there is nothing. */
async function putInFreePlace(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw existsAlready(path);
    // Some file systems know no links.
    await rename(temporary, path);
  }
}

function existsAlready(path: string): CommandProblem {
  return new CommandProblem("XU-FILE", `${path} exists already`, {
    found: `a file ${path}, which may hold somebody's work`,
    needed: "a name that is free",
    where: "--out",
    fix: "give another name with --out, or --force to write over it",
  });
}

async function making(path: string, make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (error instanceof CommandProblem) throw error;
    throw new CommandProblem("XU-FILE", `${path} could not be written`, {
      found: thrownText(error),
      needed: "a folder in which files can be made",
      where: "--out",
      fix: "name a file in such a folder with --out",
    });
  }
}
