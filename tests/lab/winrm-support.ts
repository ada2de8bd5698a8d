/** Shared by the tests of the simulated WinRM listener: messages written by hand, as DSP0226 and [MS-WSMV] describe them. */
import { Agent, type OutgoingHttpHeaders, request } from "node:http";
import { type RequestOptions, request as requestTls } from "node:https";
import { localPassword, localUser } from "./windows-support";

export const shellUri = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";
const transferUri = "http://schemas.xmlsoap.org/ws/2004/09/transfer";

/** An answer over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly text: string;
}

export interface Where extends Pick<RequestOptions, "ca" | "servername"> {
  readonly port: number;
  readonly secure?: boolean;
  readonly agent?: Agent;
  readonly path?: string;
}

/** Posts a body as it stands. Rejects where the connection breaks. */
export function post(
  where: Where,
  body: string | Buffer,
  headers: OutgoingHttpHeaders = {},
): Promise<HttpAnswer> {
  const { secure, path = "/wsman", ...rest } = where;
  return new Promise((resolve, reject) => {
    const sent = (secure ? requestTls : request)({
      host: "127.0.0.1",
      method: "POST",
      path,
      headers: {
        "Content-Type": "application/soap+xml;charset=UTF-8",
        "Content-Length": Buffer.byteLength(body),
        ...headers,
      },
      ...rest,
    });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          // What is sealed is no text: its bytes are kept.
          text: Buffer.concat(parts).toString(
            response.headers["content-type"]?.startsWith("multipart") ? "latin1" : "utf8",
          ),
        }),
      );
    });
    sent.end(body);
  });
}

export function basic(user: string = localUser, password: string = localPassword): OutgoingHttpHeaders {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

/** What a message has in its header beside the action. */
export interface Parts {
  readonly shell?: string;
  readonly options?: { readonly [name: string]: string };
  readonly timeout?: string;
  readonly size?: number;
  readonly resource?: string;
  readonly locale?: string;
}

/** A message with a body. */
export function envelope(action: string, body: string, parts: Parts = {}): string {
  const { shell, options = {}, timeout = "PT20S", size = 153_600, resource = `${shellUri}/cmd` } = parts;
  return (
    `<?xml version="1.0" encoding="utf-8"?>` +
    `<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"` +
    ` xmlns:wsman="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:shell="${shellUri}"><env:Header>` +
    `<wsa:To>http://ex1:5985/wsman</wsa:To><wsa:Action env:mustUnderstand="true">${action}</wsa:Action>` +
    `<wsa:MessageID>uuid:00000000-0000-0000-0000-000000000001</wsa:MessageID>` +
    `<wsman:ResourceURI>${resource}</wsman:ResourceURI><wsman:Locale xml:lang="${parts.locale ?? "en-US"}"/>` +
    `<wsman:MaxEnvelopeSize>${size}</wsman:MaxEnvelopeSize><wsman:OperationTimeout>${timeout}</wsman:OperationTimeout>` +
    (shell === undefined
      ? ""
      : `<wsman:SelectorSet><wsman:Selector Name="ShellId">${shell}</wsman:Selector></wsman:SelectorSet>`) +
    `<wsman:OptionSet>${Object.entries(options)
      .map(([name, value]) => `<wsman:Option Name="${name}">${value}</wsman:Option>`)
      .join("")}</wsman:OptionSet></env:Header><env:Body>${body}</env:Body></env:Envelope>`
  );
}

export const messages = {
  identify:
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>` +
    `<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>`,
  create: (inner = "", parts: Parts = {}) =>
    envelope(
      `${transferUri}/Create`,
      `<shell:Shell><shell:InputStreams>stdin</shell:InputStreams><shell:OutputStreams>stdout stderr</shell:OutputStreams>${inner}</shell:Shell>`,
      parts,
    ),
  command: (shell: string, line: string, options: Parts["options"] = {}) =>
    envelope(
      `${shellUri}/Command`,
      `<shell:CommandLine><shell:Command>${escaped(line)}</shell:Command></shell:CommandLine>`,
      { shell, options },
    ),
  receive: (shell: string, command: string, parts: Parts = {}) =>
    envelope(
      `${shellUri}/Receive`,
      `<shell:Receive><shell:DesiredStream CommandId="${command}">stdout stderr</shell:DesiredStream></shell:Receive>`,
      { shell, ...parts },
    ),
  send: (shell: string, command: string, data: Buffer, end: boolean) =>
    envelope(
      `${shellUri}/Send`,
      `<shell:Send><shell:Stream Name="stdin" CommandId="${command}" End="${end}">${data.toString("base64")}</shell:Stream></shell:Send>`,
      { shell },
    ),
  signal: (shell: string, command: string, code = "terminate") =>
    envelope(
      `${shellUri}/Signal`,
      `<shell:Signal CommandId="${command}"><shell:Code>${shellUri}/signal/${code}</shell:Code></shell:Signal>`,
      { shell },
    ),
  delete: (shell: string) => envelope(`${transferUri}/Delete`, "", { shell }),
} as const;

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The text of an element, found by its name alone; it fails where there is none. */
export function textOf(xml: string, name: string): string {
  const found = new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)<`).exec(xml);
  if (found?.[1] === undefined) throw new Error(`There is no <${name}> in ${xml}`);
  return found[1];
}

/** Number and text of the fault, which must be one. */
export function faultOf({ status, text }: HttpAnswer): { status: number; code: number; message: string } {
  const code = /<f:WSManFault [^>]*Code="(\d+)"/.exec(text)?.[1];
  if (code === undefined) throw new Error(`There is no fault in ${text}`);
  const message = /<f:(?:Message|ProviderFault)(?: [^>]*)?>([^<]+)</.exec(text)?.[1] ?? "";
  return { status, code: Number(code), message };
}

/** Output of one Receive. */
export interface Piece {
  readonly stdout: string;
  readonly stderr: string;
  readonly done: boolean;
  readonly code: number | null;
  /** Streams that have told their end. */
  readonly ended: readonly string[];
}

export function readReceived(xml: string): Piece {
  const out = { stdout: "", stderr: "" };
  const ended: string[] = [];
  for (const [, attributes = "", data = ""] of xml.matchAll(
    /<rsp:Stream ([^>]*?)(?:\/>|>([^<]*)<\/rsp:Stream>)/g,
  )) {
    const name = /Name="(\w+)"/.exec(attributes)?.[1] as "stdout" | "stderr";
    out[name] += Buffer.from(data, "base64").toString("latin1");
    if (attributes.includes('End="true"')) ended.push(name);
  }
  const code = /<rsp:ExitCode>(\d+)</.exec(xml)?.[1];
  return {
    ...out,
    ended,
    done: xml.includes(`${shellUri}/CommandState/Done`),
    code: code === undefined ? null : Number(code),
  };
}

/** A client of one connection that talks to a listener which takes Basic: just enough for the tests. */
export class HandClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly port: number,
    private readonly user: string = localUser,
    private readonly password: string = localPassword,
  ) {}

  ask(message: string): Promise<HttpAnswer> {
    return post({ port: this.port, agent: this.#agent }, message, basic(this.user, this.password));
  }

  /** Asks for what must be answered with 200. */
  async get(message: string): Promise<string> {
    const { status, text } = await this.ask(message);
    if (status !== 200) throw new Error(`HTTP ${status}: ${text}`);
    return text;
  }

  async create(inner = "", parts: Parts = {}): Promise<string> {
    return textOf(await this.get(messages.create(inner, parts)), "ShellId");
  }

  async command(shell: string, line: string, options: Parts["options"] = {}): Promise<string> {
    return textOf(await this.get(messages.command(shell, line, options)), "CommandId");
  }

  /** Receives to the end, and ends the command. */
  async rest(shell: string, command: string, parts: Parts = {}): Promise<Piece> {
    let [stdout, stderr] = ["", ""];
    for (;;) {
      const piece = readReceived(await this.get(messages.receive(shell, command, parts)));
      stdout += piece.stdout;
      stderr += piece.stderr;
      if (!piece.done) continue;
      await this.get(messages.signal(shell, command));
      return { ...piece, stdout, stderr };
    }
  }

  async run(line: string, stdin: Buffer = Buffer.alloc(0)): Promise<Piece> {
    const shell = await this.create();
    const command = await this.command(shell, line);
    await this.get(messages.send(shell, command, stdin, true));
    const piece = await this.rest(shell, command);
    await this.get(messages.delete(shell));
    return piece;
  }

  close(): void {
    this.#agent.destroy();
  }
}
