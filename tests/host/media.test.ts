import assert from "node:assert/strict";
import { type Fact, known, unknown } from "../../lib/facts";
import { questionsFor, Subject } from "./computer-support";

const path = "D:\\SP1\\Setup.com";
const sp1 = { major: 8, minor: 1, build: 240, revision: 6 };

describe("the release on the media", () => {
  let subject: Subject;

  const media = async (asked: string | null = path): Promise<Fact<unknown>> =>
    (await subject.facts(questionsFor("2007 SP1", asked))).media;

  afterEach(async () => {
    await subject.host.stop();
  });

  for (const windows of ["2003", "2008", "2012 R2", "2022"] as const) {
    it(`should be told on Windows Server ${windows}, absent where the folder does not have the file`, async () => {
      subject = await Subject.start({ windows });
      subject.addSetup();
      assert.deepEqual(await media(), known(sp1, path));
      assert.deepEqual(await media("D:\\SP1\\Setup.exe"), known(null, "D:\\SP1\\Setup.exe"));
    });
  }

  for (const asked of [
    "D:\\Setup.com",
    "D:\\Exchange 2007 SP1 (x64)\\Setup.com",
    "D:\\a & b\\it's, [so]\\Setup.com",
    "D:\\a^b\\c=d;e\\Setup.com",
  ]) {
    it(`should be told of ${asked}`, async () => {
      subject = await Subject.start();
      subject.addSetup(asked);
      assert.deepEqual(await media(asked), known(sp1, asked));
    });
  }

  it("should be unknown where Windows has no wmic, but an absent file is absent", async () => {
    subject = await Subject.start({ windows: "2025" });
    subject.addSetup();
    assert.deepEqual(
      await media(),
      unknown(
        "the computer has no wmic, which would tell the version of the file; from Windows Server 2025 on it is an " +
          "optional feature",
        path,
      ),
    );
    assert.deepEqual(await media("D:\\SP2\\Setup.com"), known(null, "D:\\SP2\\Setup.com"));
  });

  it("should be absent where a folder above is, and in an empty folder", async () => {
    subject = await Subject.start();
    subject.host.files.makeFolders("D:\\Exchange\\SP1");
    for (const asked of [
      "D:\\Exchange\\SP1\\Setup.com",
      "D:\\Exchange\\SP2\\x64\\Setup.com",
      "D:\\No\\Setup.com",
    ])
      assert.deepEqual(await media(asked), known(null, asked));
  });

  it("should be unknown where a folder above refuses to be listed", async () => {
    subject = await Subject.start();
    subject.addSetup("D:\\Exchange\\SP1\\Setup.com");
    const refused = subject.host.computer.refusedFolders;
    const why = "a folder above it cannot be listed with the account of the connection";
    refused.add("d:\\exchange\\sp1");
    const inside = "D:\\Exchange\\SP1\\Setup.com";
    assert.deepEqual(await media(inside), unknown(why, inside));
    refused.clear();
    refused.add("d:\\exchange");
    const below = "D:\\Exchange\\SP2\\x64\\Setup.com";
    assert.deepEqual(await media(below), unknown(why, below));
    // A folder that can be listed tells, whatever is refused above it.
    assert.deepEqual(await media(inside), known(sp1, inside));
    assert.deepEqual(await media(inside.replace("com", "exe")), known(null, inside.replace("com", "exe")));
  });

  it("should be unknown where the drive is not there or empty", async () => {
    subject = await Subject.start();
    for (const drive of ["D:", "E:"]) {
      const asked = `${drive}\\SP1\\Setup.com`;
      assert.deepEqual(
        await media(asked),
        unknown(
          `nothing in ${drive} can be listed with the account of the connection: the drive is not there, is empty, or ` +
            `refuses it`,
          asked,
        ),
      );
    }
  });

  it("should stay below cmd.exe's limit in the deepest folder", async () => {
    subject = await Subject.start();
    subject.addSetup("D:\\x\\Setup.com");
    const asked = `D:${"\\a".repeat(120)}\\Setup.com`;
    assert.equal((await media(asked)).known, false);
    const shallow = `D:\\${"a".repeat(240)}\\Setup.com`;
    assert.deepEqual(await media(shallow), known(null, shallow));
  });

  for (const [asked, why] of [
    [null, "no folder with Setup of the target is named, or it is not known yet"],
    [
      "\\\\files\\exchange\\SP1\\Setup.com",
      "the folder is on another computer, where wmic does not tell versions of files",
    ],
    ["SP1\\Setup.com", "the path is not a full one, such as D:\\SP1\\Setup.com"],
    [`D:\\${"a".repeat(300)}\\Setup.com`, "the path has more than 259 characters"],
    [
      "D:\\%TEMP%\\Setup.com",
      'the path "D:\\\\%TEMP%\\\\Setup.com" contains %, which cmd.exe may expand and which cannot be escaped on a command line. ' +
        "Use a name without it",
    ],
  ] as const) {
    it(`should be unknown, and nothing asked, for ${asked?.slice(0, 40) ?? "no media"}`, async () => {
      subject = await Subject.start();
      const { facts, commands } = await subject.read(questionsFor("2007 SP1", asked));
      assert.deepEqual(facts.media, unknown(why, asked ?? "the program"));
      assert.equal(commands, 1);
    });
  }

  it("should be unknown for a file whose version does not tell", async () => {
    subject = await Subject.start();
    subject.host.files.write(path, "MZ");
    assert.deepEqual(await media(), unknown("the file has no version", path));
    subject.addSetup(path, "eight");
    assert.deepEqual(await media(), unknown('the file\'s version is no build: "eight"', path));
  });

  it("should be unknown where wmic does not find the file that is there", async () => {
    subject = await Subject.start({}, { codePage: 850 });
    subject.host.files.makeFolders(path);
    assert.deepEqual(
      await media(),
      unknown("wmic tells no version of the file: No Instance(s) Available", path),
    );
    subject.speakGerman();
    assert.deepEqual(
      await media(),
      unknown("wmic tells no version of the file: Keine Instanzen verf\ufffdgbar", path),
    );
    subject.replace("wbem\\wmic.exe", async () => 44_124);
    assert.deepEqual(await media(), unknown("wmic tells no version of the file: it printed nothing", path));
  });

  for (const [name, mark] of [
    ["with a byte order mark", "\ufeff"],
    ["without one", ""],
  ] as const) {
    it(`should be told by a wmic that writes UTF-16 ${name}`, async () => {
      subject = await Subject.start();
      subject.addSetup();
      subject.replace("wbem\\wmic.exe", async (context) => {
        context.stdout.write(Buffer.from(`${mark}\r\n\r\nVersion=8.1.240.6\r\n\r\n\r\n`, "utf16le"));
        return 0;
      });
      assert.deepEqual(await media(), known(sp1, path));
    });
  }

  it("should be told behind what wmic says when it is started for the first time", async () => {
    subject = await Subject.start();
    subject.addSetup();
    subject.replace("wbem\\wmic.exe", async (context) => {
      context.print("Please wait while WMIC is being installed.\r\r\n\r\r\nVersion=8.1.240.6\r\r\n");
      return 0;
    });
    assert.deepEqual(await media(), known(sp1, path));
  });

  it("should be asked without input, which old releases wait for", async () => {
    subject = await Subject.start();
    subject.addSetup();
    let input: Buffer | null = Buffer.from("");
    subject.replace("wbem\\wmic.exe", async (context) => {
      input = await context.stdin.read();
      return 0;
    });
    await media();
    assert.equal(input, null);
  });
});
