/** The document's upgrade: contoso, from Exchange 2007 RTM to SP1, every step written out. */
import { contoso, type Lab } from "../lab";
import { findRelease, setupOf } from "../lib/releases";
import { completedRuns, directoryLevels, heading, onStage, type Stage, showChange } from "./demo-stage";

/** Schema, Active Directory, one child domain, seven servers, one Edge Transport server, one set of tools. */
const steps = 12;

/** Plays on the project in the root of the checkout. */
export function showContoso(): Promise<void> {
  return onStage(contoso, ".", upgrade);
}

async function upgrade({ lab, pulumi }: Stage): Promise<void> {
  const before = await levels(lab);

  heading("1. Preview: every step, where it runs, as whom, and what stands in its way (nothing is touched)");
  await pulumi(["preview"]);

  heading("2. Up: the same steps, in order, each verified in the directory and in the registry");
  await pulumi(["up", "--yes", "--skip-preview"]);

  heading("3. Preview again: nothing is left to do");
  await pulumi(["preview", "--expect-no-changes"]);

  heading("4. A rollback to 2007 RTM is refused (this failure is what the demo wants to see)");
  await pulumi(["config", "set", "target", "2007 RTM"]);
  await pulumi(["preview"], { refused: true });

  heading("Levels before and after");
  showChange(before, await levels(lab));
  const runs = completedRuns(lab);
  if (runs !== steps) throw new Error(`Setup ran ${runs} times, not ${steps} times`);
  console.log(`\nSetup ran ${runs} times, once for each step that contoso needs.`);
  console.log(`
What to try next
  npm run demo -- se                 upgrades an organization of today: 2019 CU14 to Subscription Edition
  npm run lab                        keeps a lab running, and says how to point pulumi at it
  pulumi preview --diff              then shows each step's plan: command line, account, groups, level before and after
  pulumi preview --save-plan=f       and pulumi up --plan=f: what was reviewed is what runs
  examples/contoso/index.ts          is the program that you have just seen
`);
}

/** What the directory shows, and the computers in their registries. */
async function levels(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const ofRoles = contoso.computers.flatMap(({ name, roles }) =>
    roles.map((role) => [
      `${name} ${role}`,
      lab.computer(name).registry.text(roleKey(role), "ConfiguredVersion") ?? "none",
    ]),
  );
  return { ...(await directoryLevels(lab, "CONTOSO\\reader")), ...Object.fromEntries(ofRoles) };
}

/** Registry key of a role of Exchange 2007. */
function roleKey(role: string): string {
  const release = findRelease(contoso.release);
  if (release === undefined) throw new Error(`contoso starts from ${contoso.release}, which is no release`);
  const { registryKey, roleKeys } = setupOf(release);
  return `${registryKey}\\${Object.entries(roleKeys).find(([, each]) => each === role)?.[0]}`;
}
