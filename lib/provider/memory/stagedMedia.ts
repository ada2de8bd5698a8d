/** Folders on computers that the program copies media to before a step: R8 cannot read there in preview. */

/** A computer and the folder with Setup on it. */
interface Folder {
  readonly name: string;
  readonly media?: string | undefined;
}

/** The folders that steps of this run have media copied to. */
export class StagedMedia {
  readonly #folders = new Set<string>();

  /** Notes that a step has media copied to its computer: later steps there find them, too. */
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
