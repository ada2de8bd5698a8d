/** HTML by a tagged template: it escapes every value, unless the value was made by the same template. */
import { visible } from "../text";

/** HTML that is inserted unescaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | readonly Html[];

/** html`<p>${anything}</p>` */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = parts.map((part) =>
    part instanceof Html
      ? part.text
      : Array.isArray(part)
        ? part.map((one: Html) => one.text).join("\n")
        : escapeHtml(String(part)),
  );
  return new Html(strings.map((text, at) => `${text}${texts[at] ?? ""}`).join(""));
}

/** Empty HTML, for an optional part. */
export const none = new Html("");

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes a text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
