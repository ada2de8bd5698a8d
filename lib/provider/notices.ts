/** What a webhook is told of a run: the end of a step, a wait for people, and a change window that is nearly over. */
import { localTime, spanOf, windowStateAt } from "../plan/changeWindow";
import { stepNames } from "../rules/finding";
import { codeIn, counted, cut, withCode } from "../text";
import { clean } from "../wire/answers";
import type { ResourceLog } from "../wire/engine";
import { nameIn, stackIn } from "../wire/resourceNames";
import { isRecord, type Props } from "../wire/values";
import { type Webhook, webhookVariable } from "../wire/webhook";
import { now } from "./memory/clock";
import type { Step } from "./step/step";

/** Kinds of messages; they stay as they are, as receivers choose by them. */
export type NoticeKind = "failed" | "waiting" | "done" | "window";

/** Tells a webhook, where there is one, of what has happened. Never throws and never waits. */
export type Notify = (kind: NoticeKind, text: string) => void;

/** UTF-16 code units of a message; chats take few more. */
const mostOfText = 4_000;

/** Minutes before the end of a change window from which it is nearly over. */
const nearlyOverMinutes = 30;

/** Milliseconds between two looks at the clock while Setup runs. */
const lookMs = 30_000;

/** Who tells a webhook of the resource with these inputs. */
export function notifier(
  webhook: Webhook,
  props: Props,
  { secrets, log }: { readonly secrets: readonly string[]; readonly log: ResourceLog },
): Notify {
  const urn = typeof props.__urn === "string" ? props.__urn : "";
  const { stack = null, project = null } = stackIn(urn);
  const { computer, target } = props;
  const name = isRecord(computer) ? computer.name : undefined;
  return (kind, text) => {
    const whole = clean(text, secrets);
    const body = {
      version: 1,
      kind,
      code: codeIn(whole),
      text: cut(whole, mostOfText),
      at: new Date(now()).toISOString(),
      stack,
      project,
      resource: urn === "" ? null : nameIn(urn),
      computer: typeof name === "string" ? clean(name, secrets).toLowerCase() : null,
      target: typeof target === "string" ? clean(target, secrets) : null,
    };
    webhook.send(body, (why) => {
      const lost = `the webhook of ${webhookVariable} was not told: ${why}. Nothing of the upgrade depends on it`;
      void log.warn(withCode(lost, "XU-WEBHOOK"));
    });
  };
}

/**
 * Watches the step's change window while Setup runs, which nobody stops at its end.
 * @param told ends of windows that were told of in this run
 * @returns ends the watch
 */
export function watchWindow({ inputs, kind, computer }: Step, told: Set<number>, notify: Notify): () => void {
  const window = inputs.changeWindow;
  if (window === undefined) return () => undefined;
  const { until } = spanOf(window);
  const look = () => {
    const left = Math.ceil((until - now()) / 60_000);
    if (left > nearlyOverMinutes || told.has(until) || windowStateAt(window, now(), 0).kind === "before")
      return;
    told.add(until);
    const zone = window.timeZone ?? "UTC";
    const ends = left > 0 ? `ends in ${counted(left, "minute")}` : "is over";
    notify(
      "window",
      `the change window ${ends} (${localTime(window, until)} ${zone}); ${stepNames[kind]} on ${computer} still runs and is not stopped`,
    );
  };
  look();
  const timer = setInterval(look, lookMs).unref();
  return () => clearInterval(timer);
}
