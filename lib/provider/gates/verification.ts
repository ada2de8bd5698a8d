/** The gate after the last step: in preview it refuses with every finding, in `up` it proves the result (D13). */
import { broken } from "../../rules/evaluate";
import type { CheckAnswer } from "../../wire/answers";
import type { Props } from "../../wire/values";
import type { Call, Handler, Outs } from "../call";
import { reportComplete } from "../report";
import { unprovenText } from "../run/perform";
import { judgeOrganization, organizationOf } from "./judgeOrganization";
import {
  argumentRefusals,
  digestOf,
  judgeForCheck,
  organizationToCreate,
  progressReporter,
  recordedIn,
  recordOf,
  refusals,
  snapshotRefusals,
  unwaivedFindings,
  withoutParallel,
} from "./organizationGate";

export const verification: Handler = {
  async check(call, olds, news) {
    const answer = await answerCheck(call, olds, news);
    if (answer.failures.length === 0) call.run.passes.noteChecked(answer.inputs);
    return answer;
  },
  diff: async (_call, olds, news) => ({ changes: olds.digest !== digestOf(news) }),
  create: async (call, inputs) => ({ id: "verification", outs: await prove(call, inputs) }),
  read: async (_call, id, props) => ({ id, props: { ...props } }),
  update: async (call, _olds, news) => ({ outs: await prove(call, news) }),
};

async function answerCheck(call: Call, olds: Props, news: Props): Promise<CheckAnswer> {
  const { run, preview } = call;
  const inputs = withoutParallel(run, news);
  // After the last step create proves the result, by reading everything; in preview all of it is judged here.
  if (!preview) return { inputs, failures: [] };
  const organization = organizationOf(run, news);
  const unusable = snapshotRefusals(run, organization);
  if (unusable.length > 0) return { inputs, failures: unusable };
  const wrong = argumentRefusals(organization);
  const findings = unwaivedFindings(await judgeForCheck(call, organization, recordedIn(olds, news)));
  reportComplete();
  return { inputs, failures: broken(findings).length === 0 ? wrong : [...wrong, ...refusals(findings)] };
}

/** Reads everything again: every step at the target, in the directory and in the registries. */
async function prove({ run, log }: Call, inputs: Props): Promise<Outs> {
  const organization = organizationToCreate(run, "verification", inputs);
  run.facts.forget();
  const judged = await judgeOrganization(
    run,
    organization,
    (_step, seconds) => ({ why: "proof", everyComputer: true, seconds }),
    progressReporter(log),
  );
  const unproven = judged.flatMap((each) => unprovenText(each.step, each.case, each.state) ?? []);
  if (unproven.length > 0) {
    const count = unproven.length === 1 ? "1 step is" : `${unproven.length} steps are`;
    throw new Error([`${count} not proven`, ...unproven].join("\n"));
  }
  await log.info(`${judged.length} steps are proven, in the directory and in the registries`);
  const proven = judged.map(({ name, state }) => [
    name,
    state.known ? state.value.readings.map((r) => r.text).join(", ") : "",
  ]);
  return { ...recordOf(inputs), proven: Object.fromEntries(proven) };
}
