/**
 * Environment variables that credentials name and that are not set in the provider's process. Finding them needs no
 * network.
 */
import type { Cause } from "../../cause";
import { argumentPath } from "../../rules/program/argumentTexts";
import { listedUpTo } from "../../text";
import { credentialKeys, isVariableSet } from "../../wire/secrets";
import { isRecord } from "../../wire/values";
import type { ParsedInputs } from "./inputs";

/** A credential whose variable is not set. */
export interface UnsetVariable {
  readonly variable: string;
  /** The argument that names it, by its path in the program. */
  readonly path: string;
}

/** Which credentials a run needs. */
export interface NeededCredentials {
  /** True in preview, which starts nothing and so needs no password of the account that runs Setup. */
  readonly preview: boolean;
  /** True for a step that the state has at its target: its computer will probably not be contacted. */
  readonly recorded: boolean;
}

/** Credentials of a step that this run needs and whose variables are not set. */
export function unsetVariables(
  { known, place }: ParsedInputs,
  { preview, recorded }: NeededCredentials,
): readonly UnsetVariable[] {
  const { directory, computer, account } = known;
  const places: readonly (readonly [readonly string[], unknown])[] = [
    [["directory"], directory],
    ...(recorded
      ? []
      : ([
          [["computer", "connection"], computer?.connection],
          [["computer", "connection", "proxy"], computer?.connection?.proxy],
          ...(preview ? [] : ([[["account"], account]] as const)),
        ] as const)),
  ];
  return places.flatMap(([path, holder]) =>
    credentialKeys.flatMap((key) => {
      const credential = isRecord(holder) ? holder[key] : undefined;
      const variable = isRecord(credential) ? credential.env : undefined;
      return typeof variable !== "string" || isVariableSet(variable)
        ? []
        : [{ variable, path: argumentPath(place, [...path, key]) }];
    }),
  );
}

/** The same for a review: one cause for each variable. */
export function unsetCauses(unset: readonly UnsetVariable[]): readonly Cause[] {
  return byVariable(unset).map(([variable, paths]) => variableCause(variable, paths));
}

/** Groups the arguments by the variable that they name. */
function byVariable(
  unset: readonly UnsetVariable[],
): readonly (readonly [variable: string, paths: readonly string[]])[] {
  const variables = [...new Set(unset.map(({ variable }) => variable))];
  return variables.map((variable) => {
    const paths = unset.flatMap((each) => (each.variable === variable ? each.path : []));
    return [variable, [...new Set(paths)]];
  });
}

/** The cause for a variable that is not set, with all credentials that name it. */
export function variableCause(variable: string, paths: readonly string[]): Cause {
  return {
    code: "XU-VARIABLE",
    problem: `the environment variable ${variable} is not set`,
    found: null,
    needed: `${variable} where pulumi runs, for refresh and destroy, too`,
    arguments: paths,
    fix: `set ${variable} in the shell that runs pulumi`,
  };
}

/** Highest number of arguments that one problem names. */
const most = 3;

/** The problems with the arguments, one text for each variable. */
export function unsetTexts(unset: readonly UnsetVariable[]): readonly string[] {
  return byVariable(unset).map(([variable, paths]) => {
    const where = listedUpTo(most, paths);
    return `${where}: the environment variable ${variable} is not set; set it in the shell that runs pulumi`;
  });
}
