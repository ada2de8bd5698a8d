/** An organization's upgrade as an ordered list of steps, from which the component makes its resources. */
import type * as pulumi from "@pulumi/pulumi";
import { output } from "@pulumi/pulumi";
import type { StepKind } from "../../model";
import { type Wave, type WaveName, wavesOf } from "../../plan/waves";
import { type Product, productOfName } from "../../releases";
import { members } from "../../rules/program/argumentTexts";
import type { ServerCommandsArgs, StepArgs } from "../args";
import type { GateCluster, GateStep } from "../gates";
import { type ClusterOwnArgs, serverInputs } from "../roleUpgrade";
import { withoutUndefined } from "../stepInputs";
import { placeOf } from "./place";
import { refuseSameNames, refuseUnplannable } from "./problems";
import type { ExchangeUpgradeArgs, PreparationArgs, UpgradeServerArgs } from "./upgradeArgs";

/** A step and its place in the order. */
export interface Blueprint extends GateStep {
  /** Name of its resource. */
  readonly name: string;
  /** The program's name for it: a server's short name, or a domain; the kind for other steps. */
  readonly key: string;
}

/** A clustered mailbox server and its place in the order. */
export interface ClusterBlueprint extends GateCluster {
  /** Name of its resource. */
  readonly name: string;
  /** The program's name for it. */
  readonly key: string;
}

/** A wave and its place in the order. */
export interface WaveBlueprint {
  /** Name of its resource. */
  readonly name: string;
  readonly title: string;
  /** Names of its servers' resources. */
  readonly servers: readonly string[];
  readonly width: number;
}

/** Everything that an upgrade of this organization needs. */
export interface OrganizationBlueprint {
  readonly preparations: readonly Blueprint[];
  readonly servers: readonly Blueprint[];
  readonly clusters: readonly ClusterBlueprint[];
  readonly waves: readonly WaveBlueprint[];
}

/** Short names of the waves, for resources. */
const shortNames: Readonly<Record<WaveName, string>> = {
  "Client Access that faces the Internet": "facing-client-access",
  "other Client Access": "client-access",
  "Hub Transport and Unified Messaging": "transport",
  Mailbox: "mailbox",
  "sites that face the Internet": "facing-sites",
  "Client Access of sites that face the Internet": "facing-sites-client-access",
  "other sites": "other-sites",
  "Client Access of other sites": "other-sites-client-access",
  "Edge Transport": "edge",
  "management tools": "tools",
};

/** @throws pulumi.RunError for arguments that cannot be one organization */
export function blueprintOf(name: string, args: ExchangeUpgradeArgs): OrganizationBlueprint {
  refuseUnplannable(name, args);
  const preparations = preparationsOf(name, args);
  const { clusteredMailboxServers: clusters = {} } = args;
  const waves = wavesOf(
    [
      ...Object.entries(args.servers).map(([key, { roles, site = null, internetFacing = false, dag }]) => ({
        name: `${name}-${key}`,
        roles,
        site,
        internetFacing,
        ...withoutUndefined({ dag }),
      })),
      // An operator's steps end a run: what takes no operator comes first.
      ...Object.entries(clusters).map(([key, { site }]) => ({
        name: `${name}-${key}`,
        roles: ["Mailbox" as const],
        site,
        internetFacing: false,
      })),
    ],
    { atOnce: args.atOnce ?? 1, ...withoutUndefined({ edge: args.edge, product: productOf(args.target) }) },
  );
  refuseSameNames(name, [
    ...preparations.map((each) => [calledBy(each), each.name] as const),
    ...Object.keys(args.servers).map((key) => [`servers${members([key])}`, `${name}-${key}`] as const),
    ...Object.keys(clusters).map(
      (key) => [`clusteredMailboxServers${members([key])}`, `${name}-${key}`] as const,
    ),
  ]);
  const names = waves.map((wave, i) => `${name}-${i + 1}-${shortNames[wave.name]}`);
  return {
    preparations,
    servers: waves.flatMap((wave, i) => serversOf(name, args, preparations, wave, names[i - 1])),
    clusters: waves.flatMap((wave, i) => clustersOf(name, args, preparations, wave, names[i - 1])),
    waves: waves.map((wave, i) => ({
      name: names[i] ?? "",
      title: wave.name,
      servers: wave.servers.map((server) => server.name),
      width: wave.width,
    })),
  };
}

/** The target's product; undefined while the program does not know it, and then the waves are those of 2007. */
function productOf(target: ExchangeUpgradeArgs["target"]): Product | undefined {
  return typeof target === "string" ? productOfName(target) : undefined;
}

/** Where the program gives a preparation. */
function calledBy({ kind, key }: Blueprint): string {
  if (kind === "domain")
    return key === "*" ? "preparation.allDomains" : `preparation.domains${members([key])}`;
  return kind === "schema" ? "preparation.schema" : "preparation.activeDirectory";
}

function preparationsOf(name: string, organization: ExchangeUpgradeArgs): readonly Blueprint[] {
  const { preparation } = organization;
  if (typeof preparation === "string") return [];
  const { schema, activeDirectory = schema, domains = {}, allDomains } = preparation;
  const ad = `${name}-ad`;
  const step = (
    kind: StepKind,
    key: string,
    own: string,
    at: readonly string[],
    args: StepArgs,
    rests?: string,
  ): Blueprint => ({
    kind,
    place: placeOf(["preparation", ...at], args, organization),
    key,
    name: own,
    args: withDefaults(args, organization),
    own: kind !== "domain" ? {} : key === "*" ? { allDomains: true } : { domain: key },
    after: [],
    directory: true,
    ...(rests === undefined ? {} : { rests }),
  });
  return [
    step("schema", "schema", `${name}-schema`, ["schema"], schema),
    step(
      "organization",
      "organization",
      ad,
      [preparation.activeDirectory === undefined ? "schema" : "activeDirectory"],
      activeDirectory,
      `${name}-schema`,
    ),
    ...(allDomains === undefined
      ? []
      : [step("domain", "*", `${name}-all-domains`, ["allDomains"], allDomains, ad)]),
    ...Object.entries(domains).map(([domain, args]) =>
      step("domain", domain.toLowerCase(), `${name}-${domain.toLowerCase()}`, ["domains", domain], args, ad),
    ),
  ];
}

function serversOf(
  name: string,
  args: ExchangeUpgradeArgs,
  preparations: readonly Blueprint[],
  wave: Wave,
  earlier: string | undefined,
): readonly Blueprint[] {
  return membersOf(name, args.servers, wave, earlier).map(({ key, own, after }) => {
    const reboot = own.reboot ?? args.defaults?.reboot;
    const maintenance = own.maintenance ?? args.defaults?.maintenance;
    const securityUpdate = own.securityUpdate ?? args.defaults?.securityUpdate;
    const server = withDefaults(
      { ...own, ...withoutUndefined({ reboot, maintenance, securityUpdate }) },
      args,
    );
    const edge = server.roles.includes("Edge Transport");
    const rests = edge ? undefined : preparationFor(server, preparations)?.name;
    return {
      kind: "server" as const,
      key,
      place: placeOf(["servers", key], own, args),
      name: `${name}-${key}`,
      args: withCommands(server, args.commands),
      own: serverInputs(server),
      after,
      directory: !edge,
      ...(rests === undefined ? {} : { rests }),
    };
  });
}

function clustersOf(
  name: string,
  args: ExchangeUpgradeArgs,
  preparations: readonly Blueprint[],
  wave: Wave,
  earlier: string | undefined,
): readonly ClusterBlueprint[] {
  const { clusteredMailboxServers: clusters = {}, changeWindow, gone, defaults = {} } = args;
  return membersOf(name, clusters, wave, earlier).map(({ key, own, after }) => {
    const { site: _, ...given } = own;
    const rests = preparationOfDomain(domainOf(own.name), preparations)?.name;
    return {
      key,
      name: `${name}-${key}`,
      place: placeOf(["clusteredMailboxServers", key], own, args),
      args: {
        ...withoutUndefined({ changeWindow }),
        ...withoutUndefined(given),
        ...withoutUndefined({
          waive: mergedReasons(defaults.waive, own.waive),
          timeouts: byPart(defaults.timeouts, own.timeouts),
          gone: mergedReasons(gone, own.gone),
        }),
      } as ClusterOwnArgs,
      after,
      ...(rests === undefined ? {} : { rests }),
    };
  });
}

/** The members of a wave out of some of the program's. If servers take turns, the first waits for the wave before, and the others wait for the first. */
function membersOf<T>(
  name: string,
  all: { readonly [key: string]: T },
  { servers }: Wave,
  earlier: string | undefined,
): readonly { readonly key: string; readonly own: T; readonly after: readonly string[] }[] {
  const before = earlier === undefined ? [] : [waveToken(earlier)];
  const byName = new Map(Object.entries(all).map((each) => [`${name}-${each[0]}`, each]));
  return servers.flatMap(({ name: own, after }) => {
    const found = byName.get(own);
    return found === undefined
      ? []
      : [{ key: found[0], own: found[1], after: after.length > 0 ? after : before }];
  });
}

/** The name under which steps wait for a wave. */
export function waveToken(wave: string): string {
  return `wave ${wave}`;
}

/**
 * The preparation of a server's domain: the step that names the domain; else the one for all domains; else that of
 * Active Directory, which prepares its computer's domain. R3 judges whether that is the server's.
 */
function preparationFor(
  { computer }: UpgradeServerArgs,
  preparations: readonly Blueprint[],
): Blueprint | undefined {
  return preparationOfDomain((computer.domain ?? domainOf(computer.name)).toLowerCase(), preparations);
}

function domainOf(fqdn: string): string {
  return fqdn.slice(fqdn.indexOf(".") + 1).toLowerCase();
}

function preparationOfDomain(domain: string, preparations: readonly Blueprint[]): Blueprint | undefined {
  const named = (key: string) => preparations.find((each) => each.kind === "domain" && each.key === key);
  return named(domain) ?? named("*") ?? preparations.find((each) => each.kind === "organization");
}

function withDefaults<T extends StepArgs>(
  args: T,
  { defaults = {}, changeWindow, gone }: Pick<ExchangeUpgradeArgs, "defaults" | "changeWindow" | "gone">,
): T {
  const { reboot: _reboot, maintenance: _maintenance, securityUpdate: _update, ...general } = defaults;
  const waive = mergedReasons(general.waive, args.waive);
  const timeouts = byPart(general.timeouts, args.timeouts);
  const setup = byPart(general.setup, args.setup);
  return {
    ...withoutUndefined({ changeWindow, ...general }),
    // An argument with the value undefined does not remove a default.
    ...withoutUndefined(args),
    ...withoutUndefined({ waive, gone: mergedReasons(gone, args.gone), timeouts, setup }),
  } as T;
}

/** Merges two objects part by part; the second takes precedence. undefined if neither has a part. */
function byPart<T extends object>(general: T | undefined, own: T | undefined): Partial<T> | undefined {
  const parts = { ...general, ...withoutUndefined(own ?? {}) };
  return Object.keys(parts).length === 0 ? undefined : parts;
}

/** A server's commands: those of every server first, then its own. */
function withCommands(server: UpgradeServerArgs, general: ServerCommandsArgs | undefined): UpgradeServerArgs {
  const { commands: own } = server;
  if (general === undefined) return server;
  const merged = (place: "before" | "after") => ({ ...general[place], ...own?.[place] });
  return {
    ...server,
    commands: { ...general, ...own, before: merged("before"), after: merged("after") },
  };
}

/** Merges reasons by rule, or by server; the step's own take precedence. */
function mergedReasons<Reasons extends object>(
  general: pulumi.Input<Reasons> | undefined,
  own: pulumi.Input<Reasons> | undefined,
): pulumi.Input<Reasons> | undefined {
  if (general === undefined || own === undefined) return own ?? general;
  return output([general, own] as pulumi.Input<Reasons>[]).apply((both) => Object.assign({}, ...both));
}

/** True if the program itself prepares. */
export function prepares(preparation: ExchangeUpgradeArgs["preparation"]): preparation is PreparationArgs {
  return typeof preparation !== "string";
}
