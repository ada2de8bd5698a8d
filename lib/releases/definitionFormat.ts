/** The form of what a program defines of releases, as zod reads it. */
import { z } from "zod";
import { parseBuild } from "./build";
import { frameworkNames } from "./framework";
import { products } from "./products";
import { softwareNames } from "./software";
import { windowsServerNames } from "./windowsServer";

const text = z.string().trim().min(1);
const level = z.int().min(1).max(0x7fffffff);
const functionalLevel = z.int().min(0);
const build = z
  .string()
  .refine((value) => /^\d+\.\d+\.\d+\.\d+$/.test(value) && parseBuild(value) !== undefined, {
    message: "is no build of four numbers, such as 15.2.2562.17",
  });

/** Products whose Setup, registry and permissions this package describes. */
const definable = products.filter((product) => product !== "2000" && product !== "2003");

const notDescribed = z.literal("not described");

const windowsVersion = z.strictObject({
  name: z.enum(windowsServerNames),
  servicePack: z.int().min(0).optional(),
  unsettled: z.boolean().optional(),
});

const frameworkFormat = z.strictObject({
  versions: z.array(z.enum(frameworkNames)).min(1),
  onLaterWindows: z
    .strictObject({ version: z.enum(frameworkNames), windows: z.enum(windowsServerNames) })
    .optional(),
});

const windowsFormat = z.strictObject({
  versions: z.array(windowsVersion).min(1),
  core: z.boolean().optional(),
});

const forestFormat = z.strictObject({
  domainControllers: z.array(windowsVersion).min(1),
  level: z.strictObject({
    refusedBelow: functionalLevel,
    least: functionalLevel,
    most: functionalLevel.optional(),
  }),
});

const coexistenceFormat = z.strictObject({
  product: z.enum(products),
  by: z.enum(["Setup", "support"]),
  atLeast: z.strictObject({ build, name: text }).optional(),
});

export const releaseFormat = z.strictObject({
  name: z
    .string()
    .refine((name) => definable.some((product) => name.startsWith(`${product} `)), {
      message: `begins with none of the products ${definable.join(", ")}, followed by a space`,
    })
    .refine((name) => /^\S+( [A-Za-z0-9()]+)+$/.test(name), {
      message: "is no product and release, such as SE CU1",
    }),
  source: text,
  build,
  otherBuilds: z.array(build).optional(),
  newestUpdate: build.optional(),
  levels: z.strictObject({ schema: level, organization: level, domain: level }),
  upgradesFrom: z.array(z.string()),
  framework: z.union([notDescribed, frameworkFormat], {
    error: 'is neither "not described" nor { versions, onLaterWindows? }',
  }),
  windows: z.union([notDescribed, windowsFormat], {
    error: 'is neither "not described" nor { versions, core? }',
  }),
  forest: z.union([notDescribed, forestFormat], {
    error: 'is neither "not described" nor { domainControllers, level: { refusedBelow, least, most? } }',
  }),
  coexistence: z.union([notDescribed, z.literal("none needed"), z.array(coexistenceFormat).min(1)], {
    error: 'is neither "not described" nor "none needed" nor a list of { product, by, atLeast? }',
  }),
  software: z
    .union([notDescribed, z.array(z.enum(softwareNames))], {
      error: `is neither "not described" nor a list of ${softwareNames.map((name) => `"${name}"`).join(", ")}`,
    })
    .optional(),
  setup: z.strictObject({
    licence: z.enum(["none", "accepted", "accepted, with a choice of diagnostic data"]),
    extendedProtection: z.boolean(),
  }),
});

export const updateFormat = z.strictObject({
  release: z.string(),
  newestUpdate: build,
  source: text,
});
