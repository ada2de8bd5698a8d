/** The errors in what Pulumi has printed, without the plan and the stack traces around them. Pure. */
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { renderLines } from "../text";

/** What the SDK prints before an error that a program threw. */
const thrown = / failed with an unhandled exception:$/;
/** A line of a stack trace, with its file. */
const frame = /^ +at (?:.*\()?(?:file:\/\/)?(\/[^()]+):(\d+):(\d+)\)?(?: \{)?$/;

/** An error as Pulumi prints it: the resource, and the lines of the message without Pulumi's indent. */
export interface PulumiError {
  readonly resource: string;
  readonly lines: readonly string[];
}

/** The errors that Pulumi has printed. Null where there is none in Pulumi's form: all that it printed is then to be shown. */
export function pulumiErrors(printed: string): readonly PulumiError[] | null {
  const lines = stripVTControlCharacters(printed).split("\n");
  const from = lines.indexOf("Diagnostics:");
  if (from < 0) return null;
  const errors: { readonly resource: string; readonly lines: string[] }[] = [];
  let resource = "";
  let isError = false;
  for (const line of lines.slice(from + 1)) {
    // The next section, such as `Resources:`.
    if (/^\S/.test(line)) break;
    const error = /^ {4}error: (.*)$/.exec(line)?.[1];
    resource = /^ {2}(\S.*):$/.exec(line)?.[1] ?? resource;
    // A message goes on in lines that are indented like its first.
    const goesOn: boolean = isError && line.startsWith("    ") && !/^ {4}(warning|info): /.test(line);
    if (error !== undefined) errors.push({ resource, lines: [error] });
    else if (goesOn) errors.at(-1)?.lines.push(line.slice(4).trimEnd());
    isError = error !== undefined || goesOn;
  }
  return errors.length === 0 ? null : errors;
}

/** Whether the program threw it, and no class of this package refused its arguments. */
export function isThrown({ lines: [first = ""] }: PulumiError): boolean {
  return thrown.test(first);
}

/** Whether the error tells a message, of which Pulumi may have masked later lines. @param summary first line of the message */
export function tells({ lines }: PulumiError, summary: string): boolean {
  return lines.some((line) => line.includes(summary));
}

/**
 * The error with its resource or, where the program threw it, with the place in the program.
 *
 * @param folder of the project
 */
export function errorText(error: PulumiError, folder: string): string {
  const {
    resource,
    lines: [first = "", ...rest],
  } = error;
  if (!isThrown(error)) return [`Pulumi, ${nameOf(resource)}: ${first}`, ...rest].join("\n").trimEnd();
  const at = rest.findIndex((line) => /^ +at /.test(line));
  const what = at < 0 ? rest : rest.slice(0, at);
  const place = at < 0 ? undefined : rest.slice(at).flatMap((line) => placeIn(line, folder))[0];
  return renderLines(`The program: ${what.join("\n").trimEnd()}`, [["Where", place]]);
}

/** `ExchangeADPrep contoso-ad` of `pulumi-nodejs:dynamic/exchange:ExchangeADPrep (contoso-ad)`. */
function nameOf(resource: string): string {
  const [, type, name] = /([^:]+) \((.*)\)$/.exec(resource) ?? [];
  return type === undefined ? resource : `${type} ${name}`;
}

/** The place of a frame, if it is in the program itself and not in a package. */
function placeIn(line: string, folder: string): readonly string[] {
  const [, file, row, column] = frame.exec(line) ?? [];
  if (file === undefined) return [];
  const path = relative(folder, file);
  return path.startsWith("..") || /(^|\/)node_modules\//.test(path) ? [] : [`${path}:${row}:${column}`];
}
