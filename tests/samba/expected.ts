/** What the upgrade of contoso on Samba must leave in the directory and print. */
import assert from "node:assert/strict";
import { principalsOf } from "../../lab/directory";
import type { SambaLevels } from "./target";
import { organization } from "./upgrade";

const dc1 = "dc1.contoso.com";

/** serialNumber and versionNumber. */
type ServerVersion = readonly [string, string];
const rtmServer: ServerVersion = ["Version 8.0 (Build 30685.24)", "1912636077"];
const sp1Server: ServerVersion = ["Version 8.1 (Build 30240.6)", "1912701168"];
const upgraded = ["CAS-DUB", "CAS-LON", "CAS-NYC", "HUB-LON", "MBX-DUB", "MBX-LON", "UM-LON"];

function levelsWith(schema: string, level: string, domain: string, server: ServerVersion): SambaLevels {
  return {
    schema,
    organization: level,
    domains: { "contoso.com": domain, "emea.contoso.com": domain },
    // Nobody upgrades the further server: it is outside the program.
    servers: Object.fromEntries([...upgraded.map((name) => [name, server]), ["MBX-TWO", rtmServer]]),
  };
}

/** The forest before the upgrade. */
export const rtm = levelsWith("10637", "10666", "10628", rtmServer);
/** The forest after it. */
export const sp1 = levelsWith("11116", "11221", "11221", sp1Server);

/** The one warning of a schema preparation on dc1 whose domain controller could not be read. @param rules that wait for it */
export function notVerified(
  cause: { readonly code: string; readonly problem: string; readonly found?: string },
  lines: { readonly needed: string; readonly where: string; readonly fix: string; readonly rules: string },
): readonly string[] {
  return [
    `${cause.code} (must), ${dc1}: not verified: ${cause.problem}`,
    ...(cause.found === undefined ? [] : [`Found:  ${cause.found}`]),
    `Needed: ${lines.needed}`,
    `Where:  in the program: ${lines.where}`,
    `Fix:    ${lines.fix}`,
    `Rule:   waiting: ${lines.rules}`,
  ];
}

/** SID that an account of contoso has on Samba. */
export function sidOf(name: string): string {
  const found = principalsOf(organization).find((principal) => principal.name === name);
  assert.ok(found, `contoso has no ${name}`);
  return found.sid;
}

/** Asserts that a command printed these lines one after the other, blanks aside; the first may end a longer line. */
export function shows({ text }: { readonly text: string }, [first = "", ...others]: readonly string[]): void {
  const printed = text.split("\n").map((line) => line.trim());
  const found = printed.some(
    (line, i) =>
      line.endsWith(first) && others.every((expected, offset) => printed[i + 1 + offset] === expected),
  );
  assert.ok(found, `${[first, ...others].join("\n")}\n\nis not in\n\n${text}`);
}
