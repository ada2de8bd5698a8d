/** Before the change window: asks the server's own shell whether it can be taken out of service. */
import type { MaintenanceFacts } from "../../../facts";
import { readMaintenance, unreadMaintenance } from "../../../host";
import { maintenanceOf } from "../../../releases";
import type { Case } from "../../../rules/case";
import type { Finding } from "../../../rules/finding";
import { asksShell, saidFindings, shellFindings } from "../../../rules/maintenance/findings";
import type { Around } from "../../../rules/maintenance/work";
import { askComputer } from "../../facts/askComputer";
import type { Run } from "../../memory/run";
import type { Step } from "../../step/step";
import { questionsOf } from "./shell";

/**
 * @param how `spared`: the shell is not asked, and what it would show is not judged. `preview`: a facts snapshot may
 * answer
 * @param around what is run while the server is out of service @default the step's Setup
 */
export async function maintenanceFindings(
  run: Run,
  step: Step,
  c: Case,
  { spared, preview }: { readonly spared: boolean; readonly preview: boolean },
  around?: Around,
): Promise<readonly Finding[]> {
  const { maintenance, reboot } = step.inputs;
  const said = { maintenance: maintenance ?? null, restarts: reboot === "ifRequired" };
  const findings = saidFindings(c, said, around);
  if (spared || !asksShell(c, said) || !c.facts.computer.identity.known) return findings;
  const look = await run.facts.answer(step, { question: "maintenance", preview }, () => lookFor(run, step));
  return [...findings, ...shellFindings(c, said, look, around)];
}

async function lookFor(run: Run, step: Step): Promise<MaintenanceFacts> {
  const maintenance = maintenanceOf(step.target.product);
  if (maintenance === "none") return unreadMaintenance("no maintenance is described for the target");
  return askComputer(
    step,
    run.logons,
    (session, seconds) =>
      readMaintenance(session, { ...questionsOf(step, maintenance), timeoutMs: seconds * 1000 }),
    {
      unread: unreadMaintenance,
      late: (seconds) => `the management shell has not answered within ${seconds} s (\`timeouts.facts\`)`,
    },
  );
}
