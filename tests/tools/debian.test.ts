import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import { type TemporaryFolder, temporaryFolder, writeFile, writeScript } from "./temporary";

const debian = import("../../tools/lib/debian.mjs");
const MODULE = pathToFileURL(resolve(__dirname, "..", "..", "tools", "lib", "debian.mjs")).href;

const NEED = { name: "samba", packages: ["samba", "samba-extra"], programs: ["planted-samba"] };

describe("tools: what the tests need from the system", () => {
  let folder: TemporaryFolder;
  let path = "";
  let policy = "";
  let lines: string[] = [];
  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder.path, "path");
    policy = join(folder.path, "sbin", "policy-rc.d");
    lines = [];
    for (const name of ["path", "sbin"]) mkdirSync(join(folder.path, name));
  });
  afterEach(() => folder.remove());

  async function provide(mayInstall: boolean) {
    const { provide } = await debian;
    const log = (line: string) => lines.push(line);
    return provide([NEED], { log, env: { PATH: path }, policy, mayInstall });
  }

  function installDpkg(...installed: readonly string[]) {
    const answer = ["samba", "samba-extra"].map((name) =>
      installed.includes(name) ? `echo ${name} installed` : `echo ${name} config-files`,
    );
    writeScript(join(path, "dpkg-query"), ...answer, "exit 1");
  }

  it("is there when its programs are, on any system", async () => {
    const why = "not found: planted-samba. On Debian the packages are samba, samba-extra.";
    assert.deepEqual(await provide(false), [{ name: "samba", why }]);
    writeScript(join(path, "planted-samba"), "exit 0");
    assert.deepEqual(await provide(false), []);
  });

  it("is not there on Debian while a package is missing that this user may not install", async () => {
    writeScript(join(path, "planted-samba"), "exit 0");
    writeScript(join(path, "apt-get"), `echo "$*" >> ${folder.path}/calls`);
    installDpkg("samba");
    const why =
      "not installed: samba-extra. Only root may install packages. To install them: apt-get install --no-install-recommends samba-extra";
    assert.deepEqual(await provide(false), [{ name: "samba", why }]);
    installDpkg("samba", "samba-extra");
    assert.deepEqual(await provide(false), []);
    assert.ok(!readdirSync(folder.path).includes("calls"), "apt-get was called");
  });

  it("is installed after an update, with services held back meanwhile", async () => {
    installDpkg();
    writeScript(
      join(path, "apt-get"),
      `echo "$* policy=$(${policy}; echo $?)" >> ${folder.path}/calls`,
      `echo '#!/bin/sh' > ${path}/planted-samba; /bin/chmod 755 ${path}/planted-samba`,
    );
    assert.deepEqual(await provide(true), []);
    assert.equal(
      readFileSync(join(folder.path, "calls"), "utf8"),
      [
        "-q -y -o DPkg::Lock::Timeout=120 update policy=101",
        "-q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends samba samba-extra policy=101",
        "",
      ].join("\n"),
    );
    assert.deepEqual(lines, ["apt-get update", "apt-get install --no-install-recommends samba samba-extra"]);
    assert.deepEqual(readdirSync(join(folder.path, "sbin")), []);
  });

  it("is missing with apt-get's last words when that fails, and the policy is as it was", async () => {
    installDpkg();
    writeScript(join(path, "apt-get"), "echo 'E: planted' >&2; exit 100");
    writeScript(policy, "exit 0");
    const why =
      "not installed: samba, samba-extra. apt-get update ended with exit code 100: E: planted. To install them: apt-get install --no-install-recommends samba samba-extra";
    assert.deepEqual(await provide(true), [{ name: "samba", why }]);
    assert.equal(readFileSync(policy, "utf8"), "#!/bin/sh\nexit 0\n");
    assert.equal(statSync(policy).mode & 0o777, 0o755);
    assert.deepEqual(readdirSync(join(folder.path, "sbin")), ["policy-rc.d"]);
  });

  it("finds the policy as it was after a run that was killed, or ended by a signal", async () => {
    const { withServicesHeldBack } = await debian;
    for (const [signal, before] of [
      ["SIGKILL", "#!/bin/sh\nexit 7\n"],
      ["SIGKILL", undefined],
      ["SIGTERM", "#!/bin/sh\nexit 7\n"],
    ] as const) {
      if (before !== undefined) writeFile(policy, before);
      const script = `import { withServicesHeldBack } from ${JSON.stringify(MODULE)};
        await withServicesHeldBack(process.argv[1], async () => {
          process.kill(process.pid, ${JSON.stringify(signal)});
          await new Promise((resolve) => setTimeout(resolve, 10000));
        });`;
      spawnSync(process.execPath, ["--input-type=module", "-e", script, policy]);
      const present = () => readdirSync(join(folder.path, "sbin")).sort();
      if (signal === "SIGTERM") assert.deepEqual(present(), ["policy-rc.d"]);
      let during: string[] = [];
      await withServicesHeldBack(policy, () => {
        during = present();
      });
      assert.ok(during.includes("policy-rc.d"));
      assert.deepEqual(present(), before === undefined ? [] : ["policy-rc.d"]);
      if (before !== undefined) assert.equal(readFileSync(policy, "utf8"), before);
      folder.remove();
      mkdirSync(join(folder.path, "sbin"), { recursive: true });
    }
  });
});
