/** Sections of docs/operators-guide.md, which the package brings along: what a message means and what to do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { wrapped } from "./columns";

/** The lines of the section whose heading begins with this and a colon, or is it; empty where there is none. */
export function guideSection(name: string): readonly string[] {
  const guide = readFileSync(join(__dirname, "..", "..", "docs", "operators-guide.md"), "utf8");
  const lines = guide.split(/\r?\n/);
  const begin = lines.findIndex((line) => line === `### ${name}` || line.startsWith(`### ${name}: `));
  if (begin < 0) return [];
  const end = lines.findIndex((line, at) => at > begin && /^##/.test(line));
  const section = lines.slice(begin + 1, end < 0 ? undefined : end);
  return section.join("\n").trim().split("\n");
}

/** Its Markdown for a terminal: links are their texts, and lines are broken. */
export function guideText(section: readonly string[], columns: number): string {
  return section
    .map((line) => line.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1"))
    .map((line) => {
      const [, item = "", text = ""] = /^(- |\d+\. )?(.*)$/.exec(line) ?? [];
      return wrapped(text, columns - item.length)
        .map((part, at) => `${at === 0 ? item : " ".repeat(item.length)}${part}`)
        .join("\n");
    })
    .join("\n");
}
