/** Programs in Pulumi's YAML, written as JSON, which YAML takes. `npm test` builds the language host and names its folder. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { checkout } from "../compiled";
import { pluginFolder } from "./process";

/** Folder of the YAML language host; undefined where there is none, which `npm test` says. */
export const yamlHost = process.env.EXCHANGE_UPGRADE_YAML_HOST;

/** Makes a project one in YAML, with the plugin out of the checkout. */
export function writeYaml(folder: string, name: string, resources: object, more: object = {}): void {
  const plugins = { providers: [{ name: "exchange-upgrade", path: pluginFolder }] };
  const project = { name, runtime: "yaml", plugins, resources, ...more };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project, null, 2));
}

/** Arguments for a lab of contoso, as the harness gives them to programs in JavaScript. */
export function inventoryOf(lab: Lab) {
  const { directory, computers, accounts } = coordinatesOf(lab);
  return {
    directory: { ...directory, ...accounts["CONTOSO\\reader"] } as object,
    computer: (name: string, account = "CONTOSO\\exadmin") => ({
      name,
      media: "D:\\SP1",
      connection: { ...computers[name], ...accounts[account] },
    }),
  };
}

/**
 * An example's program on a lab: with the lab's addresses and passwords in place of those of its configuration, and the plugin out of
 * the checkout in place of the installed one.
 */
export function exampleOn(lab: Lab, example: string): string {
  const { directory, computers, accounts } = coordinatesOf(lab);
  const text = readFileSync(join(checkout, "examples", example, "Pulumi.yaml"), "utf8");
  const plugins = JSON.stringify({ providers: [{ name: "exchange-upgrade", path: pluginFolder }] });
  const lines = (pad: string, values: object) =>
    Object.entries(values)
      .map(([key, value]) => `${pad}${key}: ${JSON.stringify(value)}\n`)
      .join("");
  return text
    .replace(/^packages:\n.*\n/m, `plugins: ${plugins}\n`)
    .replace(/^config:\n(?: {2}.*\n)+/m, "")
    .replace(/^( *)url: .*\n *user: (\S+)\n *password: .*\n/gm, (_all, pad: string, user: string) =>
      lines(pad, { ...directory, ...accounts[user] }),
    )
    .replace(
      /^( *)host: (\S+)\n *hostKey: .*\n *user: (\S+)\n *password: .*\n/gm,
      (_all, pad: string, host: string, user: string) =>
        lines(pad, { ...computers[host], ...(accounts[user] ?? accounts[`${host}\\${user}`]) }),
    );
}

/** A resource of the plugin. */
export function resource(type: string, properties: object, options?: object): object {
  return { type: `exchange-upgrade:${type}`, properties, ...(options === undefined ? {} : { options }) };
}

/** An output of another resource, e.g. `schema.planned`, as a program in YAML writes it. */
export function outputOf(path: string): string {
  return `\${${path}}`;
}
