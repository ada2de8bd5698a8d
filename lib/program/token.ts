/** Type tokens of this package's resources, and what the SDK itself cannot tell of them. */
import type * as pulumi from "@pulumi/pulumi";
import { renderProblem, visible } from "../text";
import { isHostedAsPlugin } from "../wire/hosting";
import { refusal } from "./refusal";

/** Module part of the resources' type tokens. */
export const moduleName = "exchange";

/** Type token of a resource class of this package, e.g. `pulumi-nodejs:dynamic/exchange:ExchangeADPrep`. */
export function tokenOf(type: string): string {
  return `pulumi-nodejs:dynamic/${moduleName}:${type}`;
}

/** Type token of the same resource in the resource plugin, e.g. `exchange-upgrade:index:ExchangeADPrep`. */
export function pluginTokenOf(type: string): string {
  return `exchange-upgrade:index:${type}`;
}

/**
 * The resource's type in the other provider, dynamic or plugin: a stack can move from one to the other without a
 * replacement.
 */
export function otherTokenOf(type: string): string {
  return isHostedAsPlugin() ? tokenOf(type) : pluginTokenOf(type);
}

/** Options by which the engine finds the resource that the other provider has left in the state. */
export function withOtherToken<T extends pulumi.ResourceOptions>(opts: T | undefined, other: string): T {
  return { ...(opts as T), aliases: [...(opts?.aliases ?? []), { type: other }] };
}

/**
 * Whether a value is a resource of this type, of a program in TypeScript or in any other language. Policy packs ask a class
 * with nothing but the type token, and the SDK's own `isInstance`, which a class would inherit, looks for other properties.
 */
export function isOfType(thing: unknown, type: string, own = tokenOf(type)): boolean {
  if (typeof thing !== "object" || thing === null) return false;
  const token = (thing as { readonly __pulumiType?: unknown }).__pulumiType;
  return token === own || token === pluginTokenOf(type);
}

/**
 * Refuses the option `import`, which dynamic providers do not support: the SDK would throw an error of its own.
 *
 * @throws pulumi.RunError that says what to do instead
 */
export function refuseImport(type: string, name: string, opts: object | undefined): void {
  const id = (opts as { readonly import?: unknown } | undefined)?.import;
  if (id === undefined) return;
  throw refusal(
    renderProblem({
      summary: `${type} "${visible(name)}" cannot be imported, only adopted`,
      found: "the option `import`, which Pulumi's dynamic resources do not have",
      needed: "the resource without it",
      where: "in the program: the options of this resource",
      fix: "leave `import` out: pulumi up adopts what is at its target already, and does not run Setup for it",
      code: "XU-IMPORT",
    }),
  );
}
