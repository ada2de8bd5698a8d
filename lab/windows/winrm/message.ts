/** Messages of WS-Management: reads a request, and writes answers and faults as Windows writes them (recorded by jborean93/pypsrp). */
import { randomUUID } from "node:crypto";
import { invalidHeader, type WsManFault } from "./fault";
import {
  child,
  children,
  type Element,
  isNamed,
  type Node,
  namespaces,
  node,
  type Prefix,
  parseXml,
  serialize,
  textOf,
} from "./xml";

const shellUri = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";

/** Actions, by the name of what they do. */
export const actions = {
  get: "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
  create: "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create",
  delete: "http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete",
  command: `${shellUri}/Command`,
  send: `${shellUri}/Send`,
  receive: `${shellUri}/Receive`,
  signal: `${shellUri}/Signal`,
} as const;

/** Resources: every shell, and those that run cmd.exe. */
export const resources = { shell: shellUri, cmd: `${shellUri}/cmd` } as const;

/** What a request asks. */
export interface Request {
  readonly action: string;
  readonly messageId: string;
  readonly resourceUri: string;
  readonly shellId: string | undefined;
  /** Names in lower case. */
  readonly options: ReadonlyMap<string, string>;
  readonly operationTimeoutMs: number;
  /** Bytes that the answer may have. */
  readonly maxEnvelopeSize: number;
  /** Language of texts, as the request asks for it. */
  readonly locale: string;
  readonly body: Element;
}

/** Where a request says nothing of OperationTimeout and MaxEnvelopeSize (winrm/config: MaxTimeoutms, MaxEnvelopeSizekb). */
const defaultTimeoutMs = 60_000;
const defaultEnvelopeSize = 500 * 1024;

/** True for a request of Identify, which has neither headers nor a logon (DSP0226, 11). */
export function isIdentify(envelope: Element): boolean {
  const body = child(envelope, "s:Body");
  return body !== undefined && child(body, "wsmid:Identify") !== undefined;
}

export function readEnvelope(text: string): Element {
  const envelope = parseXml(text);
  if (!isNamed(envelope, "s:Envelope")) throw new Error("The root is no SOAP 1.2 envelope.");
  return envelope;
}

/** @throws WsManFault for headers that do not say what they must */
export function readRequest(envelope: Element): Request {
  const header = child(envelope, "s:Header");
  const body = child(envelope, "s:Body");
  if (header === undefined || body === undefined)
    throw invalidHeader(
      "The WS-Management service cannot process the request. A header or the body is missing. ",
    );
  const required = (name: `${Prefix}:${string}`): string => {
    const value = textOf(header, name);
    if (value === undefined || value === "")
      throw invalidHeader(
        `The WS-Management service cannot process the request. The SOAP header ${name} is missing. `,
      );
    return value;
  };
  const selectors = child(header, "w:SelectorSet");
  const shell = selectors && children(selectors, "w:Selector").find(isShellId);
  const options = child(header, "w:OptionSet");
  const timeout = textOf(header, "w:OperationTimeout");
  const size = textOf(header, "w:MaxEnvelopeSize");
  return {
    action: required("a:Action"),
    messageId: required("a:MessageID"),
    resourceUri: required("w:ResourceURI"),
    shellId: shell?.textContent?.trim(),
    options: new Map(
      (options ? children(options, "w:Option") : []).map((option) => [
        (option.getAttribute("Name") ?? "").toLowerCase(),
        option.textContent ?? "",
      ]),
    ),
    operationTimeoutMs: timeout === undefined ? defaultTimeoutMs : milliseconds(timeout),
    maxEnvelopeSize: size === undefined ? defaultEnvelopeSize : Number(size),
    locale: child(header, "w:Locale")?.getAttribute("xml:lang") ?? "en-US",
    body,
  };
}

function isShellId(selector: Element): boolean {
  return selector.getAttribute("Name")?.toLowerCase() === "shellid";
}

/** A duration of XML Schema, with parts up to days. @throws WsManFault for another text */
export function milliseconds(duration: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(duration);
  if (!match || duration.length < 3)
    throw invalidHeader(
      `The WS-Management service cannot process the request. The XML contains an invalid timeout field in the SOAP header: ${duration}. `,
    );
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
}

const anonymous = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous";

function header(action: string, relatesTo: string): Node {
  return node("s:Header", [
    node("a:Action", action),
    node("a:MessageID", `uuid:${randomUUID().toUpperCase()}`),
    node("a:To", anonymous),
    node("a:RelatesTo", relatesTo),
  ]);
}

/** An answer. */
export function writeAnswer(request: Request, body: readonly Node[]): string {
  const action = `${request.action}Response`;
  return serialize(
    node("s:Envelope", [header(action, request.messageId), node("s:Body", body)]),
    ["s", "a", "x", "w", "rsp", "p"],
    request.locale,
  );
}

/** A fault that answers the message with this id. */
export function writeFault(fault: WsManFault, relatesTo: string, machine: string, locale = "en-US"): string {
  const inner = node(
    "f:WSManFault",
    [
      node(
        "f:Message",
        fault.provider === undefined
          ? fault.detail
          : [
              node("f:ProviderFault", fault.detail, {
                provider: fault.provider.name,
                path: fault.provider.path,
              }),
            ],
      ),
    ],
    { Code: String(fault.code), Machine: machine },
  );
  const action = fault.subcode.startsWith("w:")
    ? "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
    : "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault";
  return serialize(
    node("s:Envelope", [
      header(action, relatesTo),
      node("s:Body", [
        node("s:Fault", [
          node("s:Code", [
            node("s:Value", `s:${fault.blamed}`),
            node("s:Subcode", [node("s:Value", fault.subcode)]),
          ]),
          node("s:Reason", [node("s:Text", fault.reason, { "xml:lang": locale })]),
          node("s:Detail", [
            ...(fault.faultDetail === undefined ? [] : [node("w:FaultDetail", fault.faultDetail)]),
            inner,
          ]),
        ]),
      ]),
    ]),
    ["s", "a", "x", "w", "p"],
    locale,
  );
}

/**
 * What Identify answers: the protocol, and who serves it. The version of Windows stands there only for those who have logged on (form:
 * public captures).
 */
export function writeIdentity(build: string | null): string {
  const version = build === null ? "OS: 0.0.0 SP: 0.0 Stack: 3.0" : `OS: ${build} SP: 0.0 Stack: 3.0`;
  return serialize(
    node("s:Envelope", [
      node("s:Header"),
      node("s:Body", [
        node("wsmid:IdentifyResponse", [
          node("wsmid:ProtocolVersion", namespaces.w),
          node("wsmid:ProductVendor", "Microsoft Corporation"),
          node("wsmid:ProductVersion", version),
        ]),
      ]),
    ]),
    ["s", "wsmid"],
    "en-US",
  );
}
