/**
 * The providers that are serialized into every resource's state: thin singletons, one per resource, that capture
 * nothing but the permanent module path and a name. Old states run them for years: never rename the path.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { ProviderKind } from "../model";

function providerOf(kind: ProviderKind): pulumi.dynamic.ResourceProvider {
  return {
    check: (olds, news) => require("pulumi-exchange-upgrade/dynamic-v1").check(kind, olds, news),
    diff: (_id, olds, news) => require("pulumi-exchange-upgrade/dynamic-v1").diff(kind, olds, news),
    create: (inputs) => require("pulumi-exchange-upgrade/dynamic-v1").create(kind, inputs),
    read: (id, props) => require("pulumi-exchange-upgrade/dynamic-v1").read(kind, id, props),
    update: (_id, olds, news) => require("pulumi-exchange-upgrade/dynamic-v1").update(kind, olds, news),
    delete: (id, props) => require("pulumi-exchange-upgrade/dynamic-v1").remove(kind, id, props),
  };
}

/** One provider per kind: the SDK serializes an instance once. */
export const providers: Readonly<Record<ProviderKind, pulumi.dynamic.ResourceProvider>> = {
  schema: providerOf("schema"),
  organization: providerOf("organization"),
  domain: providerOf("domain"),
  server: providerOf("server"),
  readiness: providerOf("readiness"),
  wave: providerOf("wave"),
  verification: providerOf("verification"),
  commands: providerOf("commands"),
  securityUpdate: providerOf("securityUpdate"),
  clusteredMailbox: providerOf("clusteredMailbox"),
};
