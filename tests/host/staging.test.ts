/** Media that are copied to a computer, and the restart of Remote Registry: command lines and the script, on the lab. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { contoso } from "../../lab";
import type { Handles, Stream } from "../../lab/windows/cmd/streams";
import { SimulatedComputer } from "../../lab/windows/computer";
import type { Logon } from "../../lab/windows/logon";
import {
  checkCommand,
  checkScript,
  type MediaFile,
  mediaDigest,
  mediaProblems,
  restartRemoteRegistry,
  sftpPath,
  stagingPlace,
} from "../../lib/host";

const place = stagingPlace("D:\\Exchange 2007 SP1");

const contents = {
  "Setup.com": "MZ setup",
  "setup\\serverroles\\a (1).txt": "text\r\n",
  "setup\\empty.dat": "",
} as const;

function fileOf(path: string, content: string): MediaFile {
  const bytes = Buffer.from(content);
  return { path, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
const files = Object.entries(contents).map(([path, content]) => fileOf(path, content));

const administrator: Logon = {
  name: "contoso\\exadmin",
  sid: "S-1-5-21-1-2-3-1000",
  account: "exadmin",
  authority: "CONTOSO",
  domain: "contoso.com",
  groups: [],
  administrator: true,
  credentials: null,
};

type Windows = (typeof contoso.computers)[number]["windows"];

/** A computer, and what a command on it answers. */
function computer(windows: Windows = "2003") {
  const spec = contoso.computers.find(({ name }) => name === "cas-lon.contoso.com");
  assert.ok(spec);
  const simulated = new SimulatedComputer({ ...spec, windows }, contoso, 437);
  const run = async (command: string) => {
    let text = "";
    const write = (data: Buffer) => {
      text += data.toString("latin1");
    };
    const handles: Handles = new Map<number, Stream>([
      [0, { input: { read: async () => null } }],
      [1, { output: { write } }],
      [2, { output: { write } }],
    ]);
    const code = await simulated.runCommand(command, administrator, handles);
    return { code, text: text.replaceAll("\r\n", "\n").trim() };
  };
  const copy = (folder: string, which: { readonly [path: string]: string } = contents) => {
    for (const [path, content] of Object.entries(which)) simulated.files.write(`${folder}\\${path}`, content);
  };
  simulated.files.write(place.script, checkScript(place, files));
  return {
    ...simulated,
    files: simulated.files,
    simulated,
    run,
    copy,
    check: () => run(checkCommand(place)),
  };
}

describe("host: media that are copied to a computer", () => {
  it("says where they stand until they are checked, and how SFTP names that", () => {
    assert.deepEqual(place, {
      folder: "D:\\Exchange 2007 SP1",
      copying: "D:\\Exchange 2007 SP1.copying",
      script: "D:\\Exchange 2007 SP1.check.cmd",
    });
    assert.deepEqual(stagingPlace("D:\\SP1\\"), stagingPlace("D:\\SP1"));
    assert.equal(sftpPath("D:\\Media\\SP1.copying"), "/D:/Media/SP1.copying");
    assert.equal(checkCommand(place), 'call "D:\\Exchange 2007 SP1.check.cmd"');
  });

  it("refuses folders and names that a batch file could not carry", () => {
    for (const folder of [
      "D:\\",
      "\\\\files\\media",
      "D:SP1",
      "D:\\a\\..\\b",
      "D:\\a%b",
      "D:\\a&b",
      "D:\\Software (x64)",
      "D:\\Größe",
    ])
      assert.throws(() => stagingPlace(folder), Error, folder);
    assert.deepEqual(
      mediaProblems(
        place,
        files.map(({ path }) => path),
      ),
      [],
    );
    assert.deepEqual(mediaProblems(place, ["100%.txt", "a&b", "Übersicht.txt", "dot.", "x^y", "é"]), [
      'the name "100%.txt" has characters that a batch file cannot carry',
      'the name "a&b" has characters that a batch file cannot carry',
      'the name "Übersicht.txt" has characters that a batch file cannot carry',
      'the name "dot." has characters that a batch file cannot carry',
      'the name "x^y" has characters that a batch file cannot carry',
      'the name "é" has characters that a batch file cannot carry',
    ]);
    const long = "x".repeat(240);
    assert.deepEqual(mediaProblems(place, [long]), [
      `${place.copying}\\${long} has more than 259 characters`,
    ]);
  });

  it("is told from other media by every name, size and digest, in any order", () => {
    const digest = mediaDigest(files);
    assert.equal(mediaDigest([...files].reverse()), digest);
    assert.notEqual(mediaDigest(files.slice(1)), digest);
    assert.notEqual(mediaDigest([...files.slice(1), fileOf("Setup.com", "MZ other")]), digest);
  });

  for (const windows of ["2003", "2008", "2008 R2", "2012 R2", "2019", "2025"] as const) {
    const digests = windows !== "2003" && windows !== "2008";

    it(`has its name on ${windows} only when every file was checked${digests ? ", by SHA-256" : ", by size"}`, async () => {
      const at = computer(windows);
      at.copy(place.copying);
      assert.deepEqual(await at.check(), {
        code: 0,
        text: `D:\\Exchange 2007 SP1: 3 files, ${
          digests
            ? "each with the SHA-256 of its source"
            : "each of its source's size: certutil tells no SHA-256 here"
        }`,
      });
      assert.equal(at.files.kind(place.folder), "folder");
      assert.equal(at.files.kind(place.copying), null);
      assert.equal(at.files.kind("D:\\Exchange 2007 SP1.check.txt"), null);
      const again = await at.check();
      assert.equal(again.code, 0, again.text);
    });

    it(`refuses on ${windows} a file of the right size with other bytes${digests ? "" : " only where it can see that"}`, async () => {
      const at = computer(windows);
      at.copy(place.copying, { ...contents, "Setup.com": "MZ SETUP" });
      const { code, text } = await at.check();
      assert.equal(code, digests ? 1 : 0);
      if (digests) assert.match(text, /^Setup\.com has another SHA-256 than its source$/m);
      assert.equal(at.files.kind(place.folder), digests ? null : "folder");
    });
  }

  it("names what is missing, half copied or too much, and takes no half copy for a whole one", async () => {
    const at = computer();
    at.copy(place.copying, { "Setup.com": "MZ s", "setup\\empty.dat": "", "setup\\planted.dll": "x" });
    assert.deepEqual(await at.check(), {
      code: 1,
      text: [
        "Setup.com has 4 bytes instead of 8",
        "setup\\serverroles\\a (1).txt is missing",
        // There are three files, as there should be: which ones is what counts above.
        `What was copied to ${place.copying} is not the source. Have it copied again: pulumi up with --replace for the`,
        "CopyToRemote resources named above; and take away what is not of the media.",
      ].join("\n"),
    });
    assert.equal(at.files.kind(place.folder), null);
    at.copy(place.copying);
    const planted = await at.check();
    assert.equal(planted.code, 1);
    assert.match(planted.text, /^there are other files than those of the media$/m);
    at.files.remove(`${place.copying}\\setup\\planted.dll`);
    assert.equal((await at.check()).code, 0);
  });

  it("leaves a folder of that name alone that is not the media, and takes one that is", async () => {
    const at = computer();
    at.copy(place.copying);
    at.copy(place.folder, { "Setup.com": "another" });
    assert.deepEqual(await at.check(), {
      code: 1,
      text: [
        "Setup.com has 7 bytes instead of 8",
        "setup\\serverroles\\a (1).txt is missing",
        "setup\\empty.dat is missing",
        "there are other files than those of the media",
        `${place.folder} was there already, or was changed, and is not the source. It was left as it is: take it away, or name`,
        "another folder in computer.media.",
      ].join("\n"),
    });
    assert.equal(at.files.read(`${place.folder}\\Setup.com`).toString(), "another");
    const whole = computer();
    whole.copy(place.folder);
    whole.copy(place.copying, { "Setup.com": "MZ s" });
    assert.equal((await whole.check()).code, 0);
    assert.equal(whole.files.kind(place.copying), null);
  });

  it("says when nothing is there, and when the folder cannot be renamed", async () => {
    const at = computer();
    const nothing = await at.check();
    assert.equal(nothing.code, 1);
    assert.match(
      nothing.text,
      /^There is neither .*\.copying nor D:\\Exchange 2007 SP1: somebody has taken away what was copied\./,
    );
    at.copy(place.copying);
    const held = at.files.open(`${place.copying}\\Setup.com`, "read");
    const refused = await at.check();
    assert.equal(refused.code, 1);
    assert.match(
      refused.text,
      /is complete and could not be renamed: a file in it is open\. Run pulumi up again\.$/,
    );
    held.release();
    assert.equal((await at.check()).code, 0);
  });

  it("names at most twenty files", async () => {
    const many = Array.from({ length: 30 }, (_, i) => fileOf(`file-${i}.txt`, `${i}`));
    const at = computer();
    at.copy(place.copying, { "other.txt": "" });
    at.files.write(place.script, checkScript(place, many));
    const { text } = await at.check();
    assert.equal(text.match(/ is missing$/gm)?.length, 20);
  });
});

describe("host: restarting Remote Registry", () => {
  const key = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\RemoteRegistry";

  it("is one line of sc and net", () => {
    assert.equal(
      restartRemoteRegistry(),
      '(sc query RemoteRegistry 2>nul | findstr /c:": 1 " >nul || net stop RemoteRegistry <nul >nul 2>nul || ' +
        'sc query RemoteRegistry 2>nul | findstr /c:": 1 " >nul) && ' +
        '(net start RemoteRegistry >nul 2>nul || sc query RemoteRegistry 2>nul | findstr /c:": 4 " >nul) || ' +
        "(echo RemoteRegistry was not restarted: look at its state, its start type and what depends on it, with " +
        "services.msc&exit 1)",
    );
  });

  for (const windows of ["2003", "2008 R2", "2025"] as const)
    it(`stops and starts it on ${windows}, and starts one that is stopped, which is normal`, async () => {
      const { simulated, run } = computer(windows);
      // Nothing of it is printed: it would be in the computer's language and code page.
      assert.deepEqual(await run(restartRemoteRegistry()), { code: 0, text: "" });
      assert.deepEqual(simulated.serviceLog, ["stop RemoteRegistry", "start RemoteRegistry"]);
      simulated.runningServices.delete("remoteregistry");
      assert.equal((await run(restartRemoteRegistry())).code, 0);
      assert.deepEqual(simulated.serviceLog.slice(2), ["start RemoteRegistry"]);
      assert.ok(simulated.runningServices.has("remoteregistry"));
    });

  it("fails where the service is disabled or is not there", async () => {
    const { simulated, run } = computer();
    simulated.registry.set(key, "Start", 4);
    const text =
      "RemoteRegistry was not restarted: look at its state, its start type and what depends on it, with services.msc";
    const failed = async () => {
      const answer = await run(restartRemoteRegistry());
      return { ...answer, text: answer.text.trim() };
    };
    assert.deepEqual(await failed(), { code: 1, text });
    simulated.registry.removeKey(key);
    assert.deepEqual(await failed(), { code: 1, text });
  });
});
