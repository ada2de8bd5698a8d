import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { register } from "../../lib/cli/task";
import { taskRegistration } from "../../lib/host";

describe("exchange-upgrade task", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-task-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What the command prints, or its refusal. */
  function said(...args: readonly string[]): string {
    let text = "";
    const program = new Command("exchange-upgrade");
    program.exitOverride().configureOutput({ writeErr: () => undefined });
    register(program);
    for (const command of program.commands)
      command.exitOverride().configureOutput({
        writeErr: (error) => {
          text += error;
        },
      });
    const write = process.stdout.write;
    process.stdout.write = ((chunk: string) => {
      text += chunk;
      return true;
    }) as typeof write;
    try {
      program.parse(["task", "--out", folder, ...args], { from: "user" });
    } catch {
      // commander throws instead of leaving the process.
    } finally {
      process.stdout.write = write;
    }
    return text;
  }

  it("says how to register the task on Windows Server 2003, and writes the script", () => {
    const root = "%SystemRoot%\\ExchangeUpgrade";
    assert.equal(
      said("--account", "CONTOSO\\prep", "--windows", "2003", "--task-name", "Exchange Setup"),
      [
        'Registering the scheduled task "Exchange Setup" for run: "task" (script version 2), on Windows Server 2003.',
        "Do this once on every computer on which such a step runs, logged on there as an administrator.",
        "",
        "1. Make the folder, and leave it to administrators and the system alone: whatever is in it may be run.",
        `     mkdir "${root}"`,
        `     cacls "${root}" /g Administrators:F SYSTEM:F`,
        "   cacls asks whether you are sure. Write the groups as this Windows calls them (Administratoren, ...).",
        "",
        "2. Copy into it, unchanged:",
        `     ${join(folder, "run-next.cmd")}  ->  ${root}\\run-next.cmd`,
        "",
        "3. Register the task. schtasks asks for the password of CONTOSO\\prep; it is in no command line and no file.",
        `     schtasks /create /tn "Exchange Setup" /tr "${root}\\run-next.cmd" /sc once /st 00:00 /ru "CONTOSO\\prep" /rp *`,
        "   A warning that the start time is past is right: the task is only started on demand.",
        "",
        '4. CONTOSO\\prep needs the right "Log on as a batch job" (registering grants it unless a domain policy owns the list),',
        "   and what the rules ask of the account that runs Setup: see `pulumi preview`.",
        "",
        "5. Try it: started by hand the task finds nothing prepared, and its last result is 191.",
        '     schtasks /run /tn "Exchange Setup"',
        "     schtasks /query /fo csv /v",
        "",
        'In the program: run: "task", account: { name: "CONTOSO\\\\prep" }, taskName: "Exchange Setup"',
        'To take it away again: schtasks /delete /tn "Exchange Setup"',
        "",
      ].join("\n"),
    );
    assert.deepEqual(readdirSync(folder), ["run-next.cmd"]);
    const script = readFileSync(join(folder, "run-next.cmd"), "latin1");
    assert.equal(script, taskRegistration({ account: "x", windows: "2003" }).script.text);
    assert.match(script, /^[\x20-\x7e\r\n]*$/);
    assert.equal(script.replaceAll("\r\n", "").includes("\n"), false);
  });

  it("registers from XML on 2008 and later, in ASCII and without an encoding, with the full token", () => {
    const text = said("--account", "CONTOSO\\Jos\u00e9 & Co");
    assert.ok(
      text.includes(
        'schtasks /create /tn "ExchangeUpgrade" /xml "%SystemRoot%\\ExchangeUpgrade\\ExchangeUpgrade.xml" /ru "CONTOSO\\Jos\u00e9 & Co" /rp *\n',
      ),
      text,
    );
    assert.ok(text.includes("/rp * /rl highest\n"), text);
    const xml = readFileSync(join(folder, "ExchangeUpgrade.xml"), "latin1");
    assert.match(xml, /^<\?xml version="1\.0"\?>\r\n/);
    assert.match(xml, /^[\x20-\x7e\r\n]*$/);
    assert.ok(xml.includes("<UserId>CONTOSO\\Jos&#233; &#38; Co</UserId>"), xml);
    assert.ok(xml.includes("<RunLevel>HighestAvailable</RunLevel>"), xml);
  });

  for (const [what, args, refusal] of [
    [
      "a task's name",
      ["--task-name", 'x"y'],
      "error: option '--task-name <name>' argument 'x\"y' is invalid. Use letters, digits, blanks, dots, hyphens and " +
        "underscores of ASCII, at most 100.\n",
    ],
    [
      "an account",
      ["--account", 'x" & del'],
      'error: "x\\" & del" cannot be the account of a task: write it as DOMAIN\\name\n',
    ],
    [
      "a release",
      ["--windows", "2000"],
      "error: option '--windows <release>' argument '2000' is invalid. Allowed choices are 2003, 2008.\n",
    ],
  ] as const)
    it(`refuses ${what} that cannot be, and writes nothing`, () => {
      assert.equal(said(...args), refusal);
      assert.deepEqual(readdirSync(folder), []);
    });
});
