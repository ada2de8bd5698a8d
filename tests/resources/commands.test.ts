/** What a program registers with commands around its steps, and what it refuses. The engine is a mock of the SDK's. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";
import {
  type ComputerArgs,
  type ConnectionArgs,
  type Credential,
  type DirectoryArgs,
  type EndpointArgs,
  ExchangeADPrep,
  ExchangeRoleUpgrade,
  ExchangeSchemaPrep,
  ExchangeUpgrade,
  type NamedComputerArgs,
  Prepared,
  type ServerCommandsArgs,
} from "../../lib";
import { restartRemoteRegistry } from "../../lib/host";
import { remoteConnection } from "../../lib/program/commands/commandPackage";
import { commandsAfter } from "../../lib/program/resource";
import { isRecord, type Props } from "../../lib/wire/values";

type Theirs = types.input.remote.ConnectionArgs;

/** Ours, with credentials as plain text: where all of them are, the object is also one of theirs. */
type Plain<T> = {
  [K in keyof T]: T[K] extends pulumi.Input<Credential> | undefined
    ? Exclude<T[K], pulumi.Input<Credential>> | pulumi.Input<string>
    : T[K];
};
type PlainEndpoint = Plain<Omit<EndpointArgs, "insecureIgnoreHostKey" | "algorithms">>;
type PlainConnection = PlainEndpoint & { readonly proxy?: pulumi.Input<PlainEndpoint> };
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

/** Checked by the compiler: one connection serves both, whoever's it is. */
const sameNames: Same<keyof Theirs, keyof PlainConnection> = true;
const theirsIsOurs = (theirs: Theirs): ConnectionArgs => theirs;
const oursIsTheirs = (ours: PlainConnection): Theirs => ours;
const inAComputer = (connection: Theirs): ComputerArgs => ({ name: "cas1.contoso.com", connection });

interface Registered {
  readonly type: string;
  readonly inputs: Props;
  /** Names of what it depends on. */
  readonly dependsOn: readonly string[];
  readonly parent: string;
}

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): { toJavaScript(): Props };
  getDependenciesList(): readonly string[];
}

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFVKV0/wItd6PBf85arl09pQdV8RVcu0n7zW0NWXTJoo";
const directory: DirectoryArgs = {
  url: "ldaps://dc1.contoso.com",
  user: "CONTOSO\\reader",
  password: "Reader-1",
};
const computer = (name: string): NamedComputerArgs => ({
  name,
  media: "D:\\SP1",
  connection: { host: name, user: "CONTOSO\\exadmin", password: "Exadmin-Secret-1", hostKey },
});
const target = "2007 SP1";

const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

describe("commands around a step: what a program registers", () => {
  const registered = new Map<string, Registered>();
  let media: string;

  before(async () => {
    media = mkdtempSync(join(tmpdir(), "exchange-upgrade-media-test-"));
    mkdirSync(join(media, "setup"));
    writeFileSync(join(media, "Setup.com"), "MZ");
    writeFileSync(join(media, "setup", "data.cab"), "data");
    await pulumi.runtime.setMocks(
      {
        call: () => ({}),
        newResource: ({ name, inputs }) => ({ id: name, state: { ...inputs, planned: { server: name } } }),
      },
      "contoso",
      "test",
    );
    const monitor = settings.getMonitor() as unknown as {
      registerResource: (request: Request, callback: unknown) => Promise<void>;
    };
    const answer = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      registered.set(request.getName(), {
        type: request.getType(),
        inputs: request.getObject().toJavaScript(),
        dependsOn: request.getDependenciesList().map(nameOf).sort(),
        parent: nameOf(request.getParent()),
      });
      return answer(request, callback);
    };
  });
  beforeEach(() => registered.clear());
  after(() => {
    rmSync(media, { recursive: true, force: true });
    settings.resetOptions("", "", -1, "", "", false, "");
  });

  /** Once everything has been registered. */
  async function done(...resources: readonly pulumi.Resource[]): Promise<void> {
    for (const each of resources) await new Promise((resolve) => each.urn.apply(resolve));
  }
  const of = (name: string): Registered => {
    const found = registered.get(name);
    assert.ok(found, `${name} is not among ${[...registered.keys()].join(", ")}`);
    return found;
  };
  /** What comes before a resource, directly and through others. */
  const allBefore = (name: string): ReadonlySet<string> => {
    const all = new Set<string>();
    const open = [name];
    for (let next = open.pop(); next !== undefined; next = open.pop())
      for (const each of registered.get(next)?.dependsOn ?? [])
        if (!all.has(each)) {
          all.add(each);
          open.push(each);
        }
    return all;
  };

  const everything = (): ServerCommandsArgs => ({
    media,
    restartRemoteRegistry: true,
    before: { first: "echo 1", second: pulumi.output("echo 2") },
    after: { third: { command: "more", stdin: "Input-Secret-1", triggers: [7] } },
  });

  it("orders them around the step, after all that the step waits for", async () => {
    const schema = new ExchangeSchemaPrep("schema", {
      target,
      directory,
      computer: computer("dc1.contoso.com"),
    });
    const ad = new ExchangeADPrep("ad", { schema, computer: computer("dc1.contoso.com") });
    const other = new pulumi.ComponentResource("test:index:Other", "other");
    const cas1 = new ExchangeRoleUpgrade(
      "cas1",
      { prepared: ad, computer: computer("cas1.contoso.com"), commands: everything() },
      { dependsOn: other },
    );
    const mbx1 = new ExchangeRoleUpgrade("mbx1", {
      prepared: ad,
      after: [cas1],
      computer: computer("mbx1.contoso.com"),
      commands: { restartRemoteRegistry: true },
    });
    await done(cas1, mbx1, ...commandsAfter(cas1));

    assert.deepEqual(of("cas1-media-gate").dependsOn, []);
    assert.deepEqual(of("cas1-media-Setup.com").dependsOn, ["cas1-media-gate"]);
    assert.equal(of("cas1-media-setup").type, "command:remote:CopyToRemote");
    assert.deepEqual(of("cas1-media-check").dependsOn, [
      "cas1-media-Setup.com",
      "cas1-media-check-script",
      "cas1-media-setup",
    ]);
    assert.deepEqual(of("cas1-commands-gate").dependsOn, ["ad", "cas1-media-check"]);
    assert.deepEqual(of("cas1-before-first").dependsOn, ["cas1-commands-gate", "cas1-media-check"]);
    assert.deepEqual(of("cas1-before-second").dependsOn, ["cas1-before-first"]);
    assert.deepEqual(of("cas1-remote-registry").dependsOn, ["cas1-before-second"]);
    assert.ok(
      ["cas1-media-check", "cas1-before-second", "cas1-remote-registry"].every((each) =>
        of("cas1").dependsOn.includes(each),
      ),
    );
    assert.deepEqual(of("cas1-after-third").dependsOn, ["cas1"]);
    assert.deepEqual(of("mbx1-commands-gate").dependsOn, ["ad", "cas1", "cas1-after-third"]);
    assert.deepEqual(of("mbx1-remote-registry").dependsOn, ["mbx1-commands-gate"]);
    assert.ok(allBefore("mbx1").has("cas1-after-third"));
    assert.equal(of("cas1-before-first").parent, "cas1-commands");
  });

  it("gives them what runs once, is recorded without running, and never runs at the end", async () => {
    const prepared = Prepared.verify({ target, directory });
    const cas1 = new ExchangeRoleUpgrade("cas1", {
      prepared,
      computer: computer("cas1.contoso.com"),
      commands: everything(),
    });
    await done(cas1, ...commandsAfter(cas1));
    const { connection, ...restart } = of("cas1-remote-registry").inputs;
    assert.deepEqual(restart, {
      create: restartRemoteRegistry(),
      update: "rem recorded by pulumi-exchange-upgrade; nothing is run again",
      triggers: ["2007 SP1", "cas1.contoso.com"],
      addPreviousOutputInEnv: false,
    });
    assert.ok(isSecret(connection), "the connection is a secret");
    const told = of("cas1-after-third").inputs;
    assert.deepEqual(told.triggers, ["2007 SP1", "cas1.contoso.com", 7]);
    assert.ok(isSecret(told.stdin));
    assert.equal(told.delete, undefined);
    assert.deepEqual(of("cas1").inputs.commands, {
      media: true,
      before: [
        `media: 2 files, 0.0 MB, from ${media} to D:\\SP1, checked there`,
        "first: echo 1",
        "second: a command that is known when it runs",
        "Remote Registry is stopped and started (D6)",
      ],
      after: ["third: more"],
    });
  });

  it("stages no media before an organization's first gate, and lets waves wait for the commands after a server", async () => {
    const upgrade = new ExchangeUpgrade("contoso", {
      target,
      directory,
      preparation: { schema: { computer: computer("dc1.contoso.com"), commands: { media } } },
      commands: { media, restartRemoteRegistry: true, after: { check: "echo every", own: "echo general" } },
      servers: {
        cas1: { computer: computer("cas1.contoso.com"), roles: ["Client Access"], site: "London" },
        mbx1: {
          computer: computer("mbx1.contoso.com"),
          roles: ["Mailbox"],
          site: "London",
          commands: { restartRemoteRegistry: false, after: { own: "echo own" } },
        },
      },
    });
    await done(upgrade.verification);
    for (const name of ["contoso-cas1", "contoso-schema"]) {
      assert.deepEqual(of(`${name}-media-gate`).dependsOn, ["contoso-readiness"]);
      assert.equal(of(`${name}-media-setup`).dependsOn.at(-1), `${name}-media-gate`);
    }
    assert.ok(allBefore("contoso-schema").has("contoso-schema-media-check"));
    assert.ok(allBefore("contoso-cas1-remote-registry").has("contoso-ad"));
    assert.ok(allBefore("contoso-mbx1").has("contoso-cas1-after-own"));
    assert.ok(allBefore("contoso-verification").has("contoso-mbx1-after-own"));
    assert.equal(registered.has("contoso-mbx1-remote-registry"), false);
    assert.equal(of("contoso-mbx1-after-own").inputs.create, "echo own");
    assert.equal(of("contoso-mbx1-after-check").inputs.create, "echo every");
    const steps = (of("contoso-readiness").inputs.steps ?? {}) as { readonly [name: string]: Props };
    assert.deepEqual(steps["contoso-cas1"]?.commands, { media: true, before: [], after: [] });
  });

  describe("refuses", () => {
    const prepared = Prepared.verify({ target, directory });
    const make = (commands: ServerCommandsArgs, at: ComputerArgs = computer("cas1.contoso.com")) =>
      new ExchangeRoleUpgrade("cas1", { prepared, computer: at, commands });
    const messageOf = (body: () => unknown): string => {
      try {
        body();
      } catch (error) {
        return (error as Error).message;
      }
      return assert.fail("it was not refused");
    };

    it("a server without its host key, and one of which only the fingerprint is given", () => {
      const at = (key: string | undefined): ComputerArgs => ({
        name: "cas1.contoso.com",
        connection: {
          host: "cas1",
          ...(key === undefined ? { insecureIgnoreHostKey: true } : { hostKey: key }),
        },
      });
      const text = (found: string) =>
        [
          "commands over SSH need the server's host key: without one @pulumi/command accepts any server, and sends it the password",
          `  Found:  ${found}`,
          "  Needed: the server's public key in one line, such as `ssh-ed25519 AAAA…`",
          "  Where:  in the program: `computer.connection.hostKey`",
          "  Fix:    ssh-keyscan -t ed25519 HOST prints it after the host's name; compare its fingerprint (ssh-keygen -lf -) on the server",
          "  Code:   XU-COMMANDS-HOST-KEY",
        ].join("\n");
      const restart = { restartRemoteRegistry: true };
      assert.equal(
        messageOf(() => make(restart, at(undefined))),
        text("none"),
      );
      assert.equal(
        messageOf(() => make(restart, at("SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8"))),
        text("a fingerprint, which @pulumi/command cannot compare"),
      );
      assert.equal(
        messageOf(() => make(restart, at("cas1"))),
        text("something else than a public key"),
      );
      assert.equal(
        messageOf(() => make(restart, at(hostKey.slice(0, -4)))),
        text("a public key that was cut or changed"),
      );
      const proxied: ComputerArgs = {
        name: "cas1.contoso.com",
        connection: { host: "cas1", hostKey, proxy: { host: "jump" } },
      };
      assert.match(
        messageOf(() => make(restart, proxied)),
        /`computer\.connection\.proxy\.hostKey`/,
      );
    });

    it("a computer over WinRM, which @pulumi/command does not know", () => {
      const text = (where: string) =>
        [
          "@pulumi/command runs commands and copies media over SSH only, and this connection is one over WinRM",
          "  Found:  a connection over WinRM",
          "  Needed: a connection over SSH for each command, or no `commands`",
          `  Where:  in the program: \`${where}.winrm\``,
          "  Fix:    give each command a `connection` of its own over SSH, or run it by hand; copy media to the folder of `computer.media` yourself, and leave out `commands.media` and `restartRemoteRegistry`",
          "  Code:   XU-COMMANDS",
        ].join("\n");
      const connection = { winrm: true, host: "cas1", user: "exadmin@contoso.com", password: "x" } as const;
      const overWinRm: ComputerArgs = { name: "cas1.contoso.com", connection };
      for (const commands of [{ restartRemoteRegistry: true }, { before: { stop: "net stop a" } }])
        assert.equal(
          messageOf(() => make(commands, overWinRm)),
          text("computer.connection"),
        );
      assert.equal(
        messageOf(() => make({ before: { stop: { command: "net stop a", connection } } })),
        text("commands.before.stop.connection"),
      );
    });

    it("commands that cmd.exe would run in part, or not at all", () => {
      assert.equal(
        messageOf(() => make({ before: { stop: "net stop a\nnet stop b" } })),
        [
          "commands.before.stop is no command line",
          "  Found:  a text of several lines: cmd.exe runs the first and drops the others",
          "  Needed: one line for cmd.exe, of at most 8000 characters",
          "  Where:  in the program: `commands.before.stop`",
          "  Fix:    join commands with & or &&, or put them into a script on the computer and name it here",
          "  Code:   XU-COMMANDS",
        ].join("\n"),
      );
      assert.match(
        messageOf(() => make({ after: { a: { command: " " } } })),
        /Found: {2}an empty one/,
      );
      assert.match(
        messageOf(() => make({ after: { a: "x".repeat(8001) } })),
        /Found: {2}8001 characters/,
      );
    });

    it("an SSH agent that is named and is not there, in the program or in the environment", () => {
      const text = (where: string, fix: string) =>
        [
          "commands over SSH would fail: the SSH agent that is named is not there",
          '  Found:  no socket "/nonexistent/agent"',
          "  Needed: a running agent, or none: @pulumi/command ends at one that it cannot reach, also where a password is given",
          `  Where:  ${where}`,
          `  Fix:    ${fix}`,
          "  Code:   XU-COMMANDS-AGENT",
        ].join("\n");
      const restart = { restartRemoteRegistry: true };
      const { connection } = computer("cas1.contoso.com");
      const stale = {
        name: "cas1.contoso.com",
        connection: { ...connection, agentSocketPath: "/nonexistent/agent" },
      };
      assert.equal(
        messageOf(() => make(restart, stale as ComputerArgs)),
        text(
          "in the program: `computer.connection.agentSocketPath`",
          "name the socket of a running agent, or leave it out",
        ),
      );
      const before = process.env.SSH_AUTH_SOCK;
      process.env.SSH_AUTH_SOCK = "/nonexistent/agent";
      try {
        assert.equal(
          messageOf(() => make(restart)),
          text("in the environment: SSH_AUTH_SOCK", "unset SSH_AUTH_SOCK, or start the agent again"),
        );
      } finally {
        if (before === undefined) delete process.env.SSH_AUTH_SOCK;
        else process.env.SSH_AUTH_SOCK = before;
      }
    });

    it("media that are not there, that cannot be checked, or that have no place", () => {
      const nowhere = join(media, "nowhere");
      assert.match(
        messageOf(() => make({ media: nowhere })),
        /^the media in ".*nowhere" cannot be copied\n {2}Found: {2}ENOENT: .*\n {2}Needed: a folder with the extracted files/,
      );
      const odd = join(media, "odd");
      mkdirSync(odd);
      writeFileSync(join(odd, "100%.txt"), "");
      try {
        assert.match(
          messageOf(() => make({ media: odd })),
          /the name "100%\.txt" has characters that a batch file cannot carry/,
        );
      } finally {
        rmSync(odd, { recursive: true });
      }
      const { media: _, ...without } = computer("cas1.contoso.com");
      assert.match(
        messageOf(() => make({ media }, without)),
        /`computer\.media` is missing/,
      );
      assert.equal(
        messageOf(() => make({ media }, { ...without, media: "\\\\files\\media" })),
        [
          "media cannot be copied to the folder that is named for them",
          '  Found:  "\\\\\\\\files\\\\media" is not the full path of a folder on a drive, such as "D:\\SP1"',
          '  Needed: the full path of a folder on a drive of the computer, such as "D:\\SP1"',
          "  Where:  in the program: `computer.media`",
          "  Fix:    name such a folder; it must not be there yet, or hold the same media",
          "  Code:   XU-COMMANDS-MEDIA",
        ].join("\n"),
      );
    });

    it("a program without the package, and one with another version of it, and nothing else needs it", async () => {
      const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
      const load = loader._load;
      const refused = (found: string) =>
        [
          '`commands` of "cas1" needs @pulumi/command 1.2.1',
          `  Found:  ${found}`,
          "  Needed: exactly 1.2.1; older releases know no host keys",
          "  Where:  in the folder of the program",
          "  Fix:    npm install --save-exact @pulumi/command@1.2.1; or leave `commands` out",
          "  Code:   XU-COMMANDS-PACKAGE",
        ].join("\n");
      try {
        loader._load = (request, ...rest) => {
          if (request.startsWith("@pulumi/command"))
            throw Object.assign(new Error(`Cannot find module '${request}'`), { code: "MODULE_NOT_FOUND" });
          return load.call(loader, request, ...rest);
        };
        assert.equal(
          messageOf(() => make({ restartRemoteRegistry: true })),
          refused("it is not installed"),
        );
        await done(new ExchangeRoleUpgrade("cas2", { prepared, computer: computer("cas2.contoso.com") }));
        loader._load = (request, ...rest) =>
          request === "@pulumi/command/package.json"
            ? { version: "4.5.0" }
            : load.call(loader, request, ...rest);
        assert.equal(
          messageOf(() => make({ restartRemoteRegistry: true })),
          refused("version 4.5.0"),
        );
      } finally {
        loader._load = load;
      }
    });
  });

  describe("a connection", () => {
    it("is one of @pulumi/command's, and one of its is one of ours, which the compiler has checked", () => {
      const theirs: Theirs = { host: "cas1", hostKey };
      assert.ok(sameNames);
      assert.equal(oursIsTheirs(theirsIsOurs(theirs) as PlainConnection), theirs);
      assert.equal(inAComputer(theirs).connection, theirs);
    });

    const known = (output: pulumi.Output<Theirs>) => new Promise<Theirs>((resolve) => output.apply(resolve));

    it("has its credentials, read where the program runs, and nothing that @pulumi/command does not know", async () => {
      process.env.COMMANDS_TEST_PASSWORD = "From-Environment-1";
      try {
        const output = remoteConnection(
          {
            host: "cas1",
            hostKey,
            dialErrorLimit: 5,
            password: { env: "COMMANDS_TEST_PASSWORD" },
            algorithms: { kex: ["diffie-hellman-group1-sha1"] },
            proxy: { host: "jump", hostKey, password: pulumi.secret("Jump-1"), insecureIgnoreHostKey: false },
          },
          "computer.connection",
        );
        assert.equal(await pulumi.isSecret(output), true);
        assert.deepEqual(await known(output), {
          host: "cas1",
          hostKey,
          password: "From-Environment-1",
          // None is repeated, since a refused logon would be, whatever the program says of its own connections.
          dialErrorLimit: 0,
          proxy: { host: "jump", hostKey, password: "Jump-1", dialErrorLimit: 0 },
        });
      } finally {
        delete process.env.COMMANDS_TEST_PASSWORD;
      }
    });
  });
});

function isSecret(value: unknown): boolean {
  return isRecord(value) && value["4dabf18193072939515e22adb298388d"] === "1b47061264138c4ac30d75fd1eb44270";
}
