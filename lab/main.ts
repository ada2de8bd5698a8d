/**
 * `npm run lab`, or `npm run lab -- fabrikam`: keeps a lab of one of its organizations running until Ctrl-C, and tells how to point a
 * program at it. `--fail hub-lon:"Hub Transport Server Role"` lets the next Setup there fail once, in that phase.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Lab, type OrganizationName, organizationNamed, startLab } from ".";
import { coordinatesFile, writeCoordinates } from "./coordinates";

/** Folder of the Pulumi project that upgrades an organization, from the root of the checkout; null where there is none. */
const projects: { readonly [O in OrganizationName]: string | null } = {
  adatum: null,
  contoso: ".",
  fabrikam: "examples/fabrikam",
  wingtip: null,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { fail: { type: "string", multiple: true, default: [] } },
    allowPositionals: true,
  });
  const name = positionals[0] ?? "contoso";
  const organization = organizationNamed(name);
  const project = Object.entries(projects).find(([each]) => each === name)?.[1] ?? null;
  const file = coordinatesFile();
  const state = mkdtempSync(join(tmpdir(), "exchange-lab-state-"));
  const lab = await startLab(organization, {
    setupSeconds: Number(process.env.EXCHANGE_LAB_SETUP_SECONDS ?? 0.5),
  });
  try {
    for (const failure of values.fail) failOnce(lab, failure);
  } catch (error) {
    rmSync(state, { recursive: true, force: true });
    await lab.stop();
    throw error;
  }
  writeCoordinates(lab, file);
  console.log(
    `The lab is running: a simulated forest ${organization.root} and simulated Windows computers.\n`,
  );
  for (const { name, port } of Object.values(lab.computers))
    console.log(`  ${name.padEnd(30)}ssh 127.0.0.1:${port}`);
  console.log(`  ${"Active Directory".padEnd(30)}${lab.target.urlOf(lab.target.schemaMaster)}`);
  console.log(`\nWhere everything is, with the lab's own passwords: ${file} (readable by you only).`);
  console.log("\nIn another terminal, in the root folder of the checkout:\n");
  // It prints where Pulumi's CLI is: on PATH, or what an earlier command has built or will build now.
  console.log(`  export PATH="$(dirname "$(node tools/pulumi.mjs)"):$PATH"`);
  console.log(`  export EXCHANGE_LAB=${file}`);
  console.log(`  export PULUMI_BACKEND_URL=file://${state} PULUMI_CONFIG_PASSPHRASE=lab`);
  if (project === null)
    console.log("  cd …    # the folder of a Pulumi program of your own: this organization has none");
  else if (project !== ".") console.log(`  cd ${project}`);
  console.log("  pulumi stack select --create lab");
  console.log("  pulumi preview --diff\n");
  console.log("Ctrl-C stops the lab, and removes that state with it.");
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  rmSync(file, { force: true });
  rmSync(state, { recursive: true, force: true });
  await lab.stop();
}

/** Lets one Setup fail. @param failure `HOST:PHASE`, by the first label of the computer's name or all of it */
function failOnce(lab: Lab, failure: string): void {
  const [host = "", ...phase] = failure.split(":");
  const names = Object.values(lab.computers).map(({ name }) => name);
  const computer = names.find((each) => each === host || each.split(".", 1)[0] === host);
  if (computer === undefined || phase.length === 0)
    throw new Error(
      `--fail ${failure}: give HOST:PHASE, such as hub-lon:"Hub Transport Server Role"; hosts are ${names.join(", ")}`,
    );
  lab.computer(computer).faults.failures = [{ phase: phase.join(":"), times: 1 }];
  console.log(`The next Setup on ${computer} fails once, in the phase ${phase.join(":")}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
