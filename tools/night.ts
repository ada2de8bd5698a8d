/**
 * Writes docs/a-night.md from a real run: a plan is approved, a step fails, the same command goes on, and the organization is
 * verified. Pulumi is real, the computers are simulated. Run it by hand: `npm run night`.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { contoso, startLab } from "../lab";
import { writeCoordinates } from "../lab/coordinates";
import { fitted } from "../lib/text";
import { pathWith, pulumiCli, pulumiEnvironment } from "./pulumi-environment";

const checkout = resolve(__dirname, "..");

interface Act {
  /** What happens, for the reader. */
  readonly title: string;
  readonly text: string;
  readonly command: string;
  /** Whether the command ends with 0. */
  readonly ok: boolean;
}

const acts: readonly Act[] = [
  {
    title: "The plan",
    text: "The day before. Nobody has to read more than this to know whether the night can begin.",
    command: "exchange-upgrade plan --stack prod",
    ok: true,
  },
  {
    title: "The approval",
    text: "The plan is saved, and somebody approves it.",
    command: "pulumi preview --stack prod --save-plan plan.json",
    ok: true,
  },
  {
    title: "The failure",
    text: "In the night Setup fails on one server. What does not wait for it was done before; what waits for it is not started.",
    command: "pulumi up --stack prod --plan plan.json --yes",
    ok: false,
  },
  {
    title: "What is left",
    text: "The service is repaired. The plan says what is done and what is to do.",
    command: "exchange-upgrade plan --stack prod",
    ok: true,
  },
  {
    title: "The resume",
    text: "The same command, with the same approved plan.",
    command: "pulumi up --stack prod --plan plan.json --yes",
    ok: true,
  },
  {
    title: "The proof",
    text: "Every step is read once more.",
    command: "exchange-upgrade plan --stack prod",
    ok: true,
  },
];

async function main(): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), "exchange-upgrade-night-"));
  const lab = await startLab(contoso, { setupSeconds: 0.3 });
  try {
    lab.computer("hub-lon.contoso.com").faults.failures = [
      {
        phase: "Hub Transport Server Role",
        reason: "Service 'MSExchangeTransport' failed to reach status 'Running' on this server.",
        times: 1,
      },
    ];
    cpSync(join(checkout, "examples"), join(base, "examples"), { recursive: true });
    symlinkSync(join(checkout, "node_modules"), join(base, "node_modules"), "dir");
    const file = join(base, "lab.json");
    writeCoordinates(lab, file);
    const folder = join(base, "examples", "organization");
    const env = {
      ...process.env,
      ...pulumiEnvironment(base, "night"),
      PATH: pathWith(pulumiCli("this script").bin),
      EXCHANGE_LAB: file,
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      NO_COLOR: "1",
    };
    // The lab answers from this very process, so commands must not block it.
    const run = (command: string) =>
      new Promise<{ code: number | null; text: string }>((done) => {
        const own = command
          .replace(/^exchange-upgrade plan/, `node ${join(checkout, "dist/cli/main.js")} plan --format text`)
          .replace(/^pulumi (preview|up)/, "pulumi $1 --non-interactive --suppress-progress --color never");
        const child = spawn("sh", ["-c", own], { cwd: folder, env });
        let text = "";
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding("utf8").on("data", (piece: string) => {
            text += piece;
          });
        child.on("close", (code) => done({ code, text }));
      });
    await run("pulumi stack init prod");
    const parts: string[] = [];
    for (const act of acts) {
      const { code, text } = await run(act.command);
      if ((code === 0) !== act.ok) throw new Error(`${act.command} ended with ${code}:\n${text}`);
      parts.push(
        `## ${act.title}\n\n${act.text}\n\n\`\`\`text\n$ ${act.command}\n${shown(text, base)}\n\`\`\``,
      );
    }
    writeFileSync(join(checkout, "docs", "a-night.md"), `${head}\n\n${parts.join("\n\n")}\n`);
  } finally {
    await lab.stop();
    rmSync(base, { recursive: true, force: true });
  }
}

const head = `# A night, recorded

A real run of Pulumi against **simulated Windows** computers: [the lab](lab.md) with its organization contoso, which goes from 2007 RTM to SP1. Temporary
folders, SIDs, durations and Pulumi's own rows were taken out. Pulumi prints its diagnostics in no order: here stand first what succeeded, then
the failure, then what was not started. Lines are broken at 100 columns. \`npm run night\` in a checkout records it again.`;

/** The output without what is another one each time. */
function shown(text: string, base: string): string {
  const own = text
    .replaceAll(base, "/…")
    .replaceAll(/S-1-5-21-[\d-]+/g, "<SID>")
    .replaceAll(/watermark [0-9A-Fa-f-]{20,}/g, "watermark …")
    .replaceAll(/^(Duration: +|Made: +).*$/gm, "$1…")
    .replaceAll(/^Running pulumi preview in .*\n/gm, "")
    .replaceAll(/^pulumi preview: .*\n/gm, "")
    // The rows, of which a terminal shows the last state of each; and, of a preview, what `plan` has told in a line each.
    .replace(/(?<=^Updating[^\n]*\n)[\s\S]*?(?=^Diagnostics:)/m, "")
    .replace(/(?<=^Previewing[^\n]*\n)[\s\S]*?(?=^Resources:)/m, "")
    .replaceAll(/[ \t]+$/gm, "")
    .trim();
  return fitted(own.replace(/(?<=^Diagnostics:\n)[\s\S]*?(?=\n\n(?:Resources|Outputs):)/m, inOrder), 100);
}

/** The diagnostics of a run: what succeeded, the failure, and what waits for it, each by the resource's name. */
function inOrder(diagnostics: string): string {
  const rank = (each: string) =>
    /\n {4}error: expected resource operations/.test(each) ? 2 : each.includes("\n    error: ") ? 1 : 0;
  return diagnostics
    .split("\n\n")
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .join("\n\n");
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
