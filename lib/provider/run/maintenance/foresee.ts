/** Before the window: whether a server can be taken out of service, asked in its own shell. */
import type { MaintenanceFacts } from "../../../facts";
import { HostSession, unreadMaintenance } from "../../../host";
import { maintenanceOf } from "../../../releases";
import type { Case } from "../../../rules/case";
import type { Finding } from "../../../rules/finding";
import { asksShell, saidFindings, shellFindings } from "../../../rules/maintenance/findings";
import { messageOf } from "../../../wire/answers";
import { DeadlinePassed, deadline } from "../../facts/deadline";
import { defaultFactsSeconds } from "../../facts/gather";
import type { Run } from "../../memory/run";
import { connectionOptions } from "../../step/connectionOptions";
import type { Step } from "../../step/step";
import { questionsOf } from "./shell";

/** @param spared true where the shell is not asked: what it would show is then not judged */
export async function maintenanceFindings(
  run: Run,
  step: Step,
  c: Case,
  spared: boolean,
): Promise<readonly Finding[]> {
  const { maintenance, reboot } = step.inputs;
  const said = { maintenance: maintenance ?? null, restarts: reboot === "ifRequired" };
  const findings = saidFindings(c, said);
  if (spared || !asksShell(c, said) || !c.facts.computer.identity.known) return findings;
  return [...findings, ...shellFindings(c, said, await lookFor(run, step))];
}

async function lookFor(run: Run, step: Step): Promise<MaintenanceFacts> {
  const seconds = step.inputs.timeouts?.facts ?? defaultFactsSeconds;
  const limit = deadline(seconds);
  const maintenance = maintenanceOf(step.target.product);
  if (maintenance === "none") return unreadMaintenance("no maintenance is described for the target");
  const read = async (): Promise<MaintenanceFacts> => {
    const session = await HostSession.open(connectionOptions(step), run.logons);
    try {
      return await run.shell.read(session, {
        ...questionsOf(step, maintenance),
        timeoutMs: seconds * 1000,
      });
    } finally {
      session.close();
    }
  };
  try {
    return await limit(read(), (why, error) =>
      unreadMaintenance(
        error instanceof DeadlinePassed
          ? `the management shell has not answered within ${seconds} s (\`timeouts.facts\`)`
          : why,
      ),
    );
  } catch (error) {
    return unreadMaintenance(messageOf(error));
  } finally {
    limit.end();
  }
}
