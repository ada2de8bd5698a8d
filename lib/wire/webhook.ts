/**
 * Messages of a run to a webhook: JSON over HTTPS, to the address in EXCHANGE_UPGRADE_WEBHOOK. The address is a secret, since whoever
 * knows it can write to the chat behind it: it stands in no state, no log and no message. Nothing here throws.
 */
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { setTimeout as pause } from "node:timers/promises";

/** Where people find the address. */
export const webhookVariable = "EXCHANGE_UPGRADE_WEBHOOK";

/** In milliseconds. */
export interface WebhookTimes {
  /** In which one try must be answered. */
  readonly answer: number;
  /** Between the two tries of one message. */
  readonly again: number;
  /** For which the end of a call waits for its messages: the engine ends this process after the last call. */
  readonly settle: number;
}

const defaultTimes: WebhookTimes = { answer: 2_000, again: 500, settle: 5_000 };

/** Why a message was not delivered, and whether it is of use to try again. */
interface Refused {
  readonly why: string;
  readonly again: boolean;
}

/** What sends the messages of one run. */
export class Webhook {
  readonly #url: URL | null;
  /** Why the address in the variable cannot be used; null where it can, or where there is none. */
  readonly problem: string | null;
  readonly #sending = new Set<Promise<void>>();
  #isLost = false;
  #isTold = false;

  constructor(
    address = process.env[webhookVariable] ?? "",
    private readonly times = defaultTimes,
  ) {
    const url = URL.canParse(address) ? new URL(address) : null;
    this.problem = address === "" ? null : problemOf(url);
    this.#url = this.problem === null ? url : null;
  }

  /**
   * Sends a body without waiting for it: at most twice, and once as long as the last message was lost.
   * @param tell gets the first reason in this run why a message was not delivered
   */
  send(body: unknown, tell: (why: string) => void): void {
    if (this.problem !== null) this.#tellOnce(this.problem, tell);
    if (this.#url === null) return;
    const sending = this.#deliver(this.#url, JSON.stringify(body)).then((refused) => {
      this.#isLost = refused !== null;
      if (refused !== null) this.#tellOnce(refused.why, tell);
      this.#sending.delete(sending);
    });
    this.#sending.add(sending);
  }

  /** Waits until what was sent is delivered or lost, for a few seconds at most. */
  async settled(): Promise<void> {
    if (this.#sending.size === 0) return;
    const over = new AbortController();
    const late = pause(this.times.settle, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#sending), late]);
    over.abort();
  }

  async #deliver(url: URL, body: string): Promise<Refused | null> {
    const { answer, again } = this.times;
    const first = await post(url, body, answer);
    if (first === null || !first.again || this.#isLost) return first;
    await pause(again);
    return post(url, body, answer);
  }

  #tellOnce(why: string, tell: (why: string) => void): void {
    if (this.#isTold) return;
    this.#isTold = true;
    tell(why);
  }
}

function problemOf(url: URL | null): string | null {
  if (url === null) return "its value is no address";
  if (url.protocol === "https:") return null;
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === "http:" && isLoopback ? null : "its address is not https";
}

/** One try. The answer's body is not read, and no redirection is followed: it would take the message elsewhere. */
function post(url: URL, body: string, tryMs: number): Promise<Refused | null> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(tryMs);
    const fail = (error: Error & { readonly code?: string }) =>
      resolve({
        // The message of an error may name the address; its code does not.
        why: signal.aborted
          ? `it did not answer in ${tryMs / 1_000} s`
          : (error.code ?? "the connection failed"),
        again: true,
      });
    try {
      const ask = url.protocol === "https:" ? requestHttps : requestHttp;
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const asked = ask(url, { method: "POST", headers, signal, agent: false }, (response) => {
        const status = response.statusCode ?? 0;
        response.on("error", () => undefined).destroy();
        if (status >= 200 && status < 300) resolve(null);
        else resolve({ why: `it answered with HTTP ${status}`, again: status >= 500 || status === 429 });
      });
      // One that answers with another protocol ends without an error.
      asked
        .on("error", fail)
        .on("close", () => fail(new Error()))
        .end(body);
    } catch (error) {
      fail(error instanceof Error ? error : new Error());
    }
  });
}
