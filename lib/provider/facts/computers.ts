/** The computers that a run has asked, with their answers. Each is asked over one short connection. */
import { createHash } from "node:crypto";
import { type ComputerFacts, roles, unreadComputer } from "../../facts";
import { type ComputerQuestions, ConnectionLost, openSession, readComputer } from "../../host";
import type { Logons } from "../../logons";
import { programOf } from "../../plan/stepPlan";
import { componentsOf, isModern, restartSignsToRead, servicesToRead, setupOf } from "../../releases";
import { connectionOptions } from "../step/connectionOptions";
import type { Step } from "../step/step";
import { Answers, askerOf } from "./answers";
import { computerCause } from "./causes";
import type { Limit } from "./deadline";
import type { GatherOptions } from "./gatherOptions";
import { asksAdministrators } from "./resolveAdministrators";

/** Facts by a digest of the connection and the questions. */
export class Computers {
  readonly #answers = new Answers();

  constructor(private readonly logons: Logons) {}

  /** The facts of the step's computer; unread, with the reason, if it does not answer by the deadline. */
  read(step: Step, limit: Limit, options: GatherOptions): Promise<ComputerFacts> {
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
      limit(readPatiently(step, questions, this.logons), (why, error) =>
        unreadComputer(why, step.computer, computerCause(step, error)),
      );
    return askerOf(this.#answers, options)(key, read);
  }

  forget(): void {
    this.#answers.forget();
  }
}

/** Reads again if a connection that stood was lost, because a command that only reads may be repeated. */
async function readPatiently(
  step: Step,
  questions: ComputerQuestions,
  logons: Logons,
): Promise<ComputerFacts> {
  try {
    return await readOnce(step, questions, logons);
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    return readOnce(step, questions, logons);
  }
}

async function readOnce(step: Step, questions: ComputerQuestions, logons: Logons): Promise<ComputerFacts> {
  const session = await openSession(connectionOptions(step), logons);
  try {
    return await readComputer(session, questions);
  } finally {
    session.close();
  }
}
