// The test command: lint, types, build, what the tests need on this machine, and all tests. Everything on the
// command line goes to mocha: `npm test -- tests/rules` or `npm test -- -g "schema master"`.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { COMMAND_PLUGIN, findCommandPlugin } from "./command-plugin.mjs";
import { checksBeside } from "./lib/checks.mjs";
import { NEEDS, provide } from "./lib/debian.mjs";
import { main } from "./lib/process.mjs";
import { runMocha, skippedByUser } from "./mocha.mjs";
import { findPulumi } from "./pulumi.mjs";
import { findPythonHost, PYTHON_HOST } from "./python-host.mjs";
import { findSdkWriter, SDK_WRITER } from "./python-sdk.mjs";
import { findYamlHost, YAML_HOST } from "./yaml-host.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

await main("test", async () => {
  heading("Build; lint and types go on beside the tests, and are told of at their end");
  const beside = checksBeside(root);
  // Where the build fails, its words come first.
  beside.catch(() => {});
  await build({ log });

  const skipped = skippedByUser(process.env);
  const unavailable = skipped.map((name) => ({ name, why: "EXCHANGE_UPGRADE_SKIP names them" }));
  heading("Packages for the tests");
  const needs = NEEDS.filter(({ name }) => !skipped.includes(name));
  unavailable.push(...(await provide(needs, { log })));
  heading("Pulumi");
  const env = { ...process.env };
  if (!skipped.includes("pulumi")) {
    try {
      const { command, root: folder, version, how } = await findPulumi({ log });
      log(`${command}, ${version}, ${how}`);
      env.PULUMI_ROOT = folder;
    } catch (error) {
      unavailable.push({ name: "pulumi", why: error.message });
    }
  }
  /** Finds or makes what tests can do without, and names it to them; `without` says what is lost where there is none. */
  const optional = async (find, variable, without, found = "") => {
    try {
      const { folder, how } = await find({ log, env });
      log(`${found}${folder}, ${how}`);
      env[variable] = folder;
    } catch (error) {
      log(without(error.message));
    }
  };
  if (env.PULUMI_ROOT !== undefined) {
    heading("Plugin of @pulumi/command");
    const standIn = (why) =>
      `A STAND-IN of the lab, and not the real one: ${why}. docs/commands.md says how to build it by hand.`;
    await optional(findCommandPlugin, COMMAND_PLUGIN, standIn, "THE REAL ONE: ");
    heading("Pulumi's YAML language host");
    const noYaml = (why) => `NOT RUN: programs in YAML (tests/engine/yaml.test.ts): ${why}`;
    await optional(findYamlHost, YAML_HOST, noYaml);
    heading("Pulumi's Python language host, and the SDK for it");
    const noPython = (why) => `NOT RUN: programs in Python (tests/engine/python.test.ts): ${why}`;
    await optional(findPythonHost, PYTHON_HOST, noPython);
    const notCompared = (why) =>
      `NOT COMPARED: sdk/python with the plugin's schema (tests/plugin/sdk.test.ts): ${why}`;
    await optional(findSdkWriter, SDK_WRITER, notCompared);
  }
  if (!env.EXCHANGE_UPGRADE_WINRM_PYTHON)
    log(
      "\nNOT RUN: pypsrp and pywinrm against the lab's WinRM (tests/lab/winrm-clients.test.ts): EXCHANGE_UPGRADE_WINRM_PYTHON names no Python that has them",
    );
  log("\nNOT RUN: our scripts on the cmd.exe of Wine (tests/wine): npm run test:wine does");
  for (const { name, why } of unavailable) log(`SKIPPED: the ${name} suites: ${why}`);

  heading("Tests");
  const args = process.argv.slice(2);
  return runMocha({ cwd: root, args: args[0] === "--" ? args.slice(1) : args, env, unavailable, beside });
});

function heading(text) {
  console.log(`\n== ${text}`);
}

function log(line) {
  console.log(line);
}
