/** A wave of servers: one resource for all of them, which changes nothing in the world. */
import { targetOfWave } from "../../model";
import type { CheckAnswer } from "../../wire/answers";
import { isRecord, isUnknown, type Props, sameJson, withoutBookkeeping } from "../../wire/values";
import type { Call, Outs } from "../call";
import { tellKept } from "../check";
import { notMade } from "../memory/passes";
import { refuseChanged, refuseOutOfTurn } from "../outOfTurn";
import { reportWave } from "../report";
import { gateHandler } from "./gateHandler";

export const wave = gateHandler("wave", {
  check: answerCheck,
  changes: (_call, olds, news) => !sameJson(waveOf(olds), waveOf(news)),
  pass,
});

async function answerCheck(call: Call, _olds: Props, news: Props): Promise<CheckAnswer> {
  const { run } = call;
  const { __target: target } = news;
  const name = waveIn(news);
  // For servers that failed in this run, their plans are used, so that an approved plan holds for the rest.
  const servers =
    notMade(news).length > 0 && Array.isArray(news.__waitsFor)
      ? run.passes.plannedOf(news.__waitsFor).flatMap(({ server }) => server ?? [])
      : news.servers;
  if (call.preview) await tellKept(String(name), call, news);
  if (typeof name === "string" && Array.isArray(servers)) {
    const computers = servers
      .filter((server) => !isUnknown(server))
      .map((fqdn) => String(fqdn).toLowerCase());
    // The first gate has reported servers that are not part of this preview.
    const fromGate = computers.length < servers.length ? run.order.rightBefore(name) : [];
    run.order.note(name, [...new Set([...fromGate, ...computers])]);
    reportWave(name, news.__title, computers);
  }
  return { inputs: { ...news, servers, planned: { wave: name, target } }, failures: [] };
}

/** @throws Error if something that must precede the wave is missing */
function pass({ run: { passes } }: Call, _olds: Props, inputs: Props): Outs {
  const what = String(waveIn(inputs));
  refuseChanged(passes, what, inputs, null);
  refuseOutOfTurn(passes, what, inputs);
  return withoutBookkeeping(inputs);
}

/** The wave's name, together with the plan that an earlier check has answered. */
function waveIn({ __wave: name, planned }: Props): unknown {
  return name ?? (isRecord(planned) ? planned.wave : undefined);
}

/** The identity of a wave: its servers, and the release that they reach. */
function waveOf({ servers, planned }: Props): unknown {
  return isRecord(planned) ? { servers, wave: planned.wave, target: targetOfWave(planned) } : { servers };
}
