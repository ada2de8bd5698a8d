/**
 * Mistakes of a new user through the command line tool on the real engine: each is said once, in a few lines. Lines are counted as a
 * person sees them at a terminal, of 80 columns.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import { fitted } from "../../lib/text";
import { pathWith, pulumiCli } from "../../tools/pulumi-environment";
import { describeWith } from "../skip";
import { makeProject, type Project } from "./harness";
import { organizationProgram } from "./organization-program";

const main = resolve(__dirname, "../../dist/cli/main.js");

/** Gives the connection of a server, or of all that log on as exadmin, other arguments. */
const change = (which: string, more: string) => `
for (const [name, { computer }] of Object.entries(servers))
  if (${which}) computer.connection = { ...computer.connection, ${more} };`;
const isExadmin = 'computer.connection.user.endsWith("exadmin")';

interface Mistake {
  readonly name: string;
  readonly program: string;
  readonly most: number;
  readonly code: number;
  /** What the lines begin with that tell it. */
  readonly says: readonly string[];
}

const mistakes: readonly Mistake[] = [
  {
    name: "a host name that is misspelled",
    program: change('name === "cas-lon"', 'host: "cas-lonn.invalid"'),
    most: 12,
    code: 4,
    says: [
      "XU-HOST-NAME (must), cas-lon.contoso.com: not verified: the host name does not",
      '  Where:  in the program: `servers["cas-lon"].computer.connection.host`',
      "  Fix:    correct the name, or add it to DNS",
    ],
  },
  {
    name: "a wrong password on eight servers",
    program: change(isExadmin, 'password: { env: "TEST_WRONG_PASSWORD" }'),
    most: 15,
    code: 4,
    says: [
      "XU-LOGON (must), 8 computers: not verified: CONTOSO\\exadmin cannot log on",
      "  Fix:    set TEST_WRONG_PASSWORD to the password of CONTOSO\\exadmin",
    ],
  },
  {
    name: "a host key of another server, and none",
    program: `${change('name === "cas-lon"', 'hostKey: servers["hub-lon"].computer.connection.hostKey')}
${change('name === "mbx-lon"', "hostKey: undefined")}`,
    most: 18,
    code: 4,
    says: [
      "XU-HOST-KEY-WRONG (must), cas-lon.contoso.com: not verified: another host key",
      "XU-HOST-KEY-MISSING (must), mbx-lon.contoso.com: not verified: no host key given",
    ],
  },
  {
    name: "a variable that is not set",
    program: change(isExadmin, 'password: { env: "TEST_NOT_SET" }'),
    most: 12,
    code: 3,
    says: [
      "XU-VARIABLE (must), 8 computers: the environment variable TEST_NOT_SET is not",
      "  Fix:    set TEST_NOT_SET in the shell that runs pulumi",
    ],
  },
  {
    // The program does not come to a step; each place has a line.
    name: "a misspelled argument on eight servers",
    program: `for (const { computer } of Object.values(servers)) if (${isExadmin}) computer.medai = "D:\\\\SP1";`,
    most: 14,
    code: 3,
    says: [
      "Refused: 1 finding in the way",
      'ExchangeUpgrade "contoso" cannot be planned:',
      '  servers["mbx-lon"].computer.medai: is no argument here; did you mean `media`?',
    ],
  },
  {
    name: "an error of the program itself",
    program: "args.servers.none.computer = 1;",
    most: 5,
    code: 1,
    says: [
      "The program: TypeError: Cannot set properties of undefined (setting 'computer')",
      "  Where:  index.js:36:",
      "exchange-upgrade: pulumi preview ended with exit code 1 before any step was",
    ],
  },
  {
    name: "media that cannot be read on eight servers",
    program:
      change(isExadmin, "") +
      '\nfor (const { computer } of Object.values(servers)) computer.media = "Q:\\\\SP1";',
    most: 15,
    code: 4,
    says: [
      "XU-MEDIA (must), 9 computers: not verified: the release of the media cannot be",
      "  Needed: Setup of 2007 SP1 (8.1.240.6) in Q:\\SP1",
      "  Rule:   waiting: R8",
    ],
  },
  {
    name: "a wrong password of the reader",
    program: 'args.directory = { ...directory, password: "wrong-password" };',
    most: 14,
    code: 4,
    says: ["XU-DIRECTORY-LOGON (must), 9 computers: not verified: "],
  },
  {
    // What was caught is no finding, and hides nothing; whoever catches it and fails after it sees both.
    name: "an error of the program after a refusal that it has caught",
    program:
      'try { new ExchangeUpgrade("contoso", { ...args, tarhet: 1 }); } catch {} args.servers.none.computer = 1;',
    most: 8,
    code: 1,
    says: [
      'ExchangeUpgrade "contoso" cannot be planned:',
      "  tarhet: is no argument here; did you mean `target`?",
      "The program: TypeError: Cannot set properties of undefined (setting 'computer')",
      "  Where:  index.js:36:",
    ],
  },
  {
    name: "none, in twelve steps",
    program: "",
    most: 25,
    code: 0,
    says: ["Ready: 12 steps to run (contoso.com"],
  },
];

const columns = 80;

describeWith(["pulumi"], "engine: the mistakes of a new user, through exchange-upgrade plan", function () {
  this.timeout(300_000);
  let lab: Lab;
  let project: Project;

  before(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    project = await makeProject(lab, "", { TEST_WRONG_PASSWORD: "wrong-password" });
  });
  after(async () => {
    project?.remove();
    await lab?.stop();
  });

  const plan = () =>
    new Promise<{ code: number; text: string }>((done) => {
      const env = {
        ...process.env,
        ...project.env,
        PATH: pathWith(pulumiCli("npm test").bin),
        SHELL: "/bin/sh",
      };
      // The answer goes to a terminal; what is said beside it, to a file, without the progress that is drawn over.
      const beside = join(project.folder, "beside.txt");
      const command = `stty cols ${columns}; '${process.execPath}' '${main}' plan --stack test 2>'${beside}'`;
      const args = ["--quiet", "--return", "--command", command, "/dev/null"];
      execFile("script", args, { cwd: project.folder, env }, (error, stdout) =>
        done({
          code: typeof error?.code === "number" ? error.code : 0,
          // The folder of a test has a longer name than a user's.
          text: `${fitted(readFileSync(beside, "utf8").replaceAll(project.folder, "/home/me/exchange"), columns)}${stdout.replaceAll("\r", "")}`,
        }),
      );
    });

  for (const { name, program, most, code, says } of mistakes)
    it(`${name}: at most ${most} lines in all`, async () => {
      project.write(organizationProgram(program));
      const planned = await plan();
      const lines = planned.text.trimEnd().split("\n");
      assert.equal(planned.code, code, planned.text);
      assert.ok(lines.length <= most, `${lines.length} lines:\n${planned.text}`);
      for (const text of says)
        assert.equal(lines.filter((line) => line.startsWith(text)).length, 1, `${text}\n\n${planned.text}`);
      assert.doesNotMatch(planned.text, /wrong-password|pulumi-nodejs/);
    });
});
