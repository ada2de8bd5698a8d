/** XML of answers as a tree: names by their namespace, no entities of a document's own, and no depth without an end. */
import { SaxesParser } from "saxes";

/** An element of an answer. */
export interface Element {
  /** Name without its prefix. */
  readonly name: string;
  readonly namespace: string;
  /** By their names without a prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** Its own text, without that of its children. */
  readonly text: string;
}

interface Open extends Element {
  readonly children: Element[];
  text: string;
}

/** Answers of WS-Management are a tenth as deep. */
const deepest = 64;

/** The root of a document. @throws Error where it is not well formed, has a document type, or is too deep */
export function parseXml(text: string): Element {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: Open[] = [];
  let root: Element | undefined;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw new Error("it has a document type");
  });
  parser.on("opentag", ({ local, uri, attributes }) => {
    if (open.length >= deepest) throw new Error("it is too deep");
    const named = Object.values(attributes).map((each) => [each.local, each.value] as const);
    const element: Open = {
      name: local,
      namespace: uri,
      attributes: new Map(named),
      children: [],
      text: "",
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const add = (part: string) => {
    const last = open.at(-1);
    if (last !== undefined) last.text += part;
  };
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(text).close();
  if (root === undefined) throw new Error("it is empty");
  return root;
}

/** The text in an element. */
export function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** All elements of that name below another, in order. */
export function elementsOf(root: Element, namespace: string, name: string): readonly Element[] {
  const found: Element[] = [];
  const waiting: Element[] = [root];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    if (each.name === name && each.namespace === namespace) found.push(each);
    waiting.push(...[...each.children].reverse());
  }
  return found;
}
