/**
 * The engine as seen from the provider process: its Log service, which writes into a resource's own row, and whether it
 * still exists. The address is the process's argument. The service is undocumented, so everything here is best effort,
 * and falls back to the console.
 */
import { setMaxListeners } from "node:events";
import * as net from "node:net";
import type * as Grpc from "@grpc/grpc-js";
import type * as EngineService from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb";
import { afterAwake } from "../awake";
import { cutLine } from "../text";
import { clean } from "./answers";
import { sdkModules } from "./sdkModules";

/** How often the watchdog asks whether the engine still listens, in milliseconds. */
const watchIntervalMs = 1_000;

/** How long the engine may take to accept a connection, in milliseconds in which this process is awake. */
const dialLimitMs = 3_000;

/** UTF-16 code units of the text in a row; a terminal shows no more. */
const mostOfRow = 100;

/** How long a log line may take before it goes to the console instead, in milliseconds. */
const logDeadlineMs = 5_000;

/** Lines for one resource: lasting ones stay under it in Diagnostics, and progress is the text in its row. */
export interface ResourceLog {
  info(text: string): Promise<void>;
  warn(text: string): Promise<void>;
  /** Replaces the text in the resource's row, of which 100 columns show; lost when the resource is done. */
  progress(text: string): Promise<void>;
}

/**
 * A log for the resource with this URN; with "" for the stack. Without a URN, or without an engine, lines go to the
 * console.
 */
export function resourceLog(urn: string | undefined, secrets: readonly string[]): ResourceLog {
  // Sends one line after the other: two calls at once would arrive in any order.
  let last: Promise<unknown> = Promise.resolve();
  const write = (severity: "info" | "warning", ephemeral: boolean) => (text: string) => {
    const whole = clean(text, secrets);
    const shown = ephemeral ? cutLine(whole, mostOfRow - 1) : whole;
    const written = last.then(async () => {
      const sent = urn !== undefined && (await send(urn, severity, ephemeral, shown));
      if (!sent && !ephemeral) console.log(severity === "warning" ? `warning: ${shown}` : shown);
    });
    last = written;
    return written;
  };
  return { info: write("info", false), warn: write("warning", false), progress: write("info", true) };
}

/** The engine that has attached itself; the address of any other is an argument of this process. */
let attached: string | undefined;

/**
 * Serves another engine than before: with PULUMI_DEBUG_PROVIDERS every run of `pulumi` attaches itself to one process,
 * which goes on without it.
 */
export function attachEngine(address: string): void {
  attached = address;
  gone = undefined;
}

/** The engine's address, `host:port`. With `--logflow` or `--tracing`, other arguments precede it. */
function engineAddress(): string | undefined {
  return attached ?? process.argv.slice(2).find((argument) => /^[\w.[\]:-]+:\d+$/.test(argument));
}

async function send(
  urn: string,
  severity: "info" | "warning",
  ephemeral: boolean,
  text: string,
): Promise<boolean> {
  const address = engineAddress();
  if (address === undefined) return false;
  try {
    const { client, grpc, messages } = engineAt(address);
    const request = new messages.LogRequest();
    request.setSeverity(severity === "warning" ? messages.LogSeverity.WARNING : messages.LogSeverity.INFO);
    request.setMessage(text);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    return await new Promise((resolve) => {
      client.log(request, new grpc.Metadata(), { deadline: Date.now() + logDeadlineMs }, (error) =>
        resolve(error === null),
      );
    });
  } catch {
    return false;
  }
}

/** The engine's Log service, with the SDK's own modules. */
interface Engine {
  readonly address: string;
  readonly client: EngineService.IEngineClient;
  readonly grpc: typeof Grpc;
  readonly messages: typeof EngineMessages;
}

let engine: Engine | undefined;

/**
 * The engine at this address. One connection serves every line, since connecting takes longer than the line; an idle
 * one does not keep a process alive. Made on first use: most calls log nothing, and these modules take a good part of
 * the start.
 */
function engineAt(address: string): Engine {
  if (engine?.address === address) return engine;
  const { grpc, engineService, engineMessages: messages } = sdkModules();
  const client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  engine = { address, client, grpc, messages };
  return engine;
}

let gone: AbortController | undefined;

/**
 * A signal that fires when the engine that started this process has gone (a killed CLI leaves its provider
 * running). Watching starts with the first call, also where the engine has gone by then.
 */
export function engineGone(): AbortSignal {
  if (gone === undefined) {
    gone = new AbortController();
    // Each step of a run listens, and Node.js takes more than ten for a leak.
    setMaxListeners(0, gone.signal);
    const address = engineAddress();
    if (address !== undefined) watch(address, gone);
  }
  return gone.signal;
}

/** Aborts what this process does for the engine. A plugin receives Ctrl-C; a serialized provider does not. */
export function cancelWork(): void {
  engineGone();
  gone?.abort(new Error("the Pulumi engine has cancelled this run"));
}

function watch(address: string, controller: AbortController): void {
  let misses = 0;
  const timer = setInterval(async () => {
    misses = (await hasGone(address)) ? misses + 1 : 0;
    if (misses < 2) return;
    clearInterval(timer);
    controller.abort(new Error("the Pulumi engine that started this provider has gone"));
    if (attached !== undefined) return;
    // An operation that holds a lock on a computer releases it first; then this process can end.
    setTimeout(() => process.exit(1), 5_000).unref();
  }, watchIntervalMs);
  timer.unref();
}

/** Errors of a connection that its other end has not taken. Others, as of too many open files, are this machine's own. */
const refusals: readonly (string | undefined)[] = ["ECONNREFUSED", "ECONNRESET"];

/** True when nothing accepts a connection at `host:port`; false also where this process cannot ask. */
export function hasGone(address: string): Promise<boolean> {
  const at = address.lastIndexOf(":");
  return new Promise((resolve) => {
    const socket = net.connect({
      // An IPv6 address stands in brackets.
      host: address.slice(0, at).replace(/^\[(.*)\]$/, "$1"),
      port: Number(address.slice(at + 1)),
    });
    // By a plain timer, a process that loads its modules on a busy machine would miss an engine that is there.
    const endLimit = afterAwake(dialLimitMs, () => end(true));
    const end = (answer: boolean) => {
      endLimit();
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(false));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => end(refusals.includes(code)));
  });
}
