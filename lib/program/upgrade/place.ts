/** The place of each step in the component's arguments, and which of its arguments are elsewhere there. */

import { members, type ProgramPlace } from "../../rules/program/argumentTexts";
import { isPlain, type StepArgs } from "../args";
import type { ExchangeUpgradeArgs, UpgradeClusteredMailboxArgs, UpgradeServerArgs } from "./upgradeArgs";

/** Arguments whose parts are taken one by one, from the step or from the defaults. */
const byParts: readonly string[] = ["timeouts", "setup", "waive", "gone", "commands", "before", "after"];

/** @param keys path of its own arguments, e.g. `servers` and the server's short name */
export function placeOf(
  keys: readonly [string, ...string[]],
  own: StepArgs | UpgradeServerArgs | UpgradeClusteredMailboxArgs,
  { changeWindow, commands, gone, defaults = {} }: ExchangeUpgradeArgs,
): ProgramPlace {
  const general = { changeWindow, gone, ...(keys[0] === "servers" ? { commands } : {}) };
  const [first, ...rest] = keys;
  const { timeouts, waive } = defaults;
  // Of the defaults, a clustered mailbox server has these.
  const taken = first === "clusteredMailboxServers" ? { timeouts, waive } : defaults;
  return {
    at: `${first}${members(rest)}`,
    elsewhere: { ...inherited(own, general, "", []), ...inherited(own, taken, "defaults", []) },
  };
}

/** Paths in the program by paths in the step: of what `general` contains and the step's own arguments do not. */
function inherited(
  own: unknown,
  general: object,
  root: string,
  at: readonly string[],
): { readonly [path: string]: string } {
  const mine: { readonly [name: string]: unknown } = isPlain(own) ? own : {};
  const found = Object.entries(general).flatMap(([name, value]): (readonly [string, string])[] => {
    const path = [...at, name];
    if (value === undefined) return [];
    if (byParts.includes(name) && isPlain(value))
      return Object.entries(inherited(mine[name], value, root, path));
    const whole = `${root}${members(path)}`;
    return mine[name] === undefined ? [[path.join("."), root === "" ? whole.slice(1) : whole]] : [];
  });
  return Object.fromEntries(found);
}
