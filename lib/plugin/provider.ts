/** The resource plugin: does what the dynamic providers do, for programs in every language of Pulumi. */
import type * as pulumi from "@pulumi/pulumi";
import type { ProviderKind } from "../model";
import { renderProblem, visible } from "../text";
import { cancelWork } from "../wire/engine";
import { nameIn } from "../wire/resourceNames";
import { type Props, unknownValue } from "../wire/values";
import { packageVersion, schemaText } from "./schema";
import { type Unwrapped, unwrap, wrap } from "./secrets";

/** Loaded at the first call: the process that YAML starts for the schema alone gets none, and starts in half the time. */
const handlers = () => require("../dynamic-v1") as typeof import("../dynamic-v1");
const component = () => require("./component") as typeof import("./component");

const kinds: Readonly<Record<string, ProviderKind>> = {
  ExchangeSchemaPrep: "schema",
  ExchangeADPrep: "organization",
  ExchangeDomainPrep: "domain",
  ExchangeRoleUpgrade: "server",
  ExchangeSecurityUpdate: "securityUpdate",
  ExchangeClusteredMailboxUpgrade: "clusteredMailbox",
  ExchangeReadiness: "readiness",
  ExchangeWave: "wave",
  ExchangeVerification: "verification",
};

/** @throws Error for a type that the plugin does not have */
function kindOf(urn: string): ProviderKind {
  const type = typeIn(urn);
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`exchange-upgrade has no resource ${visible(type)}`);
  return kind;
}

/** The resource's own type, e.g. `ExchangeADPrep`: the type in a URN begins with those of the resource's parents. */
function typeIn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1)?.split(":").at(-1) ?? "";
}

/**
 * Properties in the form that the handlers take. A resource of a component passes its stage. For any other, the
 * engine's check does not tell whether it is a preview, so it counts as one only if `exchange-upgrade` has started the
 * run.
 */
function open(urn: string, props: Props): Unwrapped {
  const { plain, secrets } = unwrap(props);
  const isPreview = plain.__stage === undefined && process.env.EXCHANGE_UPGRADE_PREVIEW === "true";
  return {
    plain: { ...plain, ...(isPreview ? { __stage: unknownValue } : {}), ...preparedIn(plain), __urn: urn },
    secrets,
  };
}

/** Preparations outside the program, for which the schema has a word. */
function preparedIn({ prepared, target }: Props): Props {
  if (prepared !== "verify" && prepared !== "edge" && prepared !== "byFirstServer") return {};
  const asFound = { target, from: "as found", schema: false, organization: false, domains: [] };
  return { prepared: { ...asFound, [prepared]: true } };
}

/** An answer in the form that the engine takes: without what {@link open} has added, and with every secret marked. */
function close(answer: Props, given: Props, { secrets }: Unwrapped): Props {
  const own = Object.entries(answer).filter(
    ([key]) => key !== "__urn" && (key !== "__stage" || key in given),
  );
  return wrap(Object.fromEntries(own), secrets);
}

export const provider: pulumi.provider.Provider = {
  version: packageVersion,
  schema: schemaText,
  check: async (urn, olds: Props, news: Props) => {
    const opened = open(urn, news);
    const { inputs, failures } = await handlers().check(kindOf(urn), open(urn, olds).plain, opened.plain);
    return { inputs: close(inputs, news, opened), failures };
  },
  diff: async (_id, urn, olds: Props, news: Props) =>
    handlers().diff(kindOf(urn), open(urn, olds).plain, open(urn, news).plain),
  create: async (urn, inputs: Props) => {
    const opened = open(urn, inputs);
    const { id, outs } = await handlers().create(kindOf(urn), opened.plain);
    return { id, outs: close(outs, inputs, opened) };
  },
  read: async (id, urn, props: Props = {}) => {
    if (Object.keys(props).length === 0) throw importRefusal(urn);
    const opened = open(urn, props);
    const answer = await handlers().read(kindOf(urn), id, opened.plain);
    return { id: answer.id, props: close(answer.props, props, opened) };
  },
  update: async (_id, urn, olds: Props, news: Props) => {
    const opened = open(urn, news);
    const { outs } = await handlers().update(kindOf(urn), open(urn, olds).plain, opened.plain);
    return { outs: close(outs, news, opened) };
  },
  delete: async (id, urn, props: Props) => handlers().remove(kindOf(urn), id, props),
  cancel: async () => cancelWork(),
  construct: async (...args) => component().construct(...args),
};

/**
 * A resource that the state does not contain has no arguments, so that there is no directory and no computer to read.
 */
function importRefusal(urn: string): Error {
  const error = new Error(
    renderProblem({
      code: "XU-IMPORT",
      summary: `${visible(typeIn(urn))} "${visible(nameIn(urn))}" cannot be imported or got, only adopted`,
      found: "an import or a `get`, which has an id and no arguments",
      needed: "the resource with its arguments, and without `import` and `get`",
      where: "in the program: this resource, or the command `pulumi import`",
      fix: "leave `import` or `get` out: pulumi up adopts what is at its target already, and does not run Setup for it",
    }),
  );
  error.stack = "";
  return error;
}
