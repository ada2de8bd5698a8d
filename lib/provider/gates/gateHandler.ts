/** What gates and waves have in common as resources: they change nothing in the world, so that only check and create judge. */
import type { GateKind } from "../../model";
import type { CheckAnswer } from "../../wire/answers";
import type { Props } from "../../wire/values";
import type { Call, Handler, Outs } from "../call";

/** What a gate is asked. */
interface Gate {
  /** Judges, and adds what is planned to the inputs. */
  check(call: Call, olds: Props, news: Props): Promise<CheckAnswer>;
  /** Whether the state has another gate than the program. */
  changes(call: Call, olds: Props, news: Props): boolean;
  /**
   * What the state keeps of a gate that lets this run pass.
   * @param olds what the state has; nothing of a gate that is new
   * @throws Error with what stands in the way
   */
  pass(call: Call, olds: Props, inputs: Props): Outs | Promise<Outs>;
}

/** The handler of a gate. What its check has answered is noted where it has refused nothing. */
export function gateHandler(kind: GateKind, gate: Gate): Handler {
  return {
    check: async (call, olds, news) => {
      const answer = await gate.check(call, olds, news);
      if (answer.failures.length === 0) call.run.passes.noteChecked(answer.inputs);
      return answer;
    },
    diff: async (call, olds, news) => ({ changes: gate.changes(call, olds, news) }),
    create: async (call, inputs) => ({ id: kind, outs: await gate.pass(call, {}, inputs) }),
    read: async (_call, id, props) => ({ id, props: { ...props } }),
    update: async (call, olds, news) => ({ outs: await gate.pass(call, olds, news) }),
  };
}
