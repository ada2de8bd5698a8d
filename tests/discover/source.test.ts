import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import ts from "typescript";
import { type DirectorySource, discover, organizationSource } from "../../lib/discover";
import { known, unknown } from "../../lib/facts";
import { parseInputs } from "../../lib/provider/step/inputs";
import { dnOf, releaseNamed } from "../rules/builder";
import { anyFacts, anyName, directoryOf, facts, server, version } from "./facts";
import { expectedPreparation, expectedServers, plainOf, run, withBlanks } from "./generated";

type Servers = { readonly [name: string]: { readonly computer: unknown } };

const target = releaseNamed("2007 SP1");
const reader: DirectorySource = {
  url: "ldaps://dc1.contoso.com",
  user: "CONTOSO\\reader",
  passwordEnv: "READER_PASSWORD",
};
const sourceOf = (of: Parameters<typeof discover>[0], directory = reader) =>
  organizationSource(discover(of, { target }), { directory });

/** A clustered mailbox server of which everything is known, and one of which little is. */
const clustered = [
  server("CAS", { roles: ["Client Access"] }),
  server("MBX1", { clustered: { storage: 1, nodes: ["NODE1", "NODE2"] } }),
  server("MBX2", { clustered: { storage: 2, nodes: [] }, fqdn: null }),
];

const anyDirectory: fc.Arbitrary<DirectorySource> = fc.record(
  {
    url: anyName,
    user: anyName,
    passwordEnv: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,120}$/),
    ca: anyName,
    serverName: anyName,
    minVersion: fc.constantFrom("TLSv1", "TLSv1.2"),
    domainControllers: fc.dictionary(anyName, anyName, { maxKeys: 3 }),
  },
  { requiredKeys: ["url", "user", "passwordEnv"] },
);

describe("the file that discovery writes", function () {
  this.timeout(60_000);
  it("comes to what was found, whatever the names are", () => {
    fc.assert(
      fc.property(anyFacts, anyDirectory, (given, directory) => {
        const found = discover(given, { target });
        const { exports, refusal } = run(organizationSource(found, { directory }));
        const { passwordEnv, ca, ...rest } = directory;
        assert.deepEqual(
          exports.directory,
          plainOf({
            ...rest,
            password: { env: passwordEnv },
            ...(ca === undefined ? {} : { ca: `node:fs ${ca}` }),
          }),
        );
        assert.equal(exports.target, "2007 SP1");
        const servers = expectedServers(found);
        assert.deepEqual(withBlanks(exports.servers, servers), servers);
        const preparation = expectedPreparation(found);
        assert.deepEqual(withBlanks(exports.preparation, preparation), preparation);
        assert.match(refusal ?? "", /^The organization is not complete: /);
      }),
      { numRuns: 100 },
    );
  });

  it("holds no character that shows otherwise than it is", () => {
    fc.assert(
      fc.property(anyFacts, anyDirectory, (given, directory) => {
        assert.doesNotMatch(sourceOf(given, directory), /[^\P{C}\n]|(?! )\p{Z}/u);
      }),
    );
  });

  it("is the same, in whichever order the directory answers", () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const { servers } = given.forest;
        const turned = servers.known ? { ...servers, value: [...servers.value].reverse() } : servers;
        assert.equal(sourceOf({ ...given, forest: { ...given.forest, servers: turned } }), sourceOf(given));
      }),
    );
  });

  it("refuses to load until everything is filled in, with a list", () => {
    const text = sourceOf(
      facts({
        servers: [
          server("MBX", { fqdn: "mbx.elsewhere.net", site: null }),
          server("CAS", { roles: ["Client Access"] }),
          server("EDGE", { roles: ["Edge Transport"], fqdn: "edge.perimeter.net" }),
        ],
      }),
    );
    assert.equal(
      run(text).refusal,
      `The organization is not complete: 12 values are to be filled in, in the file that discovery wrote:
  - media: folder with Setup of 2007 SP1, such as D:\\Exchange
  - accounts.preparation.user: such as CONTOSO\\prep
  - accounts.servers.user: such as CONTOSO\\exadmin
  - accounts.edge.user: such as Administrator
  - hostKeys: SHA256:… of dc1.contoso.com
  - hostKeys: SHA256:… of dc1.emea.contoso.com
  - hostKeys: SHA256:… of cas.contoso.com
  - servers: CAS: whether it faces the Internet
  - hostKeys: SHA256:… of edge.perimeter.net
  - servers: MBX: DNS name of its domain
  - hostKeys: SHA256:… of mbx.elsewhere.net
  - servers: MBX: its Active Directory site`,
    );
  });

  it("loads once everything is filled in, to arguments that the provider takes", () => {
    const text = sourceOf(facts({ servers: [server("MBX")] }))
      .replace(/fill\("media: [^"]*"\)/, '"D:\\\\SP1"')
      .replaceAll(/fill\("(accounts[^"]*)"\)/g, '"CONTOSO\\\\somebody"')
      .replaceAll(': "",', ': "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",');
    const { exports, refusal } = run(text);
    assert.equal(refusal, null);
    const { directory, servers } = exports as { readonly directory: unknown; readonly servers: Servers };
    assert.deepEqual(servers, {
      mbx: {
        computer: {
          name: "mbx.contoso.com",
          media: "D:\\SP1",
          connection: {
            host: "mbx.contoso.com",
            user: "CONTOSO\\somebody",
            password: { env: "SERVERS_PASSWORD" },
            hostKey: `SHA256:${"A".repeat(43)}`,
          },
        },
        roles: ["Mailbox"],
        site: "London",
      },
    });
    const inputs = { target: "2007 SP1", directory, computer: servers.mbx?.computer };
    assert.deepEqual(parseInputs("server", inputs).problems, []);
  });

  it("lists the first twenty of many missing values", () => {
    const servers = Array.from({ length: 30 }, (_, at) => server(`MBX${at + 10}`));
    const lines = (run(sourceOf(facts({ servers }))).refusal ?? "").split("\n");
    assert.equal(lines.length, 22);
    assert.equal(
      lines[0],
      "The organization is not complete: 35 values are to be filled in, in the file that discovery wrote:",
    );
    assert.equal(lines.at(-1), "  - and 15 more");
  });
});

describe("the file that discovery writes of clustered mailbox servers", () => {
  it("has them apart from the servers, with their nodes, for the resource that guides their upgrade", () => {
    const text = sourceOf(facts({ servers: clustered }));
    const { exports } = run(text);
    assert.deepEqual(Object.keys(exports.servers as object), ["cas"]);
    const { mbx1, mbx2 } = exports.clusters as { [name: string]: { [argument: string]: unknown } };
    assert.equal(mbx1?.name, "mbx1.contoso.com");
    const nodes = mbx1?.nodes as { [name: string]: { name: string } };
    assert.deepEqual(
      Object.entries(nodes).map(([key, { name }]) => [key, name]),
      [
        ["node1", "node1.contoso.com"],
        ["node2", "node2.contoso.com"],
      ],
    );
    assert.deepEqual(
      [mbx1?.site, mbx1?.account],
      ["London", { name: "<accounts.servers.user: such as CONTOSO\\exadmin>" }],
    );
    assert.deepEqual(
      [mbx2?.name, mbx2?.nodes],
      ["<clusters: MBX2: its FQDN>", "<clusters: MBX2: its nodes>"],
    );
    assert.match(text, /\n {2}"node1\.contoso\.com": "",\n {2}"node2\.contoso\.com": "",\n/);
    assert.match(text, /\/\/ {3}clusteredMailboxServers: clusters\n/);
  });

  it("has nodes that the directory names in full as they are, and adds no suffix that is not there", () => {
    const nodesOf = (fqdn: string, nodes: readonly string[]) => {
      const { exports } = run(
        sourceOf(facts({ servers: [server("MBX1", { fqdn, clustered: { storage: 2, nodes } })] })),
      );
      const { mbx1 } = exports.clusters as {
        [name: string]: { nodes: { [name: string]: { name: string } } };
      };
      return Object.values(mbx1?.nodes ?? {}).map(({ name }) => name);
    };
    const full = ["Node1.emea.contoso.com", "NODE2"];
    assert.deepEqual(nodesOf("mbx1.contoso.com", full), ["node1.emea.contoso.com", "node2.contoso.com"]);
    assert.deepEqual(nodesOf("mbx1", ["NODE1", "NODE2"]), ["node1", "node2"]);
  });

  it("has no word of them where there are none", () => {
    assert.doesNotMatch(sourceOf(facts()), /cluster/i);
  });
});

describe("the file that discovery writes, as it is", function () {
  this.timeout(120_000);
  let folder: string;
  let files: readonly string[];
  let texts: readonly string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "discovered-"));
    texts = [
      sourceOf(facts()),
      sourceOf(facts({ forest: { servers: unknown("no answer", "dc1") } })),
      sourceOf(facts({ forest: { schema: known(11116, "s") }, domainLevels: {} })),
      sourceOf(
        facts({
          servers: [server("OLD", version("6.5.7638.2")), server("CAS", { roles: ["Client Access"] })],
          virtualDirectories: known([directoryOf("CAS", ["https://mail.contoso.com/owa"])], "directories"),
        }),
      ),
      // Nothing to prepare and nothing to upgrade.
      sourceOf(
        facts({
          forest: { schema: known(11116, "s"), organization: known({ name: "C", level: 11221 }, "o") },
          domainLevels: { "contoso.com": known(11221, "c"), "emea.contoso.com": known(11221, "e") },
        }),
      ),
      sourceOf(facts({ servers: clustered })),
      // What Setup asks, and a database availability group.
      organizationSource(
        discover(
          facts({
            servers: [server("EX1", { ...version("15.2.1544.4"), roles: ["Client Access", "Mailbox"] })],
            forest: {
              availabilityGroups: known(
                [{ dn: "CN=DAG1", name: "DAG1", members: [dnOf("EX1")], unseen: null }],
                "groups",
              ),
            },
          }),
          { target: releaseNamed("SE RTM") },
        ),
        { directory: reader },
      ),
      ...fc
        .sample(fc.tuple(anyFacts, anyDirectory), { numRuns: 60, seed: 1 })
        .map(([given, directory]) => sourceOf(given, directory)),
    ];
    await mkdir(join(folder, "files"));
    files = texts.map((_, at) => join(folder, "files", `organization${at}.ts`));
    await Promise.all(texts.map((text, at) => writeFile(files[at] ?? "", text)));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("type-checks as arguments of the component", async () => {
    const root = resolve(__dirname, "../..");
    const shim = join(folder, "package.ts");
    const modules = ["lib/index", "lib/program/upgrade/upgradeArgs"].map((path) =>
      JSON.stringify(join(root, path)),
    );
    await writeFile(shim, modules.map((path) => `export * from ${path};\n`).join(""));
    const user = join(folder, "user.ts");
    const uses = files.map(
      (_, at) => `import * as o${at} from "./files/organization${at}";
const { target: t${at}, directory: d${at}, preparation: p${at}, servers: s${at} } = o${at};
export const a${at}: ExchangeUpgradeArgs = { target: t${at}, directory: d${at}, preparation: p${at}, servers: s${at}${texts[at]?.includes("export const setup") ? `, defaults: { setup: o${at}.setup }` : ""} };`,
    );
    await writeFile(
      user,
      ['import type { ExchangeUpgradeArgs } from "pulumi-exchange-upgrade";', ...uses].join("\n"),
    );
    const program = ts.createProgram([...files, user], {
      target: ts.ScriptTarget.ES2022,
      // The package is read from its sources here, which are compiled with this.
      lib: ["lib.es2023.d.ts", "lib.es2024.string.d.ts"],
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      noImplicitReturns: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
      paths: { "pulumi-exchange-upgrade": [shim] },
    });
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map((each) => `${each.file?.fileName}: ${ts.flattenDiagnosticMessageText(each.messageText, "\n")}`);
    assert.deepEqual(problems, []);
  });

  it("leaves this project's formatter and linter nothing to change", async () => {
    const root = resolve(__dirname, "../..");
    await copyFile(join(root, "biome.json"), join(folder, "files", "biome.json"));
    const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
    const checked = await promisify(execFile)(
      process.execPath,
      [biome, "check", "--error-on-warnings", ...files],
      { cwd: join(folder, "files") },
    ).catch((error: { stdout: string; stderr: string }) => error);
    assert.match(
      checked.stdout,
      /^Checked \d+ files in [^\n]*No fixes applied\.\n$/,
      `${checked.stdout}${checked.stderr}`,
    );
  });
});
