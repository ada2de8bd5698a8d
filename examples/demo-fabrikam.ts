/** What administrators have to do now: fabrikam, from Exchange 2019 CU14 to Subscription Edition (SE), as one component. */
import type { Lab } from "../lab";
import { directoryNames } from "../lab/directory";
import { fabrikam, forgottenServer, leftBehind, neglectedFabrikam } from "../lab/fabrikam";
import { modernKey, partsOf } from "../lab/product-lines";
import { openSession } from "../lib/host";
import { Logons } from "../lib/logons";
import { completedRuns, directoryLevels, heading, onStage, type Stage, showChange } from "./demo-stage";

/** Active Directory, five Mailbox servers, one Edge Transport server, one set of tools. */
const steps = 8;

/** Plays on the project examples/fabrikam. */
export function showFabrikam(): Promise<void> {
  return onStage(neglectedFabrikam, "examples/fabrikam", upgrade);
}

async function upgrade({ lab, pulumi }: Stage): Promise<void> {
  heading("1. Preview finds what stands in the way (this failure is what the demo wants to see)");
  await pulumi(["preview"], { refused: true });

  heading("2. Administrators mend it: Exchange 2013 is uninstalled, and ex4 gets CU14");
  lab.directory?.store.remove(directoryNames(neglectedFabrikam).server(forgottenServer));
  await runSetup(
    lab,
    leftBehind.name,
    `${leftBehind.media}\\Setup.exe /mode:upgrade /IAcceptExchangeServerLicenseTerms_DiagnosticDataOFF`,
  );
  const before = await levels(lab);

  heading("3. Up: first the whole plan is judged, then each step runs, and is verified");
  await pulumi(["up", "--yes", "--skip-preview"]);

  heading("4. Preview again: nothing is left to do");
  await pulumi(["preview", "--expect-no-changes"]);

  heading("5. The way back to 2019 CU15 is refused (this failure is what the demo wants to see)");
  await pulumi(["config", "set", "target", "2019 CU15"]);
  await pulumi(["preview"], { refused: true });

  heading("Levels before and after");
  showChange(before, await levels(lab));
  const runs = completedRuns(lab) - 1;
  if (runs !== steps) throw new Error(`Setup ran ${runs} times, not ${steps} times`);
  console.log(`
Setup ran ${runs} times: /PrepareAD, and /mode:upgrade on seven computers. The schema and the child domain
already had the levels of SE.`);
  console.log(`
What to try next
  docs/2019-to-se.md                 goes from an empty folder to the last proof
  npm run lab -- fabrikam            keeps this lab running, and says how to point pulumi at it
  examples/fabrikam/index.ts         is the program that you have just seen
`);
}

/** Runs Setup as an administrator does who is logged on there. */
async function runSetup(lab: Lab, computer: string, command: string): Promise<void> {
  console.log(`${computer}> ${command}`);
  const connection = lab.connection(computer, "FABRIKAM\\exadmin");
  const session = await openSession(connection, new Logons());
  try {
    const { exitCode, stdout } = await session.run(command);
    // Setup fills 110 columns.
    console.log(
      stdout
        .trimEnd()
        .replaceAll(/^/gm, "  ")
        .replaceAll(/ {9,}(?=COMPLETED|FAILED)/g, "  "),
    );
    if (exitCode !== 0) throw new Error(`Setup on ${computer} ended with exit code ${exitCode}`);
  } finally {
    session.close();
  }
}

/** What the directory shows, and each computer in its registry. */
async function levels(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const ofComputers = fabrikam.computers.flatMap(({ name, roles }) => {
    const [part] = partsOf(
      "2019",
      roles.length > 1 ? roles.filter((role) => role !== "Management Tools") : roles,
    );
    if (part === undefined) return [];
    const build = lab.computer(name).registry.text(`${modernKey}\\${part.key}`, "ConfiguredVersion");
    return [[`${name} ${roles[0]}`, build ?? "none"]];
  });
  return { ...(await directoryLevels(lab, "FABRIKAM\\reader")), ...Object.fromEntries(ofComputers) };
}
