/** Wine's reg.exe as a further witness of the layout that lib/host parses: written by neither us nor Microsoft. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import {
  dataOf,
  defaultDataOf,
  findKey,
  listsSubkey,
  parseDword,
  parseMultiString,
  parseRegistry,
} from "../../lib/host/cmd/registry";
import { decodeConsole } from "../../lib/host/transport/decode";

const execute = promisify(execFile);
const key = "HKCU\\Software\\ExchangeUpgrade";

function onPath(program: string): string | undefined {
  const places = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, program));
  return places.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function witness(wine: string): void {
  describe("Windows output: Wine's reg.exe", function () {
    // The first start makes a Windows folder.
    this.timeout(180_000);
    let prefix = "";
    const reg = async (...args: readonly string[]): Promise<string> => {
      const quiet = { WINEDEBUG: "-all", WINEDLLOVERRIDES: "mscoree,mshtml=", DISPLAY: "" };
      const env = { ...process.env, ...quiet, WINEPREFIX: prefix };
      const { stdout } = await execute(wine, ["reg", ...args], { env, encoding: "buffer" });
      return decodeConsole(stdout);
    };
    const set = (path: string, name: readonly string[], type: string, data: string) =>
      reg("add", path, ...name, "/t", type, "/d", data, "/f");

    before(async () => {
      prefix = mkdtempSync(join(tmpdir(), "exchange-upgrade-wine-"));
      await set(key, ["/v", "InstallPath"], "REG_SZ", "C:\\Program Files  (x86)\\Lab");
      await set(key, ["/ve"], "REG_SZ", "default");
      await set(key, ["/v", "Servers"], "REG_MULTI_SZ", "dc1\\0dc2");
      await set(`${key}\\MailboxRole`, ["/v", "Number"], "REG_DWORD", "10");
    });

    after(() => rmSync(prefix, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 }));

    it("lists a key with its values, and its subkeys by name", async () => {
      const listing = parseRegistry(await reg("query", key));
      const found = findKey(listing, key);
      assert.equal(dataOf(found, "InstallPath"), "C:\\Program Files  (x86)\\Lab");
      assert.equal(defaultDataOf(found), "default");
      assert.deepEqual(parseMultiString(dataOf(found, "Servers") ?? ""), ["dc1", "dc2"]);
      assert.equal(listsSubkey(listing, `${key}\\MailboxRole`), true);
      assert.deepEqual(findKey(listing, `${key}\\MailboxRole`)?.values, []);
    });

    it("lists everything below a key", async () => {
      const tree = parseRegistry(await reg("query", key, "/s"));
      assert.equal(parseDword(dataOf(findKey(tree, `${key}\\MailboxRole`), "Number")), 10);
    });

    it("fails with 1 for an absent key", async () => {
      await assert.rejects(reg("query", `${key}\\Absent`), { code: 1 });
    });
  });
}

const wine = onPath("wine");
if (wine === undefined) console.log("tests/windows: wine is not on PATH, so its reg.exe is not asked");
else witness(wine);
