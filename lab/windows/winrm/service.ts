/** The WS-Management service of one simulated computer: takes a message of somebody who has logged on, and gives its answer. */
import type { SimulatedComputer } from "../computer";
import type { Logon } from "../logon";
import { windowsVersions } from "../versions";
import {
  accessDenied,
  actionNotSupported,
  invalidParameter,
  noSuchResource,
  tooLarge,
  WsManFault,
} from "./fault";
import {
  actions,
  isIdentify,
  milliseconds,
  type Request,
  readEnvelope,
  readRequest,
  resources,
  writeAnswer,
  writeFault,
  writeIdentity,
} from "./message";
import { type OutputName, type Quotas, type Received, type Shell, Shells } from "./shells";
import { child, children, type Element, type Node, node, textOf } from "./xml";

/** Who asks, and from where. */
export interface Caller {
  readonly logon: Logon;
  /** As the account has logged on. */
  readonly name: string;
  readonly address: string;
  /** URL that was asked. */
  readonly endpoint: string;
  /** Aborted when the connection is lost. */
  readonly signal: AbortSignal;
}

/** An answer over HTTP. */
export interface Answer {
  readonly status: 200 | 400 | 500;
  readonly text: string;
}

/** A point that a request reaches. Commands are named by their text. */
export type WinRmPoint =
  /** A connection was accepted; nothing has been said. */
  | { readonly at: "connected" }
  /** A credential was sent, and is not judged yet. */
  | { readonly at: "authentication" }
  /** A request has come, and nothing is done about it. */
  | { readonly at: "request"; readonly action: keyof typeof actions; readonly command?: string }
  /** It is done, and its answer is about to be sent; `ended` where that tells the command's exit code. */
  | {
      readonly at: "answer";
      readonly action: keyof typeof actions;
      readonly command?: string;
      readonly ended?: boolean;
    };

/** Told of a point; where it answers "cut" the connection is broken there. */
export type AtPoint = (point: WinRmPoint) => "cut" | undefined;

/** Thrown where the connection was broken on purpose. */
export class Cut extends Error {}

const stateUri = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState";
const signalUri = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal";

export class WinRmService {
  readonly shells: Shells;
  /** Commands that were started. */
  commands = 0;

  constructor(
    private readonly computer: SimulatedComputer,
    quotas: Quotas,
    private readonly atPoint: AtPoint,
  ) {
    this.shells = new Shells(computer, quotas);
  }

  /** Answers a message. A message that is none gets 400 and nothing more. @throws Cut */
  async answer(text: string, caller: Caller): Promise<Answer> {
    let envelope: Element;
    try {
      envelope = readEnvelope(text);
    } catch {
      return { status: 400, text: "" };
    }
    if (isIdentify(envelope)) return { status: 200, text: this.identity(true) };
    let request: Request | undefined;
    try {
      request = readRequest(envelope);
      if (Buffer.byteLength(text) > this.shells.quotas.maxEnvelopeSize) throw tooLarge();
      const action = this.#actionOf(request);
      const command = this.#commandOf(action, request, caller);
      if (this.atPoint({ at: "request", action, ...command }) === "cut") throw new Cut();
      const body = await this.#perform(action, request, caller);
      const ended = body.some(tellsExitCode) ? { ended: true } : {};
      if (this.atPoint({ at: "answer", action, ...command, ...ended }) === "cut") throw new Cut();
      return { status: 200, text: writeAnswer(request, body) };
    } catch (error) {
      if (!(error instanceof WsManFault)) throw error;
      return {
        status: 500,
        text: writeFault(error, request?.messageId ?? "", this.computer.name, request?.locale),
      };
    }
  }

  /** What Identify answers; who has not logged on does not see the version of Windows. */
  identity(loggedOn: boolean): string {
    return writeIdentity(loggedOn ? windowsVersions[this.computer.windows].version : null);
  }

  #actionOf({ action, resourceUri }: Request): keyof typeof actions {
    const name = Object.entries(actions).find(([, uri]) => uri === action)?.[0];
    if (resourceUri !== resources.cmd && resourceUri !== resources.shell) throw noSuchResource();
    if (name === undefined) throw actionNotSupported();
    return name as keyof typeof actions;
  }

  async #perform(action: keyof typeof actions, request: Request, caller: Caller): Promise<readonly Node[]> {
    // Whoever is no administrator may not use remote shells, unless somebody has changed the access list (memory).
    if (!caller.logon.administrator) throw accessDenied();
    if (action === "create") return this.#create(request, caller);
    const shell = this.shells.get(request.shellId, caller.logon);
    return this.shells.use(shell, async () => {
      switch (action) {
        case "get":
          return [this.#describe(shell, caller)];
        case "command":
          return this.#command(request, shell);
        case "send":
          return this.#send(request, shell);
        case "receive":
          return this.#receive(request, shell, caller);
        case "signal":
          return this.#signal(request, shell);
        case "delete":
          this.shells.delete(shell);
          return [];
      }
    });
  }

  /** The line of the command that a request is about; what names no command of the account's has none. */
  #commandOf(
    action: keyof typeof actions,
    { body, shellId }: Request,
    { logon }: Caller,
  ): { readonly command?: string } {
    if (action === "command") return { command: lineOf(body) };
    const line = this.shells.lineOf(shellId, commandIdIn(body), logon);
    return line === undefined ? {} : { command: line };
  }

  #create({ body, options, resourceUri }: Request, caller: Caller): readonly Node[] {
    const wanted = child(body, "rsp:Shell");
    if (wanted === undefined) throw invalidParameter();
    const environment = child(wanted, "rsp:Environment");
    const idle = textOf(wanted, "rsp:IdleTimeOut") ?? textOf(wanted, "rsp:IdleTimeout");
    const folder = textOf(wanted, "rsp:WorkingDirectory");
    const id = wanted.getAttribute("ShellId");
    const page = options.get("winrs_codepage");
    const shell = this.shells.create({
      variables: (environment ? children(environment, "rsp:Variable") : []).map((variable) => [
        variable.getAttribute("Name") ?? "",
        variable.textContent ?? "",
      ]),
      ...(id === null ? {} : { id }),
      ...(folder === undefined ? {} : { workingDirectory: folder }),
      ...(idle === undefined ? {} : { idleTimeoutMs: milliseconds(idle) }),
      ...(page === undefined ? {} : { codePage: Number(page) }),
      owner: caller.logon,
    });
    return [
      node("x:ResourceCreated", [
        node("a:Address", caller.endpoint),
        node("a:ReferenceParameters", [
          node("w:ResourceURI", resourceUri),
          node("w:SelectorSet", [node("w:Selector", shell.id, { Name: "ShellId" })]),
        ]),
      ]),
      this.#describe(shell, caller),
    ];
  }

  /** As recorded: durations of a shell's life are in days and hours, its idle time in seconds. */
  #describe(shell: Shell, caller: Caller): Node {
    const since = (time: number): string => {
      const seconds = Math.floor((Date.now() - time) / 1000);
      const [days, hours, minutes] = [86_400, 3600, 60].map((unit) => Math.floor(seconds / unit));
      return `P${days}DT${(hours ?? 0) % 24}H${(minutes ?? 0) % 60}M${seconds % 60}S`;
    };
    return node("rsp:Shell", [
      node("rsp:ShellId", shell.id),
      node("rsp:ResourceUri", resources.cmd),
      node("rsp:Owner", caller.name),
      node("rsp:ClientIP", caller.address),
      node("rsp:IdleTimeOut", `PT${(shell.idleTimeoutMs / 1000).toFixed(3)}S`),
      node("rsp:InputStreams", "stdin"),
      node("rsp:OutputStreams", "stdout stderr"),
      node("rsp:ShellRunTime", since(shell.created)),
      node("rsp:ShellInactivity", since(shell.used)),
    ]);
  }

  #command({ body, options }: Request, shell: Shell): readonly Node[] {
    const id = child(body, "rsp:CommandLine")?.getAttribute("CommandId") ?? undefined;
    const withoutCmd = options.get("winrs_skip_cmd_shell")?.toLowerCase() === "true";
    const command = this.shells.start(shell, lineOf(body), id, withoutCmd);
    this.commands += 1;
    return [node("rsp:CommandResponse", [node("rsp:CommandId", command.id)])];
  }

  #send({ body }: Request, shell: Shell): readonly Node[] {
    const send = child(body, "rsp:Send");
    if (send === undefined) throw invalidParameter();
    for (const stream of children(send, "rsp:Stream")) {
      const command = this.shells.command(shell, stream.getAttribute("CommandId") ?? undefined);
      if (stream.getAttribute("Name") !== "stdin") throw invalidParameter();
      command.feed(
        Buffer.from(stream.textContent ?? "", "base64"),
        stream.getAttribute("End")?.toLowerCase() === "true",
      );
    }
    return [node("rsp:SendResponse")];
  }

  async #receive(request: Request, shell: Shell, caller: Caller): Promise<readonly Node[]> {
    const receive = child(request.body, "rsp:Receive");
    const desired = receive && child(receive, "rsp:DesiredStream");
    const id = desired?.getAttribute("CommandId");
    if (!desired || !id) throw invalidParameter();
    const command = this.shells.command(shell, id);
    const streams = (desired.textContent ?? "").split(/\s+/).filter((name) => name !== "");
    const { pieces, exitCode }: Received = await command.receive(
      streams,
      request.operationTimeoutMs,
      request.maxEnvelopeSize,
      caller.signal,
    );
    const piece = (stream: string, data: Buffer): Node =>
      node("rsp:Stream", data.toString("base64"), { Name: stream, CommandId: command.id });
    const ends = exitCode === null ? [] : streams;
    return [
      node("rsp:ReceiveResponse", [
        ...pieces.map(({ stream, data }) => piece(stream, data)),
        ...(ends as OutputName[]).map((stream) =>
          node("rsp:Stream", undefined, { Name: stream, CommandId: command.id, End: "true" }),
        ),
        node("rsp:CommandState", exitCode === null ? undefined : [node("rsp:ExitCode", String(exitCode))], {
          CommandId: command.id,
          State: `${stateUri}/${exitCode === null ? "Running" : "Done"}`,
        }),
      ]),
    ];
  }

  #signal({ body }: Request, shell: Shell): readonly Node[] {
    const signal = child(body, "rsp:Signal");
    const code = (signal && textOf(signal, "rsp:Code"))?.toLowerCase();
    const command = this.shells.command(shell, signal?.getAttribute("CommandId") ?? undefined);
    const known = ["terminate", "ctrl_c", "ctrl_break"].some((name) => code === `${signalUri}/${name}`);
    if (!known) throw invalidParameter();
    this.shells.signal(shell, command);
    return [node("rsp:SignalResponse")];
  }
}

/** The line that a Command gives to cmd.exe: the command and its arguments with a blank between them. */
function lineOf(body: Element): string {
  const line = child(body, "rsp:CommandLine");
  const command = line && textOf(line, "rsp:Command");
  if (line === undefined || command === undefined) throw invalidParameter();
  const args = children(line, "rsp:Arguments").map((each) => each.textContent ?? "");
  return [child(line, "rsp:Command")?.textContent ?? command, ...args].join(" ");
}

/** The command that is meant by a request that is about one. */
function commandIdIn(body: Element): string | undefined {
  const all = Array.from(body.getElementsByTagName("*"));
  return (
    all.map((each) => each.getAttribute("CommandId")).find((id) => id !== null && id !== "") ?? undefined
  );
}

function tellsExitCode({ name, content }: Node): boolean {
  return name === "rsp:ExitCode" || (Array.isArray(content) && content.some(tellsExitCode));
}
