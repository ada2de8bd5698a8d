/** The stand-in for the plugin of @pulumi/command: it gives way to the real one, and compares as that does. */
import assert from "node:assert/strict";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandPlugin } from "../../lab/command";
import { comparable, revealed, sourceOf } from "../../lab/command/values";
import { commandVersion } from "../../lib/program/commands/commandPackage";

const signature = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });
const asset = (more: object) => ({ [signature]: "c44067f5952c0a294b673a41bacd8c17", ...more });

describe("the stand-in for the plugin of @pulumi/command", () => {
  it("gives way to the real one, where Pulumi has installed that version", () => {
    const home = mkdtempSync(join(tmpdir(), "exchange-upgrade-plugins-"));
    try {
      const none = commandPlugin(commandVersion, { PULUMI_HOME: home });
      assert.equal(none.standIn, true);
      const program = join(none.folder, "pulumi-resource-command");
      accessSync(program, constants.X_OK);
      assert.match(readFileSync(program, "utf8"), /stand-in/);
      for (const version of ["1.2.0", commandVersion]) {
        const folder = join(home, "plugins", `resource-command-v${version}`);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "pulumi-resource-command"), "");
        const found = commandPlugin(commandVersion, { PULUMI_HOME: home });
        assert.deepEqual(found, version === commandVersion ? { folder, standIn: false } : none);
      }
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  it("sees what secrets hold, and compares assets by their content", () => {
    assert.deepEqual(revealed({ connection: secret({ password: secret("x"), ports: [secret(1)] }) }), {
      connection: { password: "x", ports: [1] },
    });
    const at = (path: string, hash: string) => comparable({ b: 1, source: asset({ path, hash }) });
    assert.deepEqual(at("/a", "1"), at("/b", "1"));
    assert.notDeepEqual(at("/a", "1"), at("/a", "2"));
    assert.deepEqual(Object.keys(comparable({ b: 1, a: 2 }) as object), ["a", "b"]);
  });

  it("copies what 1.2.1 copies: paths and texts", () => {
    assert.deepEqual(sourceOf(asset({ path: "/a", hash: "1" })), { path: "/a" });
    assert.deepEqual(sourceOf(asset({ path: "", text: "content", hash: "1" })), { text: "content" });
    assert.equal(sourceOf(asset({ uri: "https://contoso.com", hash: "1" })), undefined);
  });
});
