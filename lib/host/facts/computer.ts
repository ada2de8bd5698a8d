/** Reads what a Windows computer says of itself, in one round trip where it can. */

import { type ComputerFacts, type Fact, known, unknown } from "../../facts";
import type { RestartSign } from "../../releases";
import { cut } from "../../text";
import { failureOf, type Part, regQuery, runParts, sshServer } from "../cmd/commands";
import { findKey, parseDword, parseRegistry, type RegistryKey, textOf } from "../cmd/registry";
import type { HostSession } from "../transport/session";
import { readAdministrators } from "./administrators";
import { identityCommands, identityOf, logonCommands, logonOf } from "./identity";
import { mediaOf, mediaQuestion } from "./media";
import {
  addRestartListings,
  pendingRestartOf,
  restartCommands,
  restartKeysInQuestion,
} from "./pendingRestart";
import { Listings, type Presence, presencesOf } from "./presence";
import { installedRoles, namedKeys, type RoleKeys } from "./roles";

const remoteRegistryKey = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\RemoteRegistry";

/** What the caller knows of the release, and of the program that is to run. */
export interface ComputerQuestions {
  /** The release's Exchange key, e.g. `HKLM\SOFTWARE\Microsoft\Exchange\v8.0`. */
  readonly registryKey: string;
  readonly roleKeys: RoleKeys;
  /** Names of keys below the Exchange key that a clustered mailbox server has. */
  readonly clusterKeys: readonly string[];
  /** What the release's Setup takes for a pending restart. */
  readonly restartSigns: readonly RestartSign[];
  /** Full path of Setup's program on the computer; null when it is not known. */
  readonly media: string | null;
  /** True to list the members of local Administrators. @default false */
  readonly administrators?: boolean;
}

/**
 * Reads everything in one round trip, plus one more when something could not be read and it has to be decided whether
 * it is absent. A part that cannot be read is an unknown fact with its reason; only a lost connection throws.
 *
 * @throws ConnectionLost, CommandTimeout, OutputTooLarge, NotWindowsShell
 */
export async function readComputer(
  session: HostSession,
  questions: ComputerQuestions,
): Promise<ComputerFacts> {
  const { registryKey, roleKeys, clusterKeys, restartSigns } = questions;
  const subject = sshServer;
  const media = mediaQuestion(questions.media);
  const parts = await runParts(session, {
    // Set only in a 32-bit process on 64-bit Windows; elsewhere cmd.exe leaves the text as it is.
    wow64: "echo %PROCESSOR_ARCHITEW6432%",
    ...identityCommands(subject),
    ...logonCommands,
    exchange: `${regQuery(subject, registryKey, "tree")} 2>&1`,
    remoteRegistry: `${regQuery(subject, remoteRegistryKey)} 2>&1`,
    media: media.command ?? "ver >nul",
    ...restartCommands(subject, restartSigns),
  });

  const hidden = hiddenBy(parts.wow64);
  const asked = [
    ...(parts.exchange.ok ? [] : [registryKey]),
    ...(parts.remoteRegistry.ok ? [] : [remoteRegistryKey]),
    ...restartKeysInQuestion(parts, restartSigns),
  ];
  const listings = new Listings();
  addRestartListings(parts, restartSigns, listings);
  // Channels of one connection: these take no longer than one of them.
  const [presences, mediaFact] = await Promise.all([
    presencesOf(session, subject, asked, listings),
    mediaOf(session, media, parts.media),
  ]);

  const identity = identityOf(parts);
  const exchange = treeOf(parts.exchange, registryKey, presences, hidden);
  return {
    identity,
    logon: logonOf(parts.user, parts.groups),
    roles: exchange.known ? installedRoles(exchange.value, registryKey, roleKeys) : exchange,
    clusterKeys: exchange.known
      ? known(namedKeys(exchange.value, registryKey, clusterKeys), registryKey)
      : exchange,
    remoteRegistry: remoteRegistryOf(parts.remoteRegistry, presences),
    ...(await pendingRestartOf(session, subject, parts, restartSigns, presences, hidden)),
    media: mediaFact,
    administrators:
      questions.administrators !== true
        ? unknown("it was not asked", session.name)
        : identity.known
          ? await readAdministrators(session, parts.groups, identity.value.productType)
          : identity,
  };
}

/** Why a key cannot be seen as it is: a 32-bit program on 64-bit Windows is shown another SOFTWARE. */
function hiddenBy(wow64: Part): (key: string) => string | null {
  const architecture = wow64.text.trim();
  if (architecture === "" || architecture.includes("%")) return () => null;
  return (key) =>
    /^HKLM\\SOFTWARE\\/i.test(key)
      ? `the SSH server is a 32-bit program on ${architecture} Windows and sees another part of the registry; ` +
        `use a 64-bit SSH server`
      : null;
}

/** Everything below the Exchange key; nothing when the key is absent. */
function treeOf(
  part: Part,
  registryKey: string,
  presences: ReadonlyMap<string, Presence>,
  hidden: (key: string) => string | null,
): Fact<readonly RegistryKey[]> {
  const why = hidden(registryKey);
  if (why !== null) return unknown(why, registryKey);
  if (part.ok) return known(parseRegistry(part.text), registryKey);
  switch (presences.get(registryKey)) {
    case "absent":
      return known([], registryKey);
    case "present":
      return unknown(`the key is there but cannot be read in full: ${failureOf(part)}`, registryKey);
    default:
      return unknown(failureOf(part), registryKey);
  }
}

function remoteRegistryOf(part: Part, presences: ReadonlyMap<string, Presence>): Fact<number | null> {
  const source = `${remoteRegistryKey}\\Start`;
  if (!part.ok) {
    return presences.get(remoteRegistryKey) === "absent"
      ? known(null, source)
      : unknown(failureOf(part), source);
  }
  const data = textOf(findKey(parseRegistry(part.text), remoteRegistryKey), "Start");
  if (data === null) return known(null, source);
  const start = parseDword(data);
  return start === null
    ? unknown(`the value Start is no number: ${JSON.stringify(cut(data, 60))}`, source)
    : known(start, source);
}
