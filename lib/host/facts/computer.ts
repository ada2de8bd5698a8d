/** Reads the facts of a Windows computer, if possible in one round trip. */
import type { ComputerFacts } from "../../facts";
import { frameworkValue } from "../../releases";
import { type Part, type Parts, runParts, runPartsAtOnce } from "../cmd/commands";
import type { HostSession } from "../transport/session";
import { administratorsQuestion } from "./administrators";
import { expiredCertificatesQuestion } from "./certificates";
import { freeSpaceQuestion } from "./freeSpace";
import { identityQuestion, logonQuestion } from "./identity";
import { installerCacheQuestion } from "./installerCache";
import { mediaQuestion } from "./media";
import { pendingFilesQuestion, pendingRestartQuestion } from "./pendingRestart";
import { Listings, presencesOf } from "./presence";
import type { ComputerQuestions, More, Question } from "./question";
import { registryNumber } from "./registryNumber";
import { remoteManagementQuestion } from "./remoteManagement";
import { clusterKeysQuestion, installFolderQuestion, rolesQuestion } from "./roles";
import { eventLogsQuestion, executionPolicyQuestion, openShellsQuestion } from "./settings";
import {
  foldersQuestion,
  languageModeQuestion,
  scannerExclusionsQuestion,
  searchProcessesQuestion,
  webApplicationsQuestion,
} from "./setupGround";
import { servicesQuestion } from "./setupServices";
import { softwareQuestion } from "./software";
import { startTypesQuestion } from "./startTypes";

const remoteRegistryKey = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\RemoteRegistry";

/** One row for each fact; the same round trip reads all of them. */
const questions: { readonly [K in keyof ComputerFacts]-?: Question<K> } = {
  identity: identityQuestion,
  logon: logonQuestion,
  roles: rolesQuestion,
  clusterKeys: clusterKeysQuestion,
  framework: registryNumber(
    "framework",
    frameworkValue.key,
    frameworkValue.value,
    (asked) => asked.framework === true,
  ),
  software: softwareQuestion,
  executionPolicy: executionPolicyQuestion,
  eventLogs: eventLogsQuestion,
  openShells: openShellsQuestion,
  services: servicesQuestion,
  startTypes: startTypesQuestion,
  installerCache: installerCacheQuestion,
  installFolder: installFolderQuestion,
  freeSpace: freeSpaceQuestion,
  expiredCertificates: expiredCertificatesQuestion,
  remoteManagement: remoteManagementQuestion,
  languageMode: languageModeQuestion,
  webApplications: webApplicationsQuestion,
  folders: foldersQuestion,
  searchProcesses: searchProcessesQuestion,
  scannerExclusions: scannerExclusionsQuestion,
  remoteRegistry: registryNumber("remoteRegistry", remoteRegistryKey, "Start"),
  media: mediaQuestion,
  pendingRestart: pendingRestartQuestion,
  pendingFiles: pendingFilesQuestion,
  administrators: administratorsQuestion,
};
const rows: readonly Question<keyof ComputerFacts>[] = Object.values(questions);

/** Set only in a 32-bit process on 64-bit Windows; elsewhere cmd.exe leaves the text as it is. */
const wow64 = "echo %PROCESSOR_ARCHITEW6432%";

/**
 * Reads everything in one round trip, plus one if something could not be read, to decide whether it is absent. A part
 * that cannot be read is an unknown fact with its reason; only a lost connection throws.
 *
 *
 * @throws ConnectionLost, CommandTimeout, OutputTooLarge, NotWindowsShell
 */
export async function readComputer(session: HostSession, asked: ComputerQuestions): Promise<ComputerFacts> {
  const parts = await runPartsAtOnce(session, { wow64, ...commandsOf(asked) });
  const listings = new Listings();
  for (const row of rows)
    for (const [key, part] of row.listings?.(parts, asked) ?? []) listings.set(key, part);
  const keys = rows.flatMap((row) => row.keysInQuestion?.(parts, asked) ?? []);
  // Channels of one connection: these take no longer than one of them.
  const presences = presencesOf(session, [...new Set(keys)], listings);
  const facts = new Map<keyof ComputerFacts, Promise<unknown>>();
  const further = new Map<string, Promise<Parts<string>>>();
  const more: More = {
    asked,
    source: session.name,
    hidden: hiddenBy(parts.wow64),
    presenceOf: async (key) => (await presences).get(key),
    fact,
    ask: (commands, options) => {
      const line = JSON.stringify([commands, options]);
      const answer = further.get(line) ?? runParts<string>(session, commands, options);
      further.set(line, answer);
      return answer as Promise<Parts<string>>;
    },
  };
  // Async, so that an exception of a row is a failed answer like any other.
  const answered = async (name: keyof ComputerFacts): Promise<unknown> => questions[name].answer(parts, more);
  function fact<K extends keyof ComputerFacts>(name: K): Promise<ComputerFacts[K]> {
    const answer = facts.get(name) ?? answered(name);
    facts.set(name, answer);
    return answer as Promise<ComputerFacts[K]>;
  }
  const names = Object.keys(questions) as (keyof ComputerFacts)[];
  const [answers] = await Promise.all([
    Promise.all(names.map(async (name) => [name, await fact(name)] as const)),
    presences,
  ]);
  // Optional facts without an answer are left out.
  return Object.fromEntries(answers.filter(([, answer]) => answer !== undefined)) as unknown as ComputerFacts;
}

/** The commands of all rows, each once. @throws Error if two rows give different commands under one name */
function commandsOf(asked: ComputerQuestions): { readonly [part: string]: string } {
  const commands: { [part: string]: string } = {};
  for (const row of rows)
    for (const [part, command] of Object.entries(row.commands(asked))) {
      if ((commands[part] ?? command) !== command)
        throw new Error(`two facts of a computer have different commands by the name ${part}`);
      commands[part] = command;
    }
  return commands;
}

/** Why a key may appear absent: a 32-bit program on 64-bit Windows sees another SOFTWARE key. */
function hiddenBy(part: Part): (key: string) => string | null {
  const architecture = part.text.trim();
  if (architecture === "" || architecture.includes("%")) return () => null;
  return (key) =>
    /^HKLM\\SOFTWARE\\/i.test(key)
      ? `the SSH server is a 32-bit program on ${architecture} Windows and sees another part of the registry; ` +
        `use a 64-bit SSH server`
      : null;
}
