/** The command on the lab's directory: what it prints, what it writes, and what it answers when it cannot. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { contoso } from "../../lab";
import { directoryNames, type LabDirectory, startDirectory } from "../../lab/directory";
import { offeredText } from "../../lib/releases";
import { bare, nothingOfExchange, passwordOf } from "../directory/organization";
import { run } from "../discover/generated";
import { type Ended, runDiscover, typeCheck } from "./process";

const names = directoryNames(contoso);
const password = "Lab-Reader-1";

describe("exchange-upgrade discover", function () {
  this.timeout(60_000);
  let directory: LabDirectory;
  let folder: string;

  before(async () => {
    directory = await startDirectory(contoso, {
      hidden: [
        { dn: names.schemaVersion, attribute: "rangeUpper", from: "CONTOSO\\helpdesk" },
        {
          dn: names.server("mbx-lon.contoso.com"),
          attribute: "msExchCurrentServerRoles",
          from: "CONTOSO\\helpdesk",
        },
      ],
    });
  });
  after(() => directory.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "discover-"));
    await writeFile(join(folder, "ca.pem"), directory.ca);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const url = () => directory.controllers["dc1.contoso.com"]?.url ?? "";
  const label = () => url().replace(/\/$/, "");
  const controllers = () => Object.entries(directory.controllers).map(([name, { url }]) => `${name}=${url}`);
  /** The whole command, as the reader. */
  const args = (...more: readonly string[]) => [
    ...["--url", url(), "--user", "CONTOSO\\reader", "--password-env", "READER_PASSWORD", "--ca", "ca.pem"],
    ...["--domain-controller", ...controllers()],
    ...more,
  ];
  const discoverWith = (given: readonly string[], env = { READER_PASSWORD: password }) =>
    runDiscover(given, folder, env);
  const files = async () => (await readdir(folder)).sort();
  const written = (name = "organization.ts") => readFile(join(folder, name), "utf8");

  const refuses = ({ code, stdout, stderr }: Ended, text: string, expected = 1) => {
    assert.equal(stderr, `${text}\n`);
    assert.equal(code, expected);
    assert.equal(stdout, "");
  };

  it("writes a whole project, which type-checks, and nothing where a file of one is there", async () => {
    const { code, stdout, stderr } = await discoverWith(args("--project", "exchange"));
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.match(
      stdout,
      /\n\nWritten in exchange: Pulumi\.yaml, package\.json, tsconfig\.json, \.gitignore, index\.ts and organization\.ts\n\nNext:\n {2}1\. Review exchange\/organization\.ts, and fill in what it asks for\.\n/,
    );
    assert.match(await written("exchange/organization.ts"), /ca: readFileSync\("\.\.\/ca\.pem", "utf8"\)/);
    assert.equal(typeCheck(join(folder, "exchange")), "");
    const again = await discoverWith(args("--project", "exchange"));
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^exchange-upgrade discover: a project is not written over what is there\n/);
    assert.equal((await discoverWith(args("--project", "x", "--out", "y.ts"))).code, 2);
  });

  it("writes the organization and says what to do next, as docs/discovery.md shows it", async () => {
    const { code, stdout, stderr } = await discoverWith(args());
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.deepEqual(await files(), ["ca.pem", "organization.ts"]);
    const text = await written();
    const page = await readFile(resolve(__dirname, "../../docs/discovery.md"), "utf8");
    assert.ok(page.includes(`\`\`\`\n${stdout}\`\`\`\n`), stdout);
    const shown = text.slice(
      text.indexOf("/** Who prepares the forest"),
      text.indexOf('  // Release 2007 RTM (8.0.685.24).\n  "hub-lon"'),
    );
    assert.ok(page.includes(`${shown}  // …\n`), shown);
    const { exports, refusal } = run(text);
    assert.deepEqual(exports.directory, {
      url: url(),
      user: "CONTOSO\\reader",
      password: { env: "READER_PASSWORD" },
      ca: "node:fs ca.pem",
      domainControllers: Object.fromEntries(
        Object.entries(directory.controllers).map(([name, { url }]) => [name, url]),
      ),
    });
    const started =
      "The organization is not complete: 12 values are to be filled in, in the file that discovery wrote:\n";
    assert.ok(refusal?.startsWith(started), refusal ?? "");
    for (const said of [stdout, text]) assert.ok(!said.includes(password));
  });

  it("answers 4 where something could not be read, and says what and why in both places", async () => {
    const { code, stdout } = await discoverWith(
      args("--user", "CONTOSO\\helpdesk", "--password-env", "HELPDESK", "--out", "found.ts"),
      { HELPDESK: "Lab-Helpdesk-1" } as never,
    );
    assert.equal(code, 4);
    const schema = `this account cannot see rangeUpper of ${names.schemaVersion}, which is always set; let it read the object`;
    const roles = "it has no msExchCurrentServerRoles, or this account cannot see it";
    const screen = stdout.slice(stdout.indexOf("Not read:"), stdout.indexOf("Next:"));
    assert.equal(
      screen,
      `Not read:
  the schema level: ${schema}
  the roles of a server (MBX-LON): ${roles}
  whether a server faces the Internet (MBX-LON): its roles could not be read

Written: found.ts

`,
    );
    const text = (await written("found.ts")).replaceAll(/\n *\/\/ /g, " ");
    assert.ok(text.includes(`Schema: not read: ${schema}.`));
    assert.ok(text.includes(`Not read: ${roles}\n    roles: fill("servers: MBX-LON: its roles"),`));
  });

  it("does not write over a file, but with --force", async () => {
    await writeFile(join(folder, "organization.ts"), "mine");
    refuses(
      await discoverWith(args()),
      `exchange-upgrade discover: organization.ts exists already
  Found:  a file organization.ts, which may hold somebody's work
  Needed: a name that is free
  Where:  --out
  Fix:    give another name with --out, or --force to write over it
  Code:   XU-FILE`,
    );
    assert.equal(await written(), "mine");
    assert.equal((await discoverWith(args("--force"))).code, 0);
    assert.match(await written(), /^\/\/ The Exchange organization "Contoso"/);
    assert.deepEqual(await files(), ["ca.pem", "organization.ts"]);
  });

  it("writes into a folder that is there, and says paths from there", async () => {
    await mkdir(join(folder, "infra"));
    assert.equal((await discoverWith(args("--out", "infra/exchange.ts"))).code, 0);
    const text = await written("infra/exchange.ts");
    assert.ok(text.includes('  ca: readFileSync("../ca.pem", "utf8"),'));
    assert.ok(text.includes('servers, target } from "./exchange";'));
    refuses(
      await discoverWith(args("--out", "infra")),
      `exchange-upgrade discover: infra is a folder
  Found:  a folder infra
  Needed: the name of a file
  Where:  --out
  Fix:    name a file in it
  Code:   XU-USAGE`,
    );
    refuses(
      await discoverWith(args("--out", "none/exchange.ts")),
      `exchange-upgrade discover: none/exchange.ts could not be written
  Found:  ENOENT: no such file or directory, access 'none'
  Needed: a folder in which files can be made
  Where:  --out
  Fix:    name a file in such a folder with --out
  Code:   XU-FILE`,
    );
  });

  it("prints JSON, and then writes a file only where one is named", async () => {
    const { code, stdout } = await discoverWith(args("--json"));
    assert.equal(code, 0);
    const found = JSON.parse(stdout);
    assert.equal(found.schemaVersion, 1);
    assert.equal(found.target, "2007 SP1");
    assert.equal(found.servers.value.length, 7);
    assert.deepEqual(found.notRead, []);
    assert.deepEqual(await files(), ["ca.pem"]);
    assert.equal((await discoverWith(args("--json", "--out", "too.ts"))).stdout, stdout);
    assert.deepEqual(await files(), ["ca.pem", "too.ts"]);
  });

  const unreadable = (what: string) => `exchange-upgrade discover: the directory could not be read
  Found:  ${what}
  Needed: a domain controller that logs the reader on over TLS
  Where:  --url, --user and its password, --ca, --server-name, --min-version
  Fix:    correct what it says, and run the command again
  Code:   XU-DISCOVER`;

  it("gives the directory's own reason for a refused logon, without the password", async () => {
    const ended = await discoverWith(args(), { READER_PASSWORD: "Wr0ng-Secret" });
    refuses(
      ended,
      unreadable(
        `Directory ${label()} refused to log on CONTOSO\\reader (LDAP result 49, data 52e): the user name or the password is wrong; check both`,
      ),
    );
    assert.deepEqual(await files(), ["ca.pem"]);
  });

  it("writes nothing for a forest without Exchange", async () => {
    const without = await startDirectory(bare, { hidden: nothingOfExchange });
    try {
      await writeFile(join(folder, "bare.pem"), without.ca);
      const where = ["--url", without.controllers["dc1.bare.test"]?.url ?? "", "--ca", "bare.pem"];
      const given = [...where, "--user", "BARE\\reader", "--password-env", "READER_PASSWORD"];
      refuses(
        await discoverWith(given, { READER_PASSWORD: passwordOf("reader") }),
        `exchange-upgrade discover: the forest bare.test shows no Exchange organization
  Found:  nothing at objectVersion of the organization under CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=bare,DC=test on dc1.bare.test
  Needed: an Exchange organization, to which an upgrade can be made (D1)
  Where:  --url and --user
  Fix:    read a domain controller of the forest with Exchange; if this is the one, let the account see the configuration partition
  Code:   XU-DISCOVER`,
      );
      assert.deepEqual(await files(), ["bare.pem", "ca.pem"]);
    } finally {
      await without.stop();
    }
  });

  it("writes nothing where no server can be upgraded in place, and prints what there is all the same", async () => {
    const older = await startDirectory({
      ...contoso,
      release: "2003 SP2",
      groups: [],
      accounts: [{ name: "reader", domain: "contoso.com", password, memberOf: [] }],
      computers: contoso.computers
        .filter(({ roles, domain }) => roles.includes("Mailbox") && domain === "contoso.com")
        .map((each) => ({ ...each, release: "2003 SP2", serverAdministrators: [] })),
    });
    try {
      await writeFile(join(folder, "older.pem"), older.ca);
      const where = ["--url", older.controllers["dc1.contoso.com"]?.url ?? "", "--ca", "older.pem"];
      const given = [...where, "--user", "CONTOSO\\reader", "--password-env", "READER_PASSWORD"];
      refuses(
        await discoverWith(given),
        `exchange-upgrade discover: no server of the organization Contoso can be upgraded in place to 2007 SP1
  Found:  MBX-LON: 2003 SP2
  Needed: servers of a release from which 2007 SP1 is reached in place (R2)
  Where:  --target, and --url
  Fix:    Exchange 2003 SP2 cannot be upgraded in place to 2007 SP1: install Exchange 2007 on a new server and move mailboxes and services to it; it needs Exchange 2003 SP2 on every Exchange 2003 server
  Code:   XU-DISCOVER`,
      );
      assert.deepEqual(await files(), ["ca.pem", "older.pem"]);
      const { stdout } = await discoverWith([...given, "--json"]);
      assert.deepEqual(
        JSON.parse(stdout).unreachable.map(({ name }: { readonly name: string }) => name),
        ["MBX-LON"],
      );
    } finally {
      await older.stop();
    }
  });

  it("trusts no certificate but those that it is told to", async () => {
    const { code, stderr } = await discoverWith(args().filter((arg) => arg !== "--ca" && arg !== "ca.pem"));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^exchange-upgrade discover: the directory could not be read\n {2}Found: {2}Directory ldaps:.* certificate /,
    );
    refuses(
      await discoverWith(args("--ca", "none.pem")),
      `exchange-upgrade discover: the certificates to trust could not be read
  Found:  ENOENT: no such file or directory, open 'none.pem'
  Needed: a file of certificates (PEM)
  Where:  --ca
  Fix:    correct the path, or export the certification authority's certificate to it
  Code:   XU-FILE`,
    );
  });

  it("takes the password from the environment only", async () => {
    refuses(
      await discoverWith(args("--password-env", "NOT_THERE")),
      `exchange-upgrade discover: there is no password for CONTOSO\\reader
  Found:  the environment variable NOT_THERE is not set
  Needed: the reader's password in it
  Where:  the environment in which the command runs, and --password-env
  Fix:    set and export the variable; without --password-env the password is asked for on the terminal
  Code:   XU-PASSWORD`,
    );
  });

  const usage: readonly (readonly [string, readonly string[], string])[] = [
    ["no URL", ["--user", "x"], "error: required option '--url <url>' not specified"],
    [
      "no password, and no terminal",
      ["--url", "ldaps://dc1", "--user", "x"],
      "error: there is no terminal to ask for the password; name the environment variable that holds it with --password-env",
    ],
    [
      "a password for the name of a variable",
      ["--url", "ldaps://dc1", "--user", "x", "--password-env", "p@ss"],
      "error: option '--password-env <name>' takes the name of an environment variable, never the password itself",
    ],
    [
      "a release that is not offered",
      ["--url", "ldaps://dc1", "--user", "x", "--target", "2007 SP9"],
      `error: option '--target <release>' takes ${offeredText}, not "2007 SP9"`,
    ],
    [
      "no URL of a domain controller",
      ["--url", "ldaps://dc1", "--user", "x", "--domain-controller", "dc2"],
      "error: option '--domain-controller <fqdn=url...>' takes dc2.contoso.com=ldaps://10.0.0.2, not \"dc2\"",
    ],
    [
      "an option that there is not",
      ["--url", "ldaps://dc1", "--user", "x", "--password", "secret"],
      "error: unknown option '--password'",
    ],
  ];
  const help = "(`exchange-upgrade --help`, or `exchange-upgrade help <command>`, says what there is)";
  for (const [name, given, text] of usage)
    it(`answers 2 when it is called with ${name}`, async () => {
      const ended = await discoverWith(given);
      const stderr = ended.stderr.replace(/\n\(Did you mean .*\)\n/, "\n");
      refuses({ ...ended, stderr }, `${text} [XU-USAGE]\n${help}`, 2);
    });
});
