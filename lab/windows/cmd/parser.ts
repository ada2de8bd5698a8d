/**
 * cmd.exe's second phase: quotes, carets, operators, redirections and parentheses, from an expanded line to a
 * tree. A block may span lines; the further lines are asked for, and so expanded, while the block is read.
 */

/** `N>file`, `N>>file`, `N<file` or `N>&M`. */
export interface Redirection {
  readonly handle: number;
  readonly kind: "write" | "append" | "read" | "duplicate";
  /** File name as written, or the number of the handle that is duplicated. */
  readonly target: string;
}

export type Condition =
  | { readonly kind: "exist"; readonly path: string }
  | { readonly kind: "errorlevel"; readonly level: number }
  | { readonly kind: "defined"; readonly name: string }
  | { readonly kind: "compare"; readonly operator: string; readonly left: string; readonly right: string };

export type Node =
  | { readonly kind: "nothing" }
  | {
      readonly kind: "command";
      readonly quiet: boolean;
      /** The whole command after carets, quotes kept, redirections taken out. */
      readonly text: string;
      readonly redirections: readonly Redirection[];
    }
  | { readonly kind: "block"; readonly body: Node; readonly redirections: readonly Redirection[] }
  | { readonly kind: "sequence" | "and" | "or" | "pipe"; readonly left: Node; readonly right: Node }
  | {
      readonly kind: "if";
      readonly negated: boolean;
      readonly ignoreCase: boolean;
      readonly condition: Condition;
      readonly then: Node;
      readonly otherwise: Node | null;
    }
  /** `for %v in (items) do …`: the text of what is done, in which `%v` stands for each item in turn. */
  | {
      readonly kind: "for";
      readonly variable: string;
      readonly items: readonly string[];
      readonly text: string;
    };

/** A line that cmd.exe rejects. The message is the one it prints. */
export class SyntaxFault extends Error {
  constructor(token: string) {
    super(token === "" ? "The syntax of the command is incorrect." : `${token} was unexpected at this time.`);
    this.name = "SyntaxFault";
  }
}

const blank = /[\s,;=]/;
const comparisons = ["equ", "neq", "lss", "leq", "gtr", "geq"];

/** Reads one command line (or block). `nextLine` gives the following line of a batch file, null at its end. */
export function parse(line: string, nextLine: () => string | null = () => null): Node {
  return new Parser(line, nextLine).parse();
}

/** Takes carets off as cmd.exe does: between quotes they are characters like any other. */
function withoutCarets(word: string): string {
  return word.replace(/"[^"]*"?|\^(.)/g, (match, escaped?: string) => escaped ?? match);
}

class Parser {
  #at = 0;
  #depth = 0;

  constructor(
    private text: string,
    private readonly nextLine: () => string | null,
  ) {}

  parse(): Node {
    const node = this.#sequence();
    this.#skip();
    if (this.#at < this.text.length)
      throw new SyntaxFault(this.text.slice(this.#at).trim().split(/\s/)[0] ?? "");
    return node;
  }

  #peek(length = 1): string {
    return this.text.slice(this.#at, this.#at + length);
  }

  #skip(): void {
    while (this.#at < this.text.length && blank.test(this.#peek())) this.#at += 1;
  }

  #take(operator: string): boolean {
    this.#skip();
    if (this.#peek(operator.length) !== operator) return false;
    this.#at += operator.length;
    return true;
  }

  #sequence(): Node {
    let left = this.#or();
    while (this.#take("&")) {
      this.#skip();
      if (this.#at >= this.text.length || this.#peek() === ")") break;
      left = { kind: "sequence", left, right: this.#or() };
    }
    return left;
  }

  #or(): Node {
    let left = this.#and();
    while (this.#take("||")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Node {
    let left = this.#pipe();
    while (this.#take("&&")) left = { kind: "and", left, right: this.#pipe() };
    return left;
  }

  #pipe(): Node {
    let left = this.#command();
    while (this.#isPipe()) left = { kind: "pipe", left, right: this.#command() };
    return left;
  }

  #isPipe(): boolean {
    this.#skip();
    return this.#peek(2) !== "||" && this.#take("|");
  }

  #command(): Node {
    this.#skip();
    const quiet = this.#take("@");
    const redirections: Redirection[] = [];
    for (this.#skip(); ; this.#skip()) {
      const redirection = this.#redirection(true);
      if (!redirection) break;
      redirections.push(redirection);
    }
    if (this.#peek() === "(") return this.#block(redirections);
    const word = /^[A-Za-z]+(?=[\s(@]|$)/.exec(this.text.slice(this.#at))?.[0].toLowerCase();
    if (word === "if" && redirections.length === 0) return this.#if();
    const loop = word === "for" && redirections.length === 0 ? this.#for() : null;
    if (loop) return loop;
    if (word === "rem") {
      this.#at = this.text.length;
      return { kind: "nothing" };
    }
    return this.#simple(quiet, redirections);
  }

  #block(before: readonly Redirection[]): Node {
    this.#at += 1;
    this.#depth += 1;
    let body: Node = { kind: "nothing" };
    for (;;) {
      this.#skip();
      if (this.#peek() === ")") break;
      if (this.#at >= this.text.length) {
        this.#continue();
        continue;
      }
      const next = this.#sequence();
      body = body.kind === "nothing" ? next : { kind: "sequence", left: body, right: next };
    }
    this.#at += 1;
    this.#depth -= 1;
    const redirections = [...before];
    for (this.#skip(); ; this.#skip()) {
      const redirection = this.#redirection(true);
      if (!redirection) break;
      redirections.push(redirection);
    }
    return { kind: "block", body, redirections };
  }

  /** Goes on with the next line of the batch file: a block is still open. */
  #continue(): void {
    const next = this.nextLine();
    if (next === null) throw new SyntaxFault("");
    this.text = /^\s*:/.test(next) ? "" : next;
    this.#at = 0;
  }

  /** A word of an `if`: quotes kept, up to a blank outside quotes or (for comparisons) an equals sign. */
  #word(): string {
    this.#skip();
    const word = /^(?:"[^"]*"?|[^\s"=&|<>()])+/.exec(this.text.slice(this.#at))?.[0] ?? "";
    this.#at += word.length;
    return withoutCarets(word);
  }

  #if(): Node {
    this.#at += 2;
    let negated = false;
    let ignoreCase = false;
    let word = this.#word();
    for (; /^(?:\/i|not)$/i.test(word); word = this.#word()) {
      if (word.toLowerCase() === "/i") ignoreCase = true;
      else negated = true;
    }
    const condition = this.#condition(word);
    const then = this.#body();
    let otherwise: Node | null = null;
    if (then.kind === "block") {
      this.#skip();
      if (/^else(?=[\s(]|$)/i.test(this.text.slice(this.#at))) {
        this.#at += 4;
        otherwise = this.#body();
      }
    }
    return { kind: "if", negated, ignoreCase, condition, then, otherwise };
  }

  /**
   * The plain form, on one line; null for others. Without an `@` cmd.exe prints each command
   * before it runs it (public practice): that, a word behind `for` that begins with a slash, and wildcards are not simulated.
   */
  #for(): Node | null {
    const match = /^for\s+(%[A-Za-z])\s+in\s+\(([^()*?]*)\)\s+do\s+(?=@)/i.exec(this.text.slice(this.#at));
    if (match === null) return null;
    this.#at += match[0].length;
    const line = this.text;
    const begin = this.#at;
    this.#body();
    if (this.text !== line) throw new SyntaxFault("for");
    const [, variable = "", items = ""] = match;
    const words = items.split(/[\s,;=]+/).filter((word) => word !== "");
    return { kind: "for", variable, items: words, text: line.slice(begin, this.#at) };
  }

  /** What an `if` governs: a block, or the whole rest of the line. */
  #body(): Node {
    this.#skip();
    if (this.#at >= this.text.length) throw new SyntaxFault("");
    return this.#peek() === "(" ? this.#command() : this.#sequence();
  }

  #condition(word: string): Condition {
    const keyword = word.toLowerCase();
    if (keyword === "exist") return { kind: "exist", path: this.#word() };
    if (keyword === "defined") return { kind: "defined", name: this.#word() };
    if (keyword === "errorlevel")
      return { kind: "errorlevel", level: Number.parseInt(this.#word(), 10) || 0 };
    const equals = /^\s*==/.exec(this.text.slice(this.#at))?.[0];
    if (equals !== undefined) {
      this.#at += equals.length;
      return { kind: "compare", operator: "==", left: word, right: this.#word() };
    }
    const operator = this.#word().toLowerCase();
    if (!comparisons.includes(operator)) throw new SyntaxFault(operator);
    return { kind: "compare", operator, left: word, right: this.#word() };
  }

  /** A redirection at this place, or null. A digit is its handle only where a word could begin. */
  #redirection(atWordStart: boolean): Redirection | null {
    const match = /^(\d?)(>>|>|<)(?:\s*&\s*(\d))?/.exec(this.text.slice(this.#at));
    if (!match || (match[1] !== "" && !atWordStart)) return null;
    this.#at += match[0].length;
    const handle = match[1] ? Number(match[1]) : match[2] === "<" ? 0 : 1;
    if (match[3] !== undefined) return { handle, kind: "duplicate", target: match[3] };
    this.#skip();
    const target = /^(?:"[^"]*"?|\^.|[^\s"^,;=&|<>()])+/.exec(this.text.slice(this.#at))?.[0] ?? "";
    if (target === "") throw new SyntaxFault(this.#peek());
    this.#at += target.length;
    const kind = match[2] === ">>" ? "append" : match[2] === ">" ? "write" : "read";
    return { handle, kind, target: withoutCarets(target).replaceAll('"', "") };
  }

  #simple(quiet: boolean, redirections: Redirection[]): Node {
    let text = "";
    let quoted = false;
    while (this.#at < this.text.length) {
      const character = this.#peek();
      if (character === '"') quoted = !quoted;
      if (!quoted && character !== '"') {
        if (character === "&" || character === "|" || (character === ")" && this.#depth > 0)) break;
        const redirection = this.#redirection(text === "" || blank.test(text.slice(-1)));
        if (redirection) {
          redirections.push(redirection);
          continue;
        }
        if (character === "^") {
          this.#at += 1;
          if (this.#at >= this.text.length) this.text += this.nextLine() ?? "";
          text += this.#peek();
          this.#at += 1;
          continue;
        }
      }
      text += character;
      this.#at += 1;
    }
    if (text.trim() === "") {
      if (redirections.length > 0) throw new SyntaxFault("");
      if (this.#at < this.text.length) throw new SyntaxFault(this.#peek(this.#peek(2) === "&&" ? 2 : 1));
      return { kind: "nothing" };
    }
    return { kind: "command", quiet, text, redirections };
  }
}
