/** The component ExchangeUpgrade, made in the plugin for a program in any language. */
import type * as pulumi from "@pulumi/pulumi";
import { Output } from "@pulumi/pulumi";
import { ExchangeUpgrade } from "../program/upgrade/upgrade";
import { visible } from "../text";
import { componentOptions } from "./requests";

/** Answers construct. @throws Error for another type; pulumi.RunError for arguments that cannot be one organization */
export async function construct(
  name: string,
  type: string,
  inputs: pulumi.Inputs,
  { protect: _protect, retainOnDelete: _retain, aliases, ...others }: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
  if (type !== "exchange-upgrade:index:ExchangeUpgrade")
    throw new Error(`exchange-upgrade has no resource ${visible(type)}`);
  const { protect, retainOnDelete, aliasTypes } = componentOptions();
  const upgrade = new ExchangeUpgrade(
    name,
    sorted(inputs) as unknown as ConstructorParameters<typeof ExchangeUpgrade>[1],
    {
      ...others,
      aliases: withTypes(aliases ?? [], aliasTypes),
      ...(protect === undefined ? {} : { protect }),
      ...(retainOnDelete === undefined ? {} : { retainOnDelete }),
    },
  );
  return { urn: upgrade.urn, state: { proven: upgrade.verification.proven } };
}

type Aliases = NonNullable<pulumi.ComponentResourceOptions["aliases"]>;

/**
 * Aliases as the program gives them: they arrive without their types.
 *
 * @param types the type of each, "" for none
 */
export function withTypes(aliases: Aliases, types: readonly string[]): Aliases {
  return aliases
    .map((alias, at) => {
      const type = types[at] ?? "";
      // An alias that is a URN has its type in it.
      return type === "" || typeof alias !== "object" ? alias : { ...(alias as pulumi.Alias), type };
    })
    .filter((alias) => typeof alias !== "object" || Object.keys(alias).length > 0);
}

/** Sorts maps by their keys: they lose their order on the way from the program, and would differ in each run. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || Output.isInstance(value) || value instanceof Promise)
    return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
