/**
 * The names of all arguments, by the object that has them. A misspelled argument would be dropped silently: the
 * compiler does not check a spread, and JavaScript has no compiler. An argument that is missing here does not compile.
 */
import * as pulumi from "@pulumi/pulumi";
import { argumentPath } from "../rules/program/argumentTexts";
import { strayText, visible, withCode } from "../text";
import {
  type AccountArgs,
  type ChangeWindowArgs,
  type CommandLineArgs,
  type ComputerArgs,
  type ConnectionArgs,
  type DirectoryArgs,
  type EndpointArgs,
  isPlain,
  type MaintenanceArgs,
  type ReplicationArgs,
  type SecurityUpdateArgs,
  type ServerCommandsArgs,
  type SetupArgs,
  type StepArgs,
  type StepCommandsArgs,
  type TimeoutArgs,
  type WinRmArgs,
  type WinRmHttpsArgs,
} from "./args";

/** The content of an argument: names, or {@link Each} for keys that the program chooses. null is not checked. */
export type Inside = Names | Each | null;
/** The names that an object of arguments can have. */
export type Names = { readonly [name: string]: Inside };
/** All names of the arguments T. */
export type NamesOf<T> = { readonly [Name in keyof T]-?: Inside };

/** An object whose keys the program chooses. */
export class Each {
  constructor(readonly inside: Inside) {}
}

const endpoint = {
  host: null,
  port: null,
  user: null,
  password: null,
  privateKey: null,
  privateKeyPassword: null,
  hostKey: null,
  agentSocketPath: null,
  dialErrorLimit: null,
  perDialTimeout: null,
  insecureIgnoreHostKey: null,
  algorithms: { kex: null, cipher: null, serverHostKey: null, hmac: null },
} satisfies NamesOf<EndpointArgs>;
const https = { ca: null, fingerprint: null } satisfies NamesOf<WinRmHttpsArgs>;
const winrm = { realm: null, kdc: null, https } satisfies NamesOf<WinRmArgs>;
const connection = { ...endpoint, winrm, proxy: endpoint } satisfies NamesOf<ConnectionArgs>;

export const directoryNames = {
  url: null,
  user: null,
  password: null,
  ca: null,
  serverName: null,
  minVersion: null,
  insecureSkipVerify: null,
  domainControllers: null,
} satisfies NamesOf<DirectoryArgs>;

const line = { command: null, stdin: null, connection, triggers: null } satisfies NamesOf<CommandLineArgs>;
const stepCommands = { media: null } satisfies NamesOf<StepCommandsArgs>;
export const serverCommandsNames = {
  ...stepCommands,
  restartRemoteRegistry: null,
  before: new Each(line),
  after: new Each(line),
} satisfies NamesOf<ServerCommandsArgs>;

export const maintenanceNames = {
  redirectTo: null,
  patience: null,
  expected: null,
  allowSingleCopies: null,
  overrideMinimumTwoCopies: null,
} satisfies NamesOf<MaintenanceArgs>;

export const securityUpdateNames = {
  file: null,
  kb: null,
  build: null,
  expected: null,
} satisfies NamesOf<SecurityUpdateArgs>;

export const changeWindowNames = {
  start: null,
  end: null,
  timeZone: null,
} satisfies NamesOf<ChangeWindowArgs>;

export const stepNames = {
  computer: { name: null, domain: null, connection, media: null } satisfies NamesOf<ComputerArgs>,
  account: { name: null, password: null } satisfies NamesOf<AccountArgs>,
  run: null,
  taskName: null,
  timeouts: {
    setup: null,
    replication: null,
    expected: null,
    reboot: null,
    facts: null,
  } satisfies NamesOf<TimeoutArgs>,
  commands: stepCommands,
  changeWindow: changeWindowNames,
  replication: { domainControllers: null, minutes: null } satisfies NamesOf<ReplicationArgs>,
  setup: {
    acceptLicenseTerms: null,
    diagnosticData: null,
    extendedProtection: null,
    licenseSwitch: null,
  } satisfies NamesOf<SetupArgs>,
  waive: null,
  gone: null,
} satisfies NamesOf<StepArgs>;

/**
 * Messages about names that are not arguments, one line each, with the most similar valid name. A name with the value
 * undefined is ignored: a spread of optional parts leaves such names behind, and Pulumi regards them as absent, too.
 *
 * @param at the place of `given`, for the texts
 */
export function strays(given: unknown, inside: Inside, at: readonly string[] = []): readonly string[] {
  // The provider's check reports the same for a value that is not known yet.
  if (inside === null || !isPlain(given)) return [];
  return Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const path = [...at, name];
    if (inside instanceof Each) return strays(value, inside.inside, path);
    if (Object.hasOwn(inside, name)) return strays(value, inside[name] ?? null, path);
    return [`${argumentPath(null, path)}: ${strayText(name, Object.keys(inside))}`];
  });
}

/**
 * Refuses unknown arguments of a resource, and missing required ones: all at once, before anything is made from them.
 *
 * @throws pulumi.RunError, of which Pulumi shows the message alone
 */
export function refuseStrays(
  what: string,
  args: unknown,
  names: Names,
  required: readonly string[] = [],
): void {
  const problems = [
    ...strays(args, names),
    ...required
      .filter((name) => !isPlain(args) || args[name] === undefined)
      .map((name) => `${name}: missing`),
  ];
  if (problems.length === 0) return;
  throw new pulumi.RunError(
    visible(withCode(`${what} cannot be made of its arguments:\n  ${problems.join("\n  ")}`, "XU-ARGUMENT")),
  );
}
