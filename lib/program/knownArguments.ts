/**
 * The names of all arguments, by the object that has them. A misspelled argument would be dropped silently: the
 * compiler does not check a spread, and JavaScript has no compiler. An argument that is missing here does not compile.
 */
import * as pulumi from "@pulumi/pulumi";
import { argumentPath } from "../rules/program/argumentTexts";
import { strayText, withCode } from "../text";
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
import { refusal } from "./refusal";

/** The content of an argument: names, {@link Each} for keys that the program chooses, or a {@link Form}. null is not checked. */
export type Inside = Names | Each | Form | null;
/** The names that an object of arguments can have. */
export type Names = { readonly [name: string]: Inside };
/** All names of the arguments T. */
export type NamesOf<T> = { readonly [Name in keyof T]-?: Inside };

/** An object whose keys the program chooses. */
export class Each {
  constructor(readonly inside: Inside) {}
}

/** An argument whose value has a form of its own. */
export class Form {
  /** @param problems what is wrong with a value, each with the rest of its path; none for a value that is not known yet */
  constructor(
    readonly problems: (value: unknown) => readonly (readonly [path: readonly string[], what: string])[],
  ) {}
}

const realStep = "did you mean the resource itself, without quotes?";

function isStep(value: unknown): boolean {
  return typeof value === "object" && value !== null && "planned" in value;
}

/** A step that another one rests on: the resource itself, not its name. */
export const stepForm = new Form((value) =>
  value === null || isStep(value) ? [] : [[[], `${shownValue(value)} is no step; ${realStep}`]],
);

/** Steps that another one waits for: a list of resources. */
export const stepsForm = new Form((value) => {
  if (value === null) return [];
  if (isStep(value)) return [[[], "is a step, and no list of steps; did you mean `[…]` around it?"]];
  if (!Array.isArray(value))
    return [
      [[], `${shownValue(value)} is no list of steps; did you mean \`[…]\` with the resources themselves?`],
    ];
  return value.flatMap((each, at) =>
    isStep(each) ? [] : [[[String(at)], `${shownValue(each)} is no step; ${realStep}`] as const],
  );
});

/** Reasons by what they are for. @param sample a key, for the message */
function reasons(sample: string): Form {
  return new Form((value) => {
    const isText = typeof value === "string";
    if (!isText && !Array.isArray(value)) return [];
    const [first] = [value].flat() as readonly unknown[];
    const key = typeof first === "string" && !/["\\\s]/.test(first) ? first : sample;
    const name = /^[A-Z]\d+$/.test(key) ? key : JSON.stringify(key);
    return [
      [[], `is ${isText ? "a text" : "a list"} without reasons; did you mean \`{ ${name}: "<reason>" }\`?`],
    ];
  });
}

/** A value in a message; never an object's contents, which may be a secret. */
export function shownValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (isLate(value)) return "an Output";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value);
}

/** A value that the program does not know while it makes its resources. */
export function isLate(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
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
  waive: reasons("D6"),
  gone: reasons("cas9.contoso.com"),
} satisfies NamesOf<StepArgs>;

/**
 * Messages about names that are not arguments, one line each, with the most similar valid name. A name with the value
 * undefined is ignored: a spread of optional parts leaves such names behind, and Pulumi regards them as absent, too.
 *
 * @param at the place of `given`, for the texts
 */
export function strays(given: unknown, inside: Inside, at: readonly string[] = []): readonly string[] {
  // The provider's check reports the same for a value that is not known yet.
  if (inside === null || isLate(given)) return [];
  if (inside instanceof Form)
    return inside.problems(given).map(([path, what]) => `${argumentPath(null, [...at, ...path])}: ${what}`);
  if (!isPlain(given)) return [];
  return Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const path = [...at, name];
    if (inside instanceof Each) return strays(value, inside.inside, path);
    if (Object.hasOwn(inside, name)) return strays(value, inside[name] ?? null, path);
    return [`${argumentPath(null, path)}: ${strayText(name, Object.keys(inside))}`];
  });
}

/** What is wrong where no object of arguments is given: often the name is forgotten, and they are in its place. */
export const noArguments = "the arguments: missing; they are one object, after the name of a resource";

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
  const problems = isPlain(args)
    ? [
        ...strays(args, names),
        ...required
          .filter((name) => (args[name] ?? undefined) === undefined)
          .map((name) => `${name}: missing`),
      ]
    : [noArguments];
  if (problems.length === 0) return;
  throw refusal(
    withCode(`${what} cannot be made of its arguments:\n  ${problems.join("\n  ")}`, "XU-ARGUMENT"),
  );
}
