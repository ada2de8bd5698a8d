/** `exchange-upgrade hostkeys`: against real SSH servers; known_hosts files as ssh-keygen reads them. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprintOf } from "../../lib/host/transport/hostkey";
import { judgeKnown, parseKnownHosts } from "../../lib/host/transport/knownHosts";
import { shownKeys } from "../../lib/host/transport/shownKeys";
import { heldPort, listenOnHeldPort } from "../heldPort";
import { opensshKind, type ServerKind, type SshServer, ssh2Kind } from "../host/ssh-servers";
import { describeWith } from "../skip";
import { type Stage, useStage } from "./fake-pulumi";

const fingerprint = (line: string) => fingerprintOf(Buffer.from(line.split(" ")[1] ?? "", "base64"));

function fetched(kind: ServerKind): void {
  let server: SshServer;
  before(async () => {
    await kind.prepare();
    server = await kind.start();
  });
  after(async () => {
    await server.stop();
    await kind.cleanUp();
  });

  it("has every key, the type that clients prefer first", async () => {
    const keys = await shownKeys({ host: "127.0.0.1", port: server.port });
    const { ed25519, rsa } = server.hostKeys;
    assert.deepEqual(
      keys.map(({ type, key, fingerprint: shown }) => [`${type} ${key}`, shown]),
      [ed25519, rsa].map((line) => [line, fingerprint(line)]),
    );
  });
}

describe("host keys of ssh2's Server", () => fetched(ssh2Kind()));
describeWith(["sshd"], "host keys of OpenSSH's sshd", () => fetched(opensshKind()));

describe("cli: hostkeys", function () {
  this.timeout(60_000);
  const kind = ssh2Kind();
  let server: SshServer;
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });
  before(async () => {
    await kind.prepare();
    server = await kind.start();
  });
  after(async () => {
    await server.stop();
    await kind.cleanUp();
  });

  it("prints the fingerprints, and never that they are trusted", async () => {
    const { code, stdout, stderr } = await stage.run(["hostkeys", `127.0.0.1:${server.port}`]);
    assert.equal(stderr, "");
    assert.equal(
      stdout,
      `127.0.0.1:${server.port}
  ssh-ed25519          ${fingerprint(server.hostKeys.ed25519)}
  ssh-rsa              ${fingerprint(server.hostKeys.rsa)}

Not verified: whoever answers at these addresses has shown these keys. Compare one
fingerprint of each computer on its own console; for Win32-OpenSSH there:
  ssh-keygen -lf %ProgramData%\\ssh\\ssh_host_ed25519_key.pub
Then give it in the connection: hostKey: "SHA256:…"
`,
    );
    assert.equal(code, 0);
  });

  it("says what a known_hosts file has, also under hashed names, and ends with 3 for another key", async () => {
    const name = `[127.0.0.1]:${server.port}`;
    const { ed25519, rsa } = server.hostKeys;
    const file = stage.write("known_hosts", `# mine\n${name} ${ed25519}\nother.example ${rsa}\n`);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "ignore" });
    assert.doesNotMatch(stage.read("known_hosts"), /127\.0\.0\.1/);
    const args = ["hostkeys", `127.0.0.1:${server.port}`, "--known-hosts", "known_hosts"];
    const same = await stage.run(args);
    assert.match(
      same.stdout,
      /\n {23}known_hosts: the same key, line \d\n {2}ssh-rsa .*\n {23}known_hosts: has no key of this type for it\n/,
    );
    assert.equal(same.code, 0);
    stage.write("known_hosts", `${name} ssh-ed25519 ${rsa.split(" ")[1]}\n@revoked * ${rsa}\n`);
    const other = await stage.run([...args, "--json"]);
    assert.equal(other.code, 3);
    const [{ keys }] = JSON.parse(other.stdout).hosts;
    assert.deepEqual(
      keys.map(({ known }: { readonly known: unknown }) => known),
      [
        { verdict: "other", lines: [1] },
        { verdict: "revoked", lines: [2] },
      ],
    );
  });

  it("ends with 4 where a computer shows none, with 2 for what is no computer, with 1 for a file that is not there", async () => {
    const held = await heldPort();
    const silent = createServer((socket) => socket.end("no SSH here\r\n"));
    const port = await listenOnHeldPort(silent);
    try {
      const { code, stdout } = await stage.run(["hostkeys", `127.0.0.1:${held}`, `127.0.0.1:${port}`]);
      assert.equal(code, 4);
      assert.match(stdout, /no key: 127\.0\.0\.1:\d+ cannot be reached over SSH: connect ECONNREFUSED/);
      assert.match(stdout, /no key: 127\.0\.0\.1:\d+ (shows no host key: |closed the connection)/);
      assert.doesNotMatch(stdout, /Compare/);
    } finally {
      silent.close();
    }
    for (const wrong of ["a b", "host:0", "host:70000", "user@host", "fe80::1"]) {
      const { code, stderr } = await stage.run(["hostkeys", wrong]);
      assert.equal(code, 2, wrong);
      assert.equal(
        stderr,
        `exchange-upgrade: ${JSON.stringify(wrong)} is no computer: give host or host:port, and an IPv6 address as [address]:port [XU-USAGE]\n`,
      );
    }
    assert.equal((await stage.run(["hostkeys", "a.example", "--known-hosts", "none"])).code, 1);
  });
});

describe("a known_hosts file", () => {
  const [key, otherKey] = ["AAAAC3NzaC1lZDI1NTE5AAAAIE5h", "AAAAC3NzaC1lZDI1NTE5AAAAIE5i"];
  const lines = [
    "# a comment",
    "",
    `cas1.contoso.com,10.0.0.1 ssh-ed25519 ${key} a comment`,
    `*.contoso.com,!mbx1.contoso.com ssh-rsa ${key}`,
    `[cas1.contoso.com]:2222 ssh-ed25519 ${otherKey}`,
    `cas?.fabrikam.com ssh-ed25519 ${key}`,
    `@cert-authority *.contoso.com ssh-ed25519 ${key}`,
    "cas1.contoso.com ssh-ed25519",
    `CAS9.Contoso.com ssh-ed25519 ${key}`,
  ];
  const entries = parseKnownHosts(lines.join("\r\n"));
  const judged = (host: string, port?: number, type = "ssh-ed25519") =>
    judgeKnown(entries, port === undefined ? { host } : { host, port }, { type, key });

  it("names the lines of a server, by name, port, pattern and exclusion", () => {
    assert.deepEqual(judged("CAS1.contoso.com"), { verdict: "same", lines: [3, 4] });
    assert.deepEqual(judged("10.0.0.1"), { verdict: "same", lines: [3] });
    assert.deepEqual(judged("cas1.contoso.com", 2222), { verdict: "other", lines: [5] });
    assert.deepEqual(judged("mbx1.contoso.com"), { verdict: "none" });
    assert.deepEqual(judged("mbx2.contoso.com"), { verdict: "same", lines: [4] });
    assert.deepEqual(judged("cas1.fabrikam.com"), { verdict: "same", lines: [6] });
    assert.deepEqual(judged("cas10.fabrikam.com"), { verdict: "none" });
    assert.deepEqual(judged("cas9.contoso.com"), { verdict: "same", lines: [4, 9] });
    assert.deepEqual(judged("casXcontoso.com"), { verdict: "none" });
  });

  it("names the same lines as ssh-keygen -F", () => {
    const folder = mkdtempSync(join(tmpdir(), "known-hosts-"));
    const file = join(folder, "known_hosts");
    const real = lines.map((line) =>
      line.replaceAll(key, realKey).replaceAll(otherKey, realKey).replace("ssh-rsa", "ssh-ed25519"),
    );
    writeFileSync(file, `${real.join("\n")}\n`);
    let all = 0;
    for (const name of [
      ...["cas1.contoso.com", "10.0.0.1", "[cas1.contoso.com]:2222", "mbx1.contoso.com"],
      ...["cas1.fabrikam.com", "cas10.fabrikam.com", "x.contoso.com"],
    ]) {
      const { stdout } = spawnSync("ssh-keygen", ["-F", name, "-f", file], { encoding: "utf8" });
      const found = [...stdout.matchAll(/^# Host .* found: line (\d+)/gm)].map((match) => Number(match[1]));
      const [, host = name, port] = /^\[(.*)\]:(\d+)$/.exec(name) ?? [];
      const known = judgeKnown(
        parseKnownHosts(real.join("\n")),
        port === undefined ? { host } : { host, port: Number(port) },
        { type: "ssh-ed25519", key: realKey },
      );
      assert.deepEqual(
        known.verdict === "none" ? [] : known.lines,
        // What an authority's key is for is another matter.
        found.filter((line) => !(real[line - 1] ?? "").startsWith("@cert-authority")),
        name,
      );
      all += found.length;
    }
    rmSync(folder, { recursive: true });
    assert.ok(all > 6);
  });
});

/** A key that ssh-keygen takes for one. */
const realKey = Buffer.concat([
  Buffer.from("0000000b7373682d6564323535313900000020", "hex"),
  Buffer.alloc(32, 7),
]).toString("base64");
