/** Messages of the cmd shell of WinRM, and what their answers say: [MS-WSMV] 3.1.4, DSP0226. Pure. */
import { randomUUID } from "node:crypto";
import { cut } from "../../../text";
import { type Element, elementsOf, escapeXml, parseXml } from "./xml";

const uri = {
  soap: "http://www.w3.org/2003/05/soap-envelope",
  addressing: "http://schemas.xmlsoap.org/ws/2004/08/addressing",
  management: "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
  microsoft: "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
  shell: "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
  fault: "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
  transfer: "http://schemas.xmlsoap.org/ws/2004/09/transfer",
} as const;

/** Seconds after which the server answers a request that has nothing to tell; a server may refuse more than 60. */
export const operationSeconds = 20;
/** Seconds after which the server deletes a shell that nobody asks. */
export const idleSeconds = 180;
/** The smallest limit that servers have for a message. */
const envelopeSize = 153_600;
/** Octets of standard input in one message: in Base64 and sealed they stay below the limit. */
export const inputPart = 45_000;

/** What messages are, as HTTP has it. */
export const messageType = "application/soap+xml;charset=UTF-8";

/** Asks which product and protocol answer: DSP0226 11. */
export const identify =
  `<s:Envelope xmlns:s="${uri.soap}" xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/>` +
  "<s:Body><i:Identify/></s:Body></s:Envelope>";

/** Codes of faults that are treated apart (WinRM's wsmerror.h). */
export const faultCodes = {
  operationTimeout: 2150858793,
  shellGone: 2150858843,
  accessDenied: 5,
  /** A quota of shells, of operations, of commands in a shell. */
  quotas: [2150859173, 2150859174, 2150859241],
  /** The program of a command is not there (as recorded of a Windows). */
  noProgram: 2147942402,
} as const;

interface Request {
  readonly action: string;
  readonly body: string;
  readonly shell?: string;
  readonly options?: { readonly [name: string]: string };
}

function envelope(to: string, { action, body, shell, options = {} }: Request): string {
  const chosen = Object.entries(options).map(
    ([name, value]) => `<w:Option Name="${name}">${value}</w:Option>`,
  );
  return (
    `<s:Envelope xmlns:s="${uri.soap}" xmlns:a="${uri.addressing}" xmlns:w="${uri.management}" xmlns:p="${uri.microsoft}" ` +
    `xmlns:rsp="${uri.shell}"><s:Header><a:To>${escapeXml(to)}</a:To><a:ReplyTo><a:Address s:mustUnderstand="true">` +
    `${uri.addressing}/role/anonymous</a:Address></a:ReplyTo><a:Action s:mustUnderstand="true">${action}</a:Action>` +
    `<a:MessageID>uuid:${randomUUID().toUpperCase()}</a:MessageID>` +
    `<w:ResourceURI s:mustUnderstand="true">${uri.shell}/cmd</w:ResourceURI>` +
    `<w:MaxEnvelopeSize s:mustUnderstand="true">${envelopeSize}</w:MaxEnvelopeSize>` +
    `<w:OperationTimeout>PT${operationSeconds}S</w:OperationTimeout>` +
    `<w:Locale s:mustUnderstand="false" xml:lang="en-US"/><p:DataLocale s:mustUnderstand="false" xml:lang="en-US"/>` +
    (chosen.length === 0 ? "" : `<w:OptionSet s:mustUnderstand="true">${chosen.join("")}</w:OptionSet>`) +
    (shell === undefined
      ? ""
      : `<w:SelectorSet><w:Selector Name="ShellId">${escapeXml(shell)}</w:Selector></w:SelectorSet>`) +
    `</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

/** The requests to a server at `to`, its URL. */
export function requestsTo(to: string) {
  return {
    create: () =>
      envelope(to, {
        action: `${uri.transfer}/Create`,
        options: { WINRS_NOPROFILE: "TRUE", WINRS_CODEPAGE: "65001" },
        body:
          `<rsp:Shell><rsp:IdleTimeOut>PT${idleSeconds}.000S</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams>` +
          `<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>`,
      }),
    command: (shell: string, line: string) =>
      envelope(to, {
        action: `${uri.shell}/Command`,
        shell,
        // Standard input is a pipe, which the last part of it closes.
        options: { WINRS_CONSOLEMODE_STDIN: "FALSE", WINRS_SKIP_CMD_SHELL: "FALSE" },
        body: `<rsp:CommandLine><rsp:Command>${escapeXml(line)}</rsp:Command></rsp:CommandLine>`,
      }),
    send: (shell: string, command: string, part: Buffer, isLast: boolean) =>
      envelope(to, {
        action: `${uri.shell}/Send`,
        shell,
        body:
          `<rsp:Send><rsp:Stream Name="stdin" CommandId="${escapeXml(command)}"${isLast ? ' End="true"' : ""}>` +
          `${part.toString("base64")}</rsp:Stream></rsp:Send>`,
      }),
    receive: (shell: string, command: string) =>
      envelope(to, {
        action: `${uri.shell}/Receive`,
        shell,
        options: { WSMAN_CMDSHELL_OPTION_KEEPALIVE: "TRUE" },
        body: `<rsp:Receive><rsp:DesiredStream CommandId="${escapeXml(command)}">stdout stderr</rsp:DesiredStream></rsp:Receive>`,
      }),
    terminate: (shell: string, command: string) =>
      envelope(to, {
        action: `${uri.shell}/Signal`,
        shell,
        body: `<rsp:Signal CommandId="${escapeXml(command)}"><rsp:Code>${uri.shell}/signal/terminate</rsp:Code></rsp:Signal>`,
      }),
    deleteShell: (shell: string) => envelope(to, { action: `${uri.transfer}/Delete`, shell, body: "" }),
  };
}

/** A fault that the server answers. */
export class WsManFault extends Error {
  constructor(
    /** As WinRM's own detail has it; null where the fault has none. */
    readonly code: number | null,
    message: string,
    /** True where the sender is blamed: the message was wrong, and nothing was done about it (SOAP 1.2, 5.4.6). */
    private readonly isOfSender = false,
  ) {
    super(message);
  }

  get isOfQuota(): boolean {
    return faultCodes.quotas.some((code) => code === this.code);
  }

  /** True where what was asked is known not to have been begun. Any other fault leaves that open. */
  get isBeforeAnything(): boolean {
    const isKnown = this.code === faultCodes.accessDenied || this.code === faultCodes.noProgram;
    return this.isOfSender || this.isOfQuota || isKnown;
  }
}

/** The body of an answer. @throws WsManFault where it is a fault; Error where it is no answer */
export function bodyOf(text: string): Element {
  const root = parseXml(text);
  if (root.name !== "Envelope" || root.namespace !== uri.soap) throw new Error("it is no SOAP envelope");
  const body = root.children.find(({ name, namespace }) => name === "Body" && namespace === uri.soap);
  if (body === undefined) throw new Error("it has no body");
  const [fault] = elementsOf(body, uri.soap, "Fault");
  if (fault !== undefined) throw faultOf(fault);
  return body;
}

function faultOf(fault: Element): WsManFault {
  const [detail] = elementsOf(fault, uri.fault, "WSManFault");
  const code = Number(detail?.attributes.get("Code") ?? Number.NaN);
  const words = [
    ...(detail === undefined ? [] : elementsOf(detail, uri.fault, "Message")),
    ...elementsOf(fault, uri.soap, "Text"),
  ].map(({ text }) => text.replace(/\s+/g, " ").trim());
  const said = words.find((each) => each !== "") ?? "it does not say why";
  const isOfSender = /:Sender\s*$/.test(elementsOf(fault, uri.soap, "Value")[0]?.text ?? "");
  return new WsManFault(Number.isSafeInteger(code) ? code : null, cut(said, 500), isOfSender);
}

/** The shell that was made. */
export function shellIn(body: Element): string {
  const selectors = elementsOf(body, uri.management, "Selector");
  const id =
    selectors.find(({ attributes }) => attributes.get("Name") === "ShellId")?.text ??
    elementsOf(body, uri.shell, "ShellId")[0]?.text;
  return required(id, "shell");
}

/** The command that was started. */
export function commandIn(body: Element): string {
  return required(elementsOf(body, uri.shell, "CommandId")[0]?.text, "command");
}

function required(id: string | undefined, what: string): string {
  const text = id?.trim() ?? "";
  if (text === "" || text.length > 200) throw new Error(`it names no ${what}`);
  return text;
}

/** What a command has printed since it was asked last, and its exit code once it is done. */
export interface Received {
  readonly parts: readonly { readonly stream: "stdout" | "stderr"; readonly octets: Buffer }[];
  readonly isDone: boolean;
  /** Signed, 32 bits; null where it is not done, or where the server tells none. */
  readonly exitCode: number | null;
}

export function receivedIn(body: Element, command: string): Received {
  const isOurs = ({ attributes }: Element) => (attributes.get("CommandId") ?? command) === command;
  const parts = elementsOf(body, uri.shell, "Stream")
    .filter(isOurs)
    .flatMap(({ attributes, text }) => {
      const stream = attributes.get("Name");
      if (stream !== "stdout" && stream !== "stderr") return [];
      return [{ stream, octets: Buffer.from(text, "base64") } as const];
    });
  // Several states may stand in one answer, and only the last of a command has a code.
  const done = elementsOf(body, uri.shell, "CommandState").find(
    (state) => isOurs(state) && state.attributes.get("State") === `${uri.shell}/CommandState/Done`,
  );
  const code = done === undefined ? undefined : elementsOf(done, uri.shell, "ExitCode")[0]?.text.trim();
  const isCode = code !== undefined && /^-?\d{1,10}$/.test(code);
  return { parts, isDone: done !== undefined, exitCode: isCode ? Number(code) | 0 : null };
}
