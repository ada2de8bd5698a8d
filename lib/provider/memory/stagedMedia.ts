/** Folders to which the program copies media before a step: in preview R8 cannot read media there. */

/** A computer and the folder with Setup on it. */
interface Folder {
  readonly name: string;
  readonly media?: string | undefined;
}

/** The folders to which this run copies media. */
export class StagedMedia {
  readonly #folders = new Set<string>();

  /** Notes a folder to which media are copied before a step: later steps on the same computer find them, too. */
  note(folder: Folder): void {
    this.#folders.add(keyOf(folder));
  }

  has(folder: Folder): boolean {
    return this.#folders.has(keyOf(folder));
  }
}

function keyOf({ name, media = "" }: Folder): string {
  return `${name} ${media.toLowerCase()}`;
}
