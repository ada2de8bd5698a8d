/** A file that a command writes at its end: claimed at its beginning, and written as a whole or not at all. */
import { access, link, open, rename, rm, stat } from "node:fs/promises";
import { Problem } from "./problem";

/** The place of a file that is going to be written. */
export interface Claim {
  /** Puts the text there in one step. @throws Problem */
  write(text: string): Promise<void>;
  /** Gives the place up, if nothing was written: what was there before is there still. */
  release(): Promise<void>;
}

/**
 * Claims the place of a file.
 * @param force take it though there is a file, which stays until the new one is complete
 * @throws Problem when there is a file and `force` is not given, or when none can be made there
 */
export async function claim(path: string, force: boolean): Promise<Claim> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists && !force)
    throw new Problem(`${path} exists already`, {
      found: `a file ${path}, which may hold somebody's work`,
      needed: "a name that is free",
      where: "--out",
      fix: "give another name with --out, or --force to write over it",
    });
  if (exists && (await stat(path)).isDirectory())
    throw new Problem(`${path} is a folder`, {
      found: `a folder ${path}`,
      needed: "the name of a file",
      where: "--out",
      fix: "name a file in it",
    });
  const temporary = `${path}.${process.pid}.tmp`;
  await making(path, async () => (await open(temporary, "wx")).close());
  let isDone = false;
  return {
    write: (text) =>
      making(path, async () => {
        const file = await open(temporary, "w");
        try {
          await file.writeFile(text, "utf8");
          await file.sync();
        } finally {
          await file.close();
        }
        if (force) await rename(temporary, path);
        else await putInFreePlace(temporary, path);
        isDone = true;
      }),
    release: async () => {
      if (!isDone) await rm(temporary, { force: true });
    },
  };
}

/** A file that came meanwhile stays: a link is made only where there is nothing. */
async function putInFreePlace(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    // Some file systems know no links.
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    await rename(temporary, path);
    return;
  }
  await rm(temporary);
}

async function making(path: string, make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    throw new Problem(`${path} could not be written`, {
      found: error instanceof Error ? error.message : String(error),
      needed: "a folder in which files can be made",
      where: "--out",
      fix: "name a file in such a folder with --out",
    });
  }
}
