/**
 * What gates and waves have in common as resources: they change nothing in the world, so only check and create judge.
 */
import type { GateKind } from "../../model";
import type { CheckAnswer } from "../../wire/answers";
import type { Props } from "../../wire/values";
import type { Call, Handler, Outs } from "../call";

/** The functions of a gate. */
interface Gate {
  /** Judges, and adds the plan to the inputs. */
  check(call: Call, olds: Props, news: Props): Promise<CheckAnswer>;
  /** Whether the gate in the state differs from the program's. */
  changes(call: Call, olds: Props, news: Props): boolean;
  /**
   * The state's record of a gate that lets this run pass.
   *
   * @param olds what the state has; empty for a new gate
   *
   * @throws Error with the obstacle
   */
  pass(call: Call, olds: Props, inputs: Props): Outs | Promise<Outs>;
}

/** The handler of a gate. It notes the answer of a check that refused nothing. */
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
