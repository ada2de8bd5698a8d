/**
 * XML of WS-Management: namespaces and action URIs, and the little of the DOM that reads and makes messages. Sources: DMTF DSP0226 (WS-Management
 * 1.0), [MS-WSMV] 2.2.1 and 3.1.4, and the answers of a Windows Server 2016 that jborean93/pypsrp has recorded (tests/tests_pypsrp/responses).
 */
import { DOMImplementation, DOMParser, type Document, type Element, XMLSerializer } from "@xmldom/xmldom";

export type { Document, Element };

/** Namespaces, by the prefix that Windows gives them. */
export const namespaces = {
  s: "http://www.w3.org/2003/05/soap-envelope",
  a: "http://schemas.xmlsoap.org/ws/2004/08/addressing",
  x: "http://schemas.xmlsoap.org/ws/2004/09/transfer",
  w: "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
  rsp: "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
  p: "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
  f: "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
  /** Identify (DSP0226, 11). */
  wsmid: "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
} as const;

export type Prefix = keyof typeof namespaces;

const xmlns = "http://www.w3.org/2000/xmlns/";
const xml = "http://www.w3.org/XML/1998/namespace";

/** What an element holds: text, or further elements. */
export type Content = string | readonly Node[];

/** An element to be made: its name with the prefix, its attributes, what it holds. */
export interface Node {
  readonly name: `${Prefix}:${string}`;
  readonly attributes?: { readonly [name: string]: string };
  readonly content?: Content;
}

export function node(
  name: Node["name"],
  content?: Content,
  attributes?: { readonly [name: string]: string },
): Node {
  return {
    name,
    ...(content === undefined ? {} : { content }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** Writes an envelope, whose root declares the namespaces as Windows does. */
export function serialize(root: Node, declared: readonly Prefix[], language?: string): string {
  const document = new DOMImplementation().createDocument(null, "");
  const top = make(document, root);
  if (language !== undefined) top.setAttributeNS(xml, "xml:lang", language);
  for (const prefix of declared) top.setAttributeNS(xmlns, `xmlns:${prefix}`, namespaces[prefix]);
  document.appendChild(top);
  return new XMLSerializer().serializeToString(document);
}

function make(document: Document, { name, attributes, content }: Node): Element {
  const element = document.createElementNS(namespaces[name.slice(0, name.indexOf(":")) as Prefix], name);
  for (const [attribute, value] of Object.entries(attributes ?? {})) {
    if (attribute.startsWith("xml:")) element.setAttributeNS(xml, attribute, value);
    else element.setAttribute(attribute, value);
  }
  if (typeof content === "string") {
    if (content !== "") element.appendChild(document.createTextNode(content));
  } else for (const each of content ?? []) element.appendChild(make(document, each));
  return element;
}

/** Reads a document. @throws Error for what is not well-formed, and for a document type, which SOAP 1.2 forbids */
export function parseXml(text: string): Element {
  const document = new DOMParser({
    onError: (level, message) => {
      if (level !== "warning") throw new Error(message);
    },
  }).parseFromString(text, "text/xml");
  if (document.doctype !== null) throw new Error("A SOAP message has no document type declaration.");
  if (document.documentElement === null) throw new Error("There is no element.");
  return document.documentElement;
}

/** The elements directly below one, with this name; all of them without a name. */
export function children(of: Element, name?: `${Prefix}:${string}`): readonly Element[] {
  const [prefix, local] = name?.split(":") ?? [];
  const found: Element[] = [];
  for (let each = of.firstChild; each !== null; each = each.nextSibling) {
    if (each.nodeType !== each.ELEMENT_NODE) continue;
    const element = each as Element;
    const named =
      name === undefined ||
      (element.namespaceURI === namespaces[prefix as Prefix] && element.localName === local);
    if (named) found.push(element);
  }
  return found;
}

export function child(of: Element, name: `${Prefix}:${string}`): Element | undefined {
  return children(of, name)[0];
}

/** Text of an element without blanks around it; undefined where there is no such element. */
export function textOf(of: Element, name: `${Prefix}:${string}`): string | undefined {
  return child(of, name)?.textContent?.trim();
}

/** True for an element with this name. */
export function isNamed(element: Element, name: `${Prefix}:${string}`): boolean {
  const [prefix, local] = name.split(":");
  return element.namespaceURI === namespaces[prefix as Prefix] && element.localName === local;
}
