/**
 * README, done by a new user: its commands and its program as they are written, with the packed package, from an empty folder. What only a
 * person does is done here: the registry's place, host keys, passwords, and the answer to Pulumi's question.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contoso, type Lab, startLab } from "../../lab";
import type { Organization } from "../../lab/organization";
import { reviewJson } from "../../lib/review/format";
import { pathWith, pulumiCli, pulumiEnvironment } from "../../tools/pulumi-environment";
import { assertNoPassword } from "../passwords";
import * as reviews from "../review/fixtures";
import { describeWith } from "../skip";
import { type Ended, run } from "./command";
import { pack, type Tarball } from "./tarball";

/** Contoso with the names, the accounts and the media of README's first program. */
const organization: Organization = (() => {
  const text = [
    ["emea-dc1", "dc1"],
    ["cas-lon", "cas1"],
    ["mbx-dub", "mbx1"],
    ["emeaprep", "prep"],
    ["D:\\\\SP1", "D:\\\\Exchange2007SP1"],
  ].reduce((all, [from = "", to = ""]) => all.replaceAll(from, to), JSON.stringify(contoso));
  const all = JSON.parse(text) as Organization;
  const own = ["dc1.contoso.com", "dc1.emea.contoso.com", "cas1.contoso.com", "mbx1.emea.contoso.com"];
  return { ...all, computers: all.computers.filter(({ name }) => own.includes(name)) };
})();

/** The last SDK for Node.js 20, as README says. */
const sdk = "@pulumi/pulumi@3.248.0";

/** README's commands in its order: how each ends, and what its answer has. */
const answers: readonly (readonly [command: string, code: number, says: RegExp])[] = [
  ["path", 0, /^From Exchange 2016 CU12 to 2016 CU23: 2 upgrades in place/],
  ["path", 3, /^2 servers at 2007 RTM: cas1\.contoso\.com and mbx1\.emea\.contoso\.com$/m],
  ["discover", 0, /^Written: organization\.ts$/m],
  ["init", 0, /^Written in upgrade: Pulumi\.yaml, package\.json, tsconfig\.json/],
  ["hostkeys", 0, /^cas1\.contoso\.com\n {2}ssh-ed25519 +SHA256:/],
  ["doctor", 0, /^Everything is within reach\.$/m],
  ["plan", 0, /^Ready: 5 steps to run$/m],
  ["facts", 0, /^4 computers read, 0 in part, 0 not at all$/m],
  ["compare", 0, /^No difference since the review of 2008-03-14 09:30 UTC$/m],
  ["status", 0, / {2}5 steps: 5 done$/m],
  ["verify", 0, /^At 2007 SP1: contoso\.com, 5 of 5 steps$/m],
  ["rules", 0, /^ {2}Rule: +sites that face the Internet come first, and Edge Transport last$/m],
  ["task", 0, /^Registering the scheduled task "ExchangeUpgrade" for run: "task"/],
  ["log", 3, /^Cause: +the service MSExchangeTransport did not start$/m],
];

/** Files that they have written. */
const written: { readonly [file: string]: RegExp } = {
  "organization.ts": /^export const servers/m,
  "upgrade/index.ts": /new ExchangeUpgrade\(/,
  "plan.html": /<\/html>\s*$/,
  "facts.json": /"facts":5/,
  "run-next.cmd": /next\.txt/,
};

describeWith(["pulumi"], "packed: README, as it is written", function () {
  this.timeout(600_000);
  let base: string;
  let folder: string;
  let tarball: Tarball;
  let readme: string;
  let lab: Lab;
  let env: { [name: string]: string };

  before(async () => {
    base = mkdtempSync(join(tmpdir(), "exchange-upgrade-readme-"));
    const packed = join(base, "tarball");
    folder = join(base, "exchange");
    for (const each of [packed, folder]) mkdirSync(each);
    tarball = await pack(packed);
    readme = tarball.read("README.md").toString("utf8");
    lab = await startLab(organization, { setupSeconds: 0.02 });
    const ca = join(base, "ca.pem");
    writeFileSync(ca, lab.target.ca);
    env = {
      ...pulumiEnvironment(base, "readme"),
      PATH: pathWith(registry(), pulumiCli("npm test").bin),
      NODE_OPTIONS: `--require "${join(__dirname, "routes.cjs")}"`,
      // The users' machine trusts the authority of their domain controllers.
      NODE_EXTRA_CA_CERTS: ca,
      EXCHANGE_UPGRADE_TEST_ROUTES: JSON.stringify(routes()),
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      NO_COLOR: "1",
      ...Object.fromEntries(
        ["prefer-offline", "ignore-scripts"].map((flag) => [`npm_config_${flag}`, "true"]),
      ),
      ...Object.fromEntries(["audit", "fund"].map((flag) => [`npm_config_${flag}`, "false"])),
      ...passwords(),
    };
  });
  after(async () => {
    await lab?.stop();
    if (base !== undefined) await rm(base, { recursive: true, force: true });
  });

  /** A folder with an `npm` that takes the package from the tarball, as a registry that had it would give it. */
  function registry(): string {
    const bin = join(base, "bin");
    mkdirSync(bin);
    const real = process.env.npm_execpath?.endsWith("npm-cli.js")
      ? `"${process.execPath}" "${process.env.npm_execpath}"`
      : `PATH="${process.env.PATH}" npm`;
    const script = `#!/bin/sh
for word in "$@"; do
  shift
  case "$word" in
    pulumi-exchange-upgrade) word="${tarball.path}" ;;
    @pulumi/pulumi) word="${sdk}" ;;
  esac
  set -- "$@" "$word"
done
${real} "$@"
`;
    writeFileSync(join(bin, "npm"), script, { mode: 0o755 });
    return bin;
  }

  function routes(): { readonly [place: string]: number } {
    const controllers = organization.domainControllers.map(
      ({ name }) => [`${name}:636`, Number(new URL(lab.target.urlOf(name)).port)] as const,
    );
    const computers = Object.values(lab.computers).map(({ name, port }) => [`${name}:22`, port] as const);
    return Object.fromEntries([...controllers, ...computers]);
  }

  function passwords(): { readonly [name: string]: string } {
    const of = (name: string, domain: string) =>
      organization.accounts.find((account) => account.name === name && account.domain === domain)?.password ??
      "";
    return {
      READER_PASSWORD: of("reader", "contoso.com"),
      PREP_PASSWORD: of("prep", "contoso.com"),
      EMEA_PASSWORD: of("prep", "emea.contoso.com"),
      EXADMIN_PASSWORD: of("exadmin", "contoso.com"),
    };
  }

  const shell = (command: string): Promise<Ended> => run("sh", ["-e", "-c", command], { cwd: folder, env });
  const succeed = async (command: string): Promise<string> => {
    const { code, text } = await shell(command);
    assert.equal(code, 0, `${command}\n${text}`);
    return text;
  };
  /** The blocks of README's section, without the mark of a language. */
  const blocks = (section: string, language: string): readonly string[] => {
    const [, text = ""] = readme.split(`\n## ${section}\n`);
    const [own = ""] = text.split("\n## ");
    return [...own.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, each, block = ""]) =>
      each === language ? [block] : [],
    );
  };
  /** The user writes each server's own key into the program. */
  const withHostKeys = (program: string): string =>
    program.replaceAll(/computer\("([^"]+)"(.*)"SHA256:…"\)/g, (_, name: string, between: string) => {
      const [, blob = ""] = lab.computer(name).hostKey.split(" ");
      const digest = createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64");
      return `computer("${name}"${between}"SHA256:${digest.replace(/=+$/, "")}")`;
    });

  it("installs the package into the four files that it names, and makes the stack", async () => {
    const [, content = ""] = /^\| `Pulumi\.yaml` \| (.*) \|$/m.exec(readme) ?? [];
    assert.equal(content, "`name: exchange` and `runtime: nodejs`");
    writeFileSync(join(folder, "Pulumi.yaml"), "name: exchange\nruntime: nodejs\n");
    assert.match(readme, /^\| `package\.json` \| `"main": "index\.ts"`/m);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ main: "index.ts" }));
    const [install = "", ...more] = blocks("A first program", "");
    assert.deepEqual(more, []);
    assert.match(install, /^npm install pulumi-exchange-upgrade @pulumi\/pulumi\n/);
    await succeed(install);
    const [program = ""] = blocks("A first program", "ts");
    const own = withHostKeys(program);
    assert.doesNotMatch(own, /…/);
    writeFileSync(join(folder, "index.ts"), own);
  });

  it("has code that type-checks with the package's declarations, in every block", async () => {
    const [first = ""] = blocks("A first program", "ts");
    const [imports = "", ...rest] = first.split("\n\n");
    const declared = rest.join("\n\n").split("\nconst schema")[0];
    const others = [
      "Preparation alone",
      "A whole organization",
      "Security updates",
      "What a refused rollback looks like",
    ]
      .flatMap((section) => blocks(section, "ts"))
      .map((block) => block.replaceAll(/^import .*$/gm, ""));
    assert.equal(others.length, 4);
    const context = `import * as exchange from "pulumi-exchange-upgrade";
const { ExchangeUpgrade, ExchangeSecurityUpdate } = exchange;
${imports}
${declared}
const ad = null as unknown as ExchangeADPrep;
const [prep1, ex1Host, ex2Host] = [dc1, cas1Host, mbx1Host];
`;
    writeFileSync(join(folder, "samples.ts"), context + others.map((block) => `{\n${block}\n}\n`).join(""));
    const options =
      "--noEmit --strict --target es2020 --module commonjs --moduleResolution node --skipLibCheck";
    await succeed(`node_modules/.bin/tsc ${options} index.ts samples.ts`);
  });

  it("has commands that run, the night between them", async () => {
    const [block = "", ...more] = blocks("The command line", "");
    assert.deepEqual(more, []);
    const commands = block.trim().split("\n");
    // What these two compare, and the log that somebody has sent.
    writeFileSync(join(folder, "reviewed.json"), reviewJson(reviews.contoso()));
    writeFileSync(join(folder, "now.json"), reviewJson(reviews.contoso()));
    writeFileSync(
      join(folder, "ExchangeSetup.log"),
      "[03/14/2008 10:00:00] [0] [ERROR] Service 'MSExchangeTransport' failed to reach status 'Running' on this server.\n",
    );
    const left = [...answers];
    for (const command of commands) {
      if (command.startsWith("npx exchange-upgrade status")) await night();
      const [name = "", code, says = /^$/] = left.shift() ?? [];
      assert.ok(command.startsWith(`npx exchange-upgrade ${name} `), command);
      const ended = await shell(command);
      assertNoPassword(ended.text, organization);
      assert.match(ended.text, says, command);
      assert.equal(ended.code, code, `${command}\n${ended.text}`);
    }
    assert.deepEqual(left, []);
    for (const [file, says] of Object.entries(written))
      assert.match(readFileSync(join(folder, file), "utf8"), says);
  });

  /** What README says of an approved plan. */
  async function night(): Promise<void> {
    const commands = [...readme.matchAll(/`(pulumi (?:preview --save-plan|up --plan)=plan\.json)`/g)].map(
      ([, command = ""]) => command,
    );
    assert.deepEqual(commands, ["pulumi preview --save-plan=plan.json", "pulumi up --plan=plan.json"]);
    const [preview = "", up = ""] = commands;
    await succeed(`${preview} --non-interactive`);
    assert.match(await succeed(`${up} --yes --non-interactive`), /\+ 6 created/);
  }
});
