/** The directories that a run has logged on to, one session each, with the answers that they have given. */
import { createHash } from "node:crypto";
import { type DirectoryConnection, DirectorySession, LogonRefused } from "../../directory";
import type { Logons } from "../../logons";
import { resolveCredential } from "../../wire/secrets";
import type { DirectoryInputs } from "../step/inputs";
import { Answers } from "./answers";

/** A directory with a session, and its answers so far. */
export interface OpenDirectory {
  readonly session: DirectorySession;
  readonly answers: Answers;
}

/** Sessions by a digest of the program's `directory`. */
export class Directories {
  readonly #open = new Map<string, Promise<OpenDirectory>>();

  /** Keys of the directories that could not be connected to since facts were last forgotten. */
  readonly #unreachable = new Set<string>();

  constructor(private readonly logons: Logons) {}

  /**
   * The session with a directory, shared by all who ask for it. Connects if there is none.
   * @param anew true to connect again after a failure
   */
  open(inputs: DirectoryInputs, anew = false): Promise<OpenDirectory> {
    const key = createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
    if (anew && this.#unreachable.delete(key)) this.#open.delete(key);
    const earlier = this.#open.get(key);
    if (earlier !== undefined) return earlier;
    const open = connect(inputs, this.logons);
    this.#open.set(key, open);
    // A failure is kept until a caller asks anew, so that a silent domain controller costs its time limit once and not
    // once a step. A refused logon is kept for good, since a logon for each step would lock the account.
    open.catch((error) => {
      if (!(error instanceof LogonRefused) && this.#open.get(key) === open) this.#unreachable.add(key);
    });
    return open;
  }

  /** Forgets all answers; sessions stay open. */
  forget(): void {
    for (const key of this.#unreachable) this.#open.delete(key);
    this.#unreachable.clear();
    // A session that is still connecting has no answers yet, and is not waited for.
    for (const pending of this.#open.values())
      void pending.then(
        ({ answers }) => answers.forget(),
        () => undefined,
      );
  }

  /** Closes every session. */
  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const pending of open) await pending.then((d) => d.session.close()).catch(() => undefined);
  }
}

async function connect(inputs: DirectoryInputs, logons: Logons): Promise<OpenDirectory> {
  const password = resolveCredential(inputs.password, "directory.password");
  const connection = withoutUndefined({ ...inputs, password }) as unknown as DirectoryConnection;
  const session = await DirectorySession.open(connection, logons);
  return { session, answers: new Answers() };
}

function withoutUndefined(value: { readonly [key: string]: unknown }): { [key: string]: unknown } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
}
