/** How cmd.exe splits, finds and compares texts. */

/** Splits a command into its name and the rest. The name ends at a blank, `/`, or (for `echo`, `cd`) a `.`. */
export function splitCommand(text: string): { name: string; rest: string } {
  const trimmed = text.replace(/^[\s,;=]+/, "");
  const internal = /^(echo|cd|chdir|md|mkdir|rd|rmdir|type|ver|rem)(?=[.:\\(+[\]])/i.exec(trimmed);
  const name = internal?.[0] ?? /^(?:"[^"]*"?|[^\s,;=/"])+/.exec(trimmed)?.[0] ?? "";
  return { name: name.replaceAll('"', ""), rest: trimmed.slice(name.length) };
}

/** Splits the arguments of a batch file or subroutine at blanks, commas, semicolons and equals signs. */
export function splitBatchArguments(text: string): readonly string[] {
  return text.match(/(?:"[^"]*"?|[^\s,;="])+/g) ?? [];
}

/** Switches (`/s`, `/ad`) and operands of a command, quotes removed from the operands. */
export function splitOperands(text: string): { switches: readonly string[]; operands: readonly string[] } {
  const words = text.match(/\/[^\s/"]*|(?:"[^"]*"?|[^\s,;="])+/g) ?? [];
  return {
    switches: words.filter((word) => word.startsWith("/")).map((word) => word.toLowerCase()),
    operands: words.filter((word) => !word.startsWith("/")).map((word) => word.replaceAll('"', "")),
  };
}

/** Index of a label's line: searched from `from` to the end, then from the top. */
export function findLabel(lines: readonly string[], label: string, from: number): number {
  const wanted = label.trim().toLowerCase();
  const fits = (line: string): boolean =>
    /^\s*:\s*([^\s:+,;=&|<>()]*)/.exec(line)?.[1]?.toLowerCase() === wanted;
  const after = lines.findIndex((line, index) => index >= from && fits(line));
  return after >= 0 ? after : lines.findIndex(fits);
}

/** A comparison of `if`: as numbers where both sides are some. */
export function compare(operator: string, left: string, right: string, ignoreCase: boolean): boolean {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  if (operator === "==") return fold(left) === fold(right);
  const numbers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
  const order = numbers
    ? Math.sign(Number(left) - Number(right))
    : fold(left) < fold(right)
      ? -1
      : Number(fold(left) > fold(right));
  const outcomes: { readonly [name: string]: boolean } = {
    equ: order === 0,
    neq: order !== 0,
    lss: order < 0,
    leq: order <= 0,
    gtr: order > 0,
    geq: order >= 0,
  };
  return outcomes[operator] ?? false;
}
