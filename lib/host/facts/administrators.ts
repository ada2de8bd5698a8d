/**
 * Members of local Administrators (S-1-5-32-544) as `net localgroup` lists them, for an account that is not the one
 * that logs on. The group's local name comes from the row of `whoami /groups` that has its SID. The parser uses only
 * the layout of the output of `net`, never a word.
 */
import { type Fact, known, type LocalMember, unknown } from "../../facts";
import { failureOf, type Part } from "../cmd/commands";
import { localNameOf } from "../cmd/listings";
import { quoteArgument } from "../cmd/quote";
import { isLossy, linesOf } from "../transport/decode";
import { groupsCommand } from "./identity";
import type { More, Question } from "./question";

const administratorsSid = "S-1-5-32-544";

/** How many names are looked up in one command line. */
const atOnce = 20;

export const administratorsQuestion: Question<"administrators", "groups"> = {
  commands: () => ({ groups: groupsCommand }),
  answer: async ({ groups }, more) => {
    if (more.asked.administrators !== true) return unknown("it was not asked", more.source);
    const identity = await more.fact("identity");
    return identity.known ? readAdministrators(more.ask, groups, identity.value.productType) : identity;
  },
};

/**
 * Reads the members in one round trip, plus one if some of them may be accounts of the computer.
 *
 * @param groups output of `whoami /groups /fo csv /nh`
 *
 * @param productType ProductType in the registry: LanmanNT for a domain controller, which has no accounts of its own
 */
async function readAdministrators(
  ask: More["ask"],
  groups: Part,
  productType: string | null,
): Promise<Fact<readonly LocalMember[]>> {
  const source = "net localgroup";
  if (!groups.ok) return unknown(failureOf(groups), source);
  if (productType === null)
    return unknown("the registry does not say whether it is a domain controller", source);
  const group = localNameOf(groups.text, administratorsSid);
  if (group === null)
    return unknown("the logon is in no group of that SID, so it does not tell what it is called", source);
  const quoted = quotedName(group);
  if (quoted === null)
    return unknown(
      `the group is called ${JSON.stringify(group)}, which no command line can carry for certain`,
      source,
    );
  const parts = await ask({
    members: `net localgroup ${quoted} 2>&1`,
    // Any other success of `net` ends with the same line.
    witness: "net accounts 2>&1",
  });
  const failed = [parts.members, parts.witness].find((part) => !part.ok);
  if (failed !== undefined) return unknown(failureOf(failed), source);
  const names = parseMembers(parts.members, parts.witness);
  if (names === null) return unknown("the output is not of the form that is known", source);
  const bare = productType === "LanmanNT" ? [] : names.filter((name) => !name.includes("\\"));
  const own = await localAccounts(ask, bare);
  return known(
    names.map((name) => ({ name, isLocalAccount: own.has(name) })),
    `${source} ${quoted}`,
  );
}

/**
 * The lines between the line of dashes and the last one, which reports success. The last line must equal the one with
 * which another command of the same program ends: after an error it would differ.
 */
export function parseMembers(
  members: Pick<Part, "text" | "bytes">,
  witness: Pick<Part, "bytes">,
): readonly string[] | null {
  const last = lastLine(members.bytes);
  if (last === undefined || last !== lastLine(witness.bytes)) return null;
  const lines = linesOf(members.text).map((line) => line.trimEnd());
  const ruler = lines.findIndex((line) => /^-{20,}$/.test(line));
  if (ruler < 0) return null;
  const names = lines.slice(ruler + 1).filter((line) => line !== "");
  // Windows lets nobody take the last member out of the group.
  return names.length < 2 ? null : names.slice(0, -1);
}

/** By its bytes, whatever code page they are in. */
function lastLine(bytes: Buffer): string | undefined {
  return linesOf(bytes.toString("latin1"))
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .at(-1);
}

/** The names for which the computer itself has an account, by the exit code of `net user`. */
async function localAccounts(ask: More["ask"], names: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const askable = names.filter((name) => quotedName(name) !== null);
  for (let i = 0; i < askable.length; i += atOnce) {
    const some = askable.slice(i, i + atOnce);
    const commands = Object.fromEntries(some.map((name) => [name, `net user ${quotedName(name)} >nul 2>&1`]));
    for (const [name, part] of Object.entries(await ask(commands))) if (part.ok) found.add(name);
  }
  return found;
}

/** The name as an argument; null if the code page or cmd.exe could change it, or `net` could take it for an option. */
function quotedName(name: string): string | null {
  if (name === "" || name.startsWith("/") || isLossy(name)) return null;
  try {
    return quoteArgument(name);
  } catch {
    return null;
  }
}
