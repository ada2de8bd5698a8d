/**
 * The computers that a run has asked, with their answers. Each is asked over one short connection, unless the reader brings
 * a session.
 */
import { createHash } from "node:crypto";
import { type ComputerFacts, roles, unreadComputer } from "../../facts";
import { type ComputerQuestions, openSession, readComputer } from "../../host";
import type { Logons } from "../../logons";
import { programOf } from "../../plan/stepPlan";
import { componentsOf, isModern, restartSignsToRead, servicesToRead, setupOf } from "../../releases";
import { connectionOptions } from "../step/connectionOptions";
import type { Step } from "../step/step";
import { Answers, askerOf } from "./answers";
import { computerCause } from "./causes";
import type { Limit } from "./deadline";
import type { GatherOptions } from "./gatherOptions";
import { readOver } from "./readOver";
import { asksAdministrators } from "./resolveAdministrators";

/** Facts by a digest of the connection and the questions. */
export class Computers {
  readonly #answers = new Answers();

  constructor(private readonly logons: Logons) {}

  /** The facts of the step's computer; unread, with the reason, if it does not answer by the deadline. */
  read(step: Step, limit: Limit, options: GatherOptions): Promise<ComputerFacts> {
    const { session } = options;
    const open = session?.open ?? (async () => openSession(connectionOptions(step), this.logons));
    const { registryKey, roleKeys, clusterKeys } = setupOf(step.target);
    const folder = step.inputs.computer.media;
    const questions: ComputerQuestions = {
      registryKey,
      roleKeys,
      clusterKeys,
      restartSigns: restartSignsToRead(step.target.product),
      framework: isModern(step.target.product),
      components: step.kind === "server" ? componentsOf(step.target, roles) : [],
      services: step.kind === "server" ? servicesToRead(step.target) : [],
      media: folder === undefined ? null : programOf({ target: step.target, media: folder }),
      administrators: asksAdministrators(step),
    };
    const key = createHash("sha256")
      .update(JSON.stringify([step.inputs.computer.connection, questions]))
      .digest("hex");
    // A failure is kept, too, so that a silent computer costs its time limit once and not once for each step that asks.
    const read = () =>
      limit(
        readOver(open, (session) => readComputer(session, questions)),
        (why, error) => unreadComputer(why, step.computer, computerCause(step, error)),
      );
    if (session === undefined || session.isNew) return askerOf(this.#answers, options)(key, read);
    // A session that was opened earlier shows the groups of that time, so its answer serves nobody else. It is newer than
    // the one that was kept: the next question is asked again.
    return read().finally(() => this.#answers.drop(key));
  }

  forget(): void {
    this.#answers.forget();
  }
}
