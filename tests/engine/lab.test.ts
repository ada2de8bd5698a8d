/** What `npm run lab` prints, done: the lines lead to Pulumi's CLI, also where none is on PATH. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describeWith } from "../skip";

const checkout = resolve(__dirname, "..", "..");

describeWith(["pulumi"], "engine: npm run lab", function () {
  this.timeout(120_000);

  it("says how to point Pulumi at it, and leaves nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-lab-"));
    try {
      const file = join(folder, "lab.json");
      const env = { ...process.env, EXCHANGE_LAB: file };
      const loader = pathToFileURL(require.resolve("tsx")).href;
      const lab = spawn(process.execPath, ["--import", loader, join(checkout, "lab", "main.ts")], { env });
      let said = "";
      for await (const piece of lab.stdout) {
        said += piece;
        if (said.includes("Ctrl-C stops the lab")) break;
      }
      const commands = said.match(/^ {2}(export|pulumi) .*$/gm)?.map((line) => line.trim()) ?? [];
      const state = /PULUMI_BACKEND_URL=file:\/\/(\S+)/.exec(said)?.[1] ?? "";
      assert.deepEqual(commands, [
        'export PATH="$(dirname "$(node tools/pulumi.mjs)"):$PATH"',
        `export EXCHANGE_LAB=${file}`,
        `export PULUMI_BACKEND_URL=file://${state} PULUMI_CONFIG_PASSPHRASE=lab`,
        "pulumi stack select --create lab",
        "pulumi preview --diff",
      ]);
      assert.ok(existsSync(file) && existsSync(state));
      const lines = [...commands.slice(0, 3), "pulumi stack ls"].join("\n");
      const printed = execFileSync("sh", ["-ec", lines], { cwd: checkout, encoding: "utf8" });
      assert.match(printed, /^NAME +LAST UPDATE +RESOURCE COUNT$/m);
      lab.kill("SIGINT");
      assert.deepEqual(await once(lab, "exit"), [0, null]);
      assert.ok(!existsSync(file) && !existsSync(state));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
