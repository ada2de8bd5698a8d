/**
 * `npm run demo`: a whole upgrade under the real Pulumi engine, on the lab, whose directory, computers and Setup are
 * simulated: of contoso from 2007 RTM to SP1, or with `-- se` of fabrikam from 2019 CU14 to Subscription Edition, with
 * `-- winrm` the same over WinRM through a jump host. Fails when anything is not as the organization needs it.
 */
import { showContoso } from "./demo-contoso";
import { showFabrikam } from "./demo-fabrikam";
import { showWinRm } from "./demo-winrm";

const demos: { readonly [name: string]: () => Promise<void> } = {
  "2007": showContoso,
  se: showFabrikam,
  winrm: showWinRm,
};

async function main([name = "2007", ...more]: readonly string[]): Promise<void> {
  const demo = demos[name.toLowerCase()];
  if (demo === undefined || more.length > 0)
    throw new Error(
      `there is no demo "${[name, ...more].join(" ")}". Usage: npm run demo, or npm run demo -- se, or npm run demo -- winrm`,
    );
  await demo();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`demo: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
