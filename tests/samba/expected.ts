/** What the upgrade of contoso on Samba must leave in the directory and print. */
import assert from "node:assert/strict";
import { principalsOf } from "../../lab/directory";
import type { SambaLevels } from "./target";
import { organization } from "./upgrade";

const dc1 = "dc1.contoso.com";
const document = "How to upgrade to Exchange 2007 SP1";

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

/**
 * The one warning of a schema preparation on dc1 that could not be verified.
 * @param more whether its computer could not be read either, for the same reason; the account where it is known
 */
export function notVerified(
  why: string,
  more: { readonly computer: boolean; readonly account?: string },
): readonly string[] {
  const own = (line: string) => (more.computer ? [line] : []);
  return [
    `D1, D4, D9, ${more.computer ? "D10, " : ""}P5, P6, R2${more.computer ? ", R6, R8" : ""} (must), schema preparation on ${dc1}: not verified: ${why}`,
    "Found:  nothing: it could not be read",
    "Needed: D1: an Exchange 2007 organization in the forest",
    "D4: a schema master and, in each site with Exchange, a global catalog on Windows Server 2003 SP1 or later; domains that are not mixed",
    "D9: levels of 2007 SP1 or of a release before it",
    ...own(`D10: a connection to ${dc1} itself`),
    "P5: Schema Admins and Enterprise Admins, of the forest root domain",
    "P6: a computer in the domain and in the site of the schema master",
    "R2: 2007 RTM, from which 2007 SP1 is reached in place",
    ...own("R6: a logon token with the groups of the directory"),
    ...own("R8: Setup of 2007 SP1 (8.1.240.6) in D:\\SP1"),
    "Where:  in the configuration partition of the forest",
    "in the forest",
    "in the program: `target`",
    ...own("in the program: `computer.name` and `computer.connection.host`"),
    `on ${dc1}, logged on as such an account`,
    "run Setup /PrepareSchema on a computer in the domain and in the site of the schema master",
    ...own(`on ${dc1}`),
    "Fix:    let `directory` reach a domain controller with an account that may read the configuration partition",
    "let `directory` read it on a domain controller of each domain, with an account that sees it",
    "let `directory` and the connection read the present levels, with accounts that see them",
    ...own("let the connection reach the computer, with an account that may read its registry"),
    more.account === undefined
      ? "name the account that runs Setup as `account`, and let `directory` read its groups"
      : `let \`directory\` reach a domain controller that shows ${more.account} and its groups`,
    "let `directory` and the connection be read, or run the step on the schema master itself",
    ...own("let the connection log on as the account that runs Setup, where whoami answers"),
    ...own("look at the media, and waive R8 when they are the target's"),
    `Rule:   D1, Exchange must be installed already, with one or more roles or with the management tools (${document})`,
    `D4, the organization meets the system requirements (${document})`,
    `D9, an upgrade cannot be taken back to the earlier release (${document})`,
    ...own(`D10, the fully qualified domain name that is given is the computer's own (${document})`),
    `P5, preparing the schema needs Schema Admins and Enterprise Admins (${document})`,
    `P6, the schema is prepared in the schema master's domain and site (${document})`,
    "R2, the target is reached in place from what is installed (supported transitions)",
    ...own("R6, the logon that runs Setup has the groups that the directory shows (how Setup is run)"),
    ...own("R8, the media hold the target's Setup (how Setup is run)"),
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
