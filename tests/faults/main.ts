/**
 * `npm run test:faults`: random fault campaigns against the lab, several at a time, each in a world of its own.
 *
 *   --seed N    the campaigns of this seed  [a new one, which is printed]
 *   --count N   how many that drive provider processes over gRPC  [300]
 *   --winrm N   how many, besides, whose computers are reached over WinRM  [40; 0 where EXCHANGE_UPGRADE_SKIP names kdc]
 *   --service N how many, besides, of members of a database availability group that go out of service  [60]
 *   --cli N     how many, besides, that drive the real CLI  [36]
 *   --from N    begin with the Nth of them, where a run was stopped  [1]
 *   --only N    only the campaign of this number; the others are numbered winrm-N, service-N and cli-N
 *   --jobs N    processes that work at a time  [two for each processor]
 *
 * The history of a campaign that failed, and of the one of --only, is kept in a file, with everything that was said.
 */
import { type ChildProcess, fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../compiled";
import { isSkipped } from "../skip";
import type { Outcome, Work } from "./worker";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    count: { type: "string", default: "300" },
    winrm: { type: "string", default: isSkipped("kdc") ? "0" : "40" },
    service: { type: "string", default: "60" },
    cli: { type: "string", default: "36" },
    from: { type: "string", default: "1" },
    only: { type: "string" },
    jobs: { type: "string", default: String(2 * availableParallelism()) },
  },
});

async function main(): Promise<number> {
  const seed =
    values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : numberOf("seed", values.seed);
  const counts = {
    provider: numberOf("count", values.count),
    winrm: numberOf("winrm", values.winrm),
    service: numberOf("service", values.service),
    cli: numberOf("cli", values.cli),
  };
  const { only } = values;
  const first = Math.max(numberOf("from", values.from), 1);
  const work = only === undefined ? workOf(seed, counts).slice(first - 1) : [workNamed(seed, only)];
  build();
  console.log(`fault campaigns: seed ${seed}, ${work.length} campaigns`);
  const began = performance.now();
  const outcomes = await inWorkers(
    work,
    Math.min(numberOf("jobs", values.jobs), work.length),
    ({ seconds, tries, broken, name, told, struck, details }, finished) => {
      const head = `[${String(finished).padStart(3)}/${work.length}] ${broken.length === 0 ? "ok  " : "FAIL"}`;
      console.log(`${head} ${name}: ${seconds} s, ${tries} tries, struck ${struck.length}: ${told}`);
      for (const line of broken) console.log(`      ${line.replaceAll("\n", "\n      ")}`);
      if (broken.length > 0) console.log(`      again: npm run test:faults -- --seed ${seed} --only ${name}`);
      if (broken.length > 0 || only !== undefined) keep(seed, name, details);
    },
  );
  const failed = outcomes.filter(({ broken }) => broken.length > 0);
  console.log(`\nfaults that struck: ${byKind(outcomes.flatMap(({ struck }) => struck))}`);
  console.log(`seed ${seed}, ${Math.round((performance.now() - began) / 1_000)} s`);
  console.log(`${outcomes.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

function numberOf(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} is a number, and not "${text}"`);
  return Number(text);
}

function byKind(struck: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of struck) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([kind, count]) => `${kind} ${count}`).join(", ");
}

/** The CLI's campaigns are spread among the others: they wait for processes more than they work. */
function workOf(seed: number, counts: Readonly<Record<Work["kind"], number>>): readonly Work[] {
  const all = (["provider", "winrm", "service", "cli"] as const).flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, number) => ({
      work: { seed, number, kind },
      place: (number + 0.5) / counts[kind],
    })),
  );
  return all.sort((a, b) => a.place - b.place).map(({ work }) => work);
}

function workNamed(seed: number, name: string): Work {
  const [, kind = "provider", number] = /^(?:(cli|service|winrm)-)?(\d+)$/.exec(name) ?? [];
  if (number === undefined)
    throw new Error(`--only is a number, winrm-NUMBER, service-NUMBER or cli-NUMBER, and not "${name}"`);
  return { seed, number: Number(number), kind: kind as Work["kind"] };
}

function keep(seed: number, name: string, details: unknown): void {
  const file = join(tmpdir(), `faults-${seed}-${name}.json`);
  writeFileSync(file, JSON.stringify(details, null, 2));
  console.log(`the history of ${name}: ${file}`);
}

/** Has processes work on campaigns, one at a time each, until none is left. A process that ends takes its campaign along. */
async function inWorkers(
  work: readonly Work[],
  jobs: number,
  told: (outcome: Outcome, finished: number) => void,
): Promise<readonly Outcome[]> {
  const waiting = [...work];
  const outcomes: Outcome[] = [];
  const workers = Array.from({ length: jobs }, async () => {
    const child: ChildProcess = fork(join(__dirname, "worker.ts"));
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const outcome = await answerOf(child, next);
        outcomes.push(outcome);
        told(outcome, outcomes.length);
      }
    } finally {
      child.disconnect();
    }
  });
  await Promise.all(workers);
  return outcomes;
}

function answerOf(child: ChildProcess, work: Work): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const ended = () =>
      reject(new Error(`the process that worked on campaign ${work.number} (${work.kind}) has ended`));
    child.once("exit", ended);
    child.once("message", (outcome) => {
      child.off("exit", ended);
      resolve(outcome as Outcome);
    });
    child.send(work);
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
