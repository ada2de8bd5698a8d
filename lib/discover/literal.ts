/**
 * Text that goes into a program. Names in Active Directory contain whatever somebody typed: no name may end a string or
 * a comment, become a directive, or look like something else.
 */

/** Columns of a line, as in this project's own formatting. */
export const lineWidth = 110;

/**
 * Controls, formats (which turn the writing direction), surrogates, blanks other than the space, combining marks,
 * invisible characters, and the vowels and finals of Hangul, which join the character before them.
 */
const unsafe =
  /[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7ff\u{10000}-\u{10ffff}]/gu;

/**
 * A string literal that evaluates to the text, in the quotes that need fewer escapes; double ones if both need the
 * same.
 */
export function literal(text: string): string {
  const quote = count(text, '"') > count(text, "'") ? "'" : '"';
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    // Linters report a template's placeholder in a plain string as a mistake.
    .replace(/\$(?=\{)/g, escapeOf)
    .replace(unsafe, (found) => (found === " " ? found : escapeOf(found)));
  return `${quote}${escaped}${quote}`;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

const shortEscapes: { readonly [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeOf(found: string): string {
  const units = Array.from({ length: found.length }, (_, at) => found.charCodeAt(at));
  return shortEscapes[found] ?? units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** A property's name in an object literal, without quotes if possible; never the prototype. */
export function propertyName(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  const isIdentifier = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name);
  return isIdentifier && literal(name) === `"${name}"` ? name : literal(name);
}

/** Lines of a comment, without indentation; characters that a literal must escape are escaped here, too. */
export function comment(text: string, indent: number): readonly string[] {
  const words = text
    .replace(unsafe, (found) => (found === " " ? found : escapeOf(found)))
    // Some tools recognise a directive anywhere.
    .replace(/@(?=ts-)/gi, escapeOf)
    .split(" ")
    .filter((word) => word !== "");
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    const fits = last !== undefined && indent + 3 + columns(last) + 1 + columns(word) <= lineWidth;
    // Compilers and linters recognise a directive only at the beginning of a comment.
    if (last !== undefined && (fits || !/^[A-Za-z0-9(]/.test(word) || /^biome/i.test(word)))
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `// ${line}`);
}

/** The width of a text: East Asian characters take two columns. */
export function columns(text: string): number {
  const wide =
    /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;
  return text.length + (text.match(wide)?.length ?? 0);
}
