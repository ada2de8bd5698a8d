/**
 * Every sentence that the package can say, as its source has it: string literals and templates of a few words, with `…`
 * for each value that is put in. How a sentence is thrown, logged or handed on does not matter, so none gets lost.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..", "..", "lib");

/** Files and folders of `lib` whose text is no message of a run: data, scripts for cmd.exe, and documents for reviewers. */
const silent = [
  "releases/",
  // docs/rules.md has them all, and the guide a section for each.
  "cause.ts",
  // docs/known-failures.md has them all.
  "setupLog/failures/",
  "review/",
  "plan/stepPlan.ts",
  "plan/maintenanceText.ts",
  "discover/source.ts",
  "discover/project.ts",
  "discover/literal.ts",
  "discover/serversSource.ts",
  "discover/preparationSource.ts",
  "discover/layout.ts",
  "discover/describe.ts",
  "discover/notRead.ts",
  "discover/outOfReach.ts",
  "cli/task.ts",
  "cli/render.ts",
  "host/launch/registerScript.ts",
  "host/maintenance/actScripts.ts",
  "host/maintenance/prelude.ts",
  "host/maintenance/readScript.ts",
  "host/site/attemptScript.ts",
  "host/staging/stagingScript.ts",
];

/** Texts that are commands for cmd.exe, further lines of a message, names of what was read, or words inside a message. */
const noMessage = new RegExp(
  [
    /^if |^rem |^\s|^\d\. |datafile where name=|^print the help|^print what was|^How an upgrade is|^; else by/,
    /^objectVersion|^objectSid of the|^nTSecurityDescriptor|^msDS-|^operatingSystemVersion of the|^networkAddress/,
    /^rootDomainNamingContext|^virtual directories|^Microsoft Exchange System Objects/,
    /^Client Access that faces|^sites that face the Internet$|^Client Access of (other )?sites|^Hub Transport and|^faces? the Internet and|^like the one that/,
  ]
    .map(({ source }) => source)
    .join("|"),
);

/** What a rule says of a step: the first line of its finding, and why it could not be judged. The rest explains itself. */
const judged = /^(problem|why)$/;
/** The other lines of a finding, and of a command's problem. */
const explained = /^(found|needed|where|fix|rule)$/;
/** Commands' help. */
const help = /^teaches$|\.(description|option|requiredOption|argument|summary|addHelpText)$/;

/** A sentence, and the file below `lib` that has it. */
export interface Message {
  readonly file: string;
  readonly text: string;
}

/** Words of letters that a text needs to count as a sentence. */
const fewestWords = 4;

/** All sentences, each once per file. */
export function messages(): readonly Message[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => name.split(sep).join("/"))
    .filter((name) => name.endsWith(".ts") && !silent.some((each) => name.startsWith(each)))
    .sort()
    .flatMap((file) =>
      [...new Set(sentencesOf(file, readFileSync(join(root, file), "utf8")))].map((text) => ({ file, text })),
    );
}

/** The sentences of a file, in their order. @param file its path below `lib` */
export function sentencesOf(file: string, code: string): readonly string[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const ofRules = file.startsWith("rules/");
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && explained.test(node.name.getText())) return;
    if (ofRules && !isInside(node)) {
      ts.forEachChild(node, visit);
      return;
    }
    if (ts.isCallExpression(node) && help.test(node.expression.getText())) {
      // Calls on one command are chained: what was said before them is inside.
      visit(node.expression);
      return;
    }
    if (isText(node)) {
      found.push(...variants(node).filter(isSentence));
      valuesIn(node).forEach(visit);
    } else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** True in what a rule says first, at any depth. */
function isInside(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent)
    if (ts.isPropertyAssignment(at) && judged.test(at.name.getText())) return true;
    else if (ts.isCallExpression(at) && at.expression.getText() === "unknown") return true;
  return false;
}

/** A text as a whole: the outermost literal, template or sum of them. */
function isText(node: ts.Node): node is ts.Expression {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || isSum(node);
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
    (isText(node.left) || isText(node.right))
  );
}

/** What a text can be: a choice inside gives one for each side, where both are texts. */
function variants(node: ts.Expression): readonly string[] {
  if (ts.isParenthesizedExpression(node)) return variants(node.expression);
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join("")];
  if (isSum(node))
    return variants(node.left).flatMap((left) => variants(node.right).map((right) => left + right));
  return ["…"];
}

/** Expressions whose values a text puts in: they may hold texts of their own. */
function valuesIn(node: ts.Expression): readonly ts.Expression[] {
  if (ts.isParenthesizedExpression(node)) return valuesIn(node.expression);
  if (ts.isTemplateExpression(node)) return node.templateSpans.map((span) => span.expression);
  if (isSum(node)) return [...valuesIn(node.left), ...valuesIn(node.right)];
  return ts.isStringLiteralLike(node) ? [] : [node];
}

function isSentence(text: string): boolean {
  const words = text.split(/\s+/).filter((word) => /^[("`']?[A-Za-z][A-Za-z'-]*[)"`'.,;:?]*$/.test(word));
  return words.length >= fewestWords && !noMessage.test(text);
}
