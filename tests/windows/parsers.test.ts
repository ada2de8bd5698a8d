/**
 * The parsers of lib/host on what Windows prints, as bytes in the console's code page. Whatever the language, the code
 * page or an encoding that knows every character: what decisions rest on comes out the same.
 */
import assert from "node:assert/strict";
import { codePage } from "../../lab/windows/codepage";
import { localNameOf, parseTasklist, parseWhoami, parseWmicValues } from "../../lib/host/cmd/listings";
import { dataOf, defaultDataOf, findKey, parseRegistry } from "../../lib/host/cmd/registry";
import { describeResult, findTask, lastResultText, parseTasks } from "../../lib/host/cmd/schtasks";
import { parseMembers } from "../../lib/host/facts/administrators";
import { parseServiceState } from "../../lib/host/facts/services";
import { decodeConsole, isLossy } from "../../lib/host/transport/decode";
import {
  administrators,
  groups2003,
  groupsFiltered,
  groupsGerman,
  groupsJapanese,
  groupsOverSsh,
  netEndings,
  publishedLine2003,
  regQuery2003,
  regQuery2003Default,
  regQueryAbsent,
  regQueryBackslashBytes,
  regQueryFrench,
  regQueryGerman,
  regQueryJapanese,
  scheduled,
  serviceQueries,
  tasks,
  users,
  versions,
  type WindowsText,
} from "./fixtures";

/** The text as this product sees it when it arrives in the console's code page. */
function seen({ codePage: page, text }: WindowsText): string {
  return decodeConsole(codePage(page).encode(text));
}

/** The text as it is seen from a console in its own code page, in UTF-8 and in UTF-16. */
function seenInEveryEncoding(fixture: WindowsText): readonly (readonly [string, string])[] {
  return [
    [`code page ${fixture.codePage}`, seen(fixture)],
    ["UTF-8", decodeConsole(Buffer.from(fixture.text, "utf8"))],
    ["UTF-16", decodeConsole(Buffer.from(`\ufeff${fixture.text}`, "utf16le"))],
  ];
}

/** A line with each tab as spaces up to the next column of eight, as a page shows it. */
function withoutTabs(line: string): string {
  return line.replace(/([^\t]*)\t/g, (_, cell: string, at: number, whole: string) => {
    const before = withoutTabs(whole.slice(0, at)).length + cell.length;
    return cell + " ".repeat(8 - (before % 8));
  });
}

describe("Windows output: bytes", () => {
  it("is in the code pages that it is said to be in", () => {
    assert.deepEqual(
      codePage(850).encode("(par défaut) Größe"),
      Buffer.from("287061722064826661757429204772 94 e1 65".replaceAll(" ", ""), "hex"),
    );
    assert.deepEqual(
      codePage(932).encode("(既定) ソ表能ポ"),
      Buffer.from("288af992e82920835c955c945c837c", "hex"),
    );
  });

  it("keeps every ASCII character and shows that others were lost", () => {
    assert.equal(seen(regQueryGerman), regQueryGerman.text);
    const french = seen(regQueryFrench);
    assert.equal(french, regQueryFrench.text.replace("é", "\ufffd"));
    assert.equal(isLossy(french), true);
    assert.equal(isLossy(decodeConsole(Buffer.from(regQueryFrench.text, "utf8"))), false);
  });
});

describe("Windows output: reg query", () => {
  it("reads Windows Server 2003's layout, whose tabs make the columns that Microsoft's page shows", () => {
    const line = regQuery2003.text.split("\r\n").find((each) => each.startsWith("    ")) ?? "";
    assert.equal(withoutTabs(line), publishedLine2003);
    assert.deepEqual(parseRegistry(seen(regQuery2003)), [
      {
        path: "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion",
        values: [{ name: "DevicePath", type: "REG_EXPAND_SZ", data: "%SystemRoot%\\inf" }],
      },
    ]);
  });

  it("finds the default value by its place, whatever it is called", () => {
    const key = "HKLM\\SOFTWARE\\Clients\\StartMenuInternet";
    assert.equal(defaultDataOf(findKey(parseRegistry(seen(regQuery2003Default)), key)), "IEXPLORE.EXE");
    for (const [fixture, path, data] of [
      [
        regQueryFrench,
        "HKLM\\SOFTWARE\\Wow6432Node\\VideoLAN\\VLC",
        "C:\\Program Files (x86)\\VideoLAN\\VLC\\vlc.exe",
      ],
      [regQueryGerman, "HKLM\\SOFTWARE\\Inkscape\\Inkscape", "C:\\Program Files\\Inkscape"],
      [regQueryJapanese, "HKCR\\Unknown\\shell", "openas"],
    ] as const) {
      for (const [encoding, text] of seenInEveryEncoding(fixture))
        assert.equal(defaultDataOf(findKey(parseRegistry(text), path)), data, `${path} in ${encoding}`);
    }
  });

  it("reads every key and value of a Japanese listing, an empty one too", () => {
    const keys = parseRegistry(seen(regQueryJapanese));
    assert.deepEqual(
      keys.map(({ path, values }) => [path, values.length]),
      [
        ["HKEY_CLASSES_ROOT\\Unknown\\shell", 1],
        ["HKEY_CLASSES_ROOT\\Unknown\\shell\\Open", 2],
        ["HKEY_CLASSES_ROOT\\Unknown\\shell\\Open\\command", 2],
      ],
    );
    assert.equal(dataOf(keys[1], "ProgrammaticAccessOnly"), "");
    assert.equal(dataOf(keys[2], "delegateexecute"), "{e44e9428-bdbc-4987-a099-40dc8fd255e7}");
  });

  it("is not led astray by characters whose last byte is a backslash", () => {
    const keys = parseRegistry(seen(regQueryBackslashBytes));
    assert.deepEqual(
      keys.map((key) => dataOf(key, "ConfiguredVersion")),
      ["8.1.240.6", "8.0.685.25"],
    );
    assert.equal(dataOf(findKey(keys, "HKLM\\SOFTWARE\\Lab\\MailboxRole"), "InstallPath"), null);
    assert.equal(isLossy(dataOf(keys[0], "InstallPath") ?? ""), true);
  });

  it("finds no key in what reg.exe says of an absent one", () => {
    for (const fixture of regQueryAbsent)
      for (const [encoding, text] of seenInEveryEncoding(fixture))
        assert.deepEqual(parseRegistry(text), [], encoding);
  });
});

describe("Windows output: whoami", () => {
  it("takes an SSH session's token whole, and of a filtered one what is not for denying only", () => {
    assert.deepEqual(parseWhoami(seen(users.english), seen(groupsOverSsh)), {
      sid: "S-1-5-21-1-2-3-1104",
      name: "contoso\\exadmin",
      elevated: true,
      groups: [
        "S-1-1-0",
        "S-1-5-114",
        "S-1-5-32-544",
        "S-1-5-32-545",
        "S-1-5-2",
        "S-1-5-11",
        "S-1-5-15",
        "S-1-5-113",
        "S-1-5-64-10",
      ],
    });
    const { elevated, groups } = parseWhoami(seen(users.english), seen(groupsFiltered));
    const members = groupsFiltered.text
      .split("\r\n")
      .filter((line) => line.includes("Enabled group"))
      .map((line) => line.split('","')[2]);
    assert.equal(elevated, false);
    assert.deepEqual(groups, members);
  });

  it("does not guess an elevation where there is no label, as on Windows Server 2003", () => {
    const logon = parseWhoami(seen(users.english), seen(groups2003));
    assert.equal(logon.elevated, null);
    assert.deepEqual(logon.groups, ["S-1-5-21-1-2-3-513", "S-1-1-0", "S-1-5-32-544", "S-1-5-21-1-2-3-518"]);
  });

  it("reads the same SIDs in German, in every encoding", () => {
    const user = seenInEveryEncoding(users.german);
    for (const [index, [encoding, groups]] of seenInEveryEncoding(groupsGerman).entries()) {
      const logon = parseWhoami(user[index]?.[1] ?? "", groups);
      assert.equal(logon.sid, "S-1-5-21-1-2-3-1105", encoding);
      assert.equal(logon.elevated, false, encoding);
      assert.deepEqual(logon.groups, ["S-1-1-0", "S-1-5-11", "S-1-5-21-1-2-3-1107"], encoding);
    }
    assert.equal(isLossy(parseWhoami(seen(users.german), seen(groupsGerman)).name), true);
  });

  it("reads the same SIDs in Japanese, in every encoding", () => {
    const user = seenInEveryEncoding(users.japanese);
    for (const [index, [encoding, groups]] of seenInEveryEncoding(groupsJapanese).entries()) {
      const logon = parseWhoami(user[index]?.[1] ?? "", groups);
      assert.equal(logon.sid, "S-1-5-21-1-2-3-1106", encoding);
      assert.equal(logon.elevated, true, encoding);
      assert.deepEqual(
        logon.groups,
        ["S-1-1-0", "S-1-5-114", "S-1-5-32-544", "S-1-5-21-1-2-3-1108"],
        encoding,
      );
    }
  });
});

describe("Windows output: net localgroup", () => {
  const encoded = (text: string, page: number) => {
    const bytes = codePage(page).encode(text);
    return { bytes, text: decodeConsole(bytes) };
  };
  const members = (language: "english" | "german" | "japanese", ending: string = netEndings[language]) => {
    const { codePage: page, text } = administrators[language];
    const witness = encoded(`Kontosperrung:  3\r\n${ending}\r\n\r\n`, page);
    return parseMembers(encoded(text, page), witness);
  };

  it("lists the members in English, German and Japanese, and shows where characters were lost", () => {
    const organization = "CONTOSO\\Exchange Organization Administrators";
    assert.deepEqual(members("english"), ["Administrator", "CONTOSO\\Domain Admins", organization]);
    const german = members("german") ?? [];
    assert.deepEqual(german, ["Administrator", "CONTOSO\\Dom\ufffdnen-Admins", organization]);
    const japanese = members("japanese") ?? [];
    assert.deepEqual([japanese.length, japanese[0], japanese[2]], [3, "Administrator", organization]);
    for (const names of [german, japanese]) assert.deepEqual(names.map(isLossy), [false, true, false]);
  });

  it("lists nothing where it ends otherwise than another command that succeeded, or has no line of dashes", () => {
    assert.equal(members("english", netEndings.englishWithErrors), null);
    const { text } = administrators.english;
    const success = encoded(`${netEndings.english}\r\n`, 437);
    const parsed = (listing: string) => parseMembers(encoded(listing, 437), success);
    assert.equal(parsed(text.replace(/-{79}/, "")), null);
    // Cut short, its last line would pass for the end.
    assert.equal(parsed(text.slice(0, text.indexOf("The command"))), null);
    assert.equal(parsed(text.replace(/(-{79}\r\n)[\s\S]*(The command)/, "$1$2")), null);
    assert.equal(parsed(""), null);
    assert.equal(parseMembers(encoded("", 437), encoded("", 437)), null);
  });

  it("takes the group's local name from the row with its SID", () => {
    const sid = "S-1-5-32-544";
    assert.equal(localNameOf(seen(groupsGerman), sid), "Administratoren");
    assert.equal(localNameOf(seen(groupsJapanese), sid), "Administrators");
    assert.equal(localNameOf(seen(groups2003), "S-1-5-32-551"), null);
  });
});

describe("Windows output: tasklist", () => {
  it("finds a process in German and in Japanese", () => {
    assert.deepEqual(parseTasklist(seen(tasks.german), "QMapShack.exe"), [
      { image: "qmapshack.exe", pid: 16580 },
    ]);
    assert.deepEqual(parseTasklist(seen(tasks.japanese), "smss.exe"), [{ image: "smss.exe", pid: 416 }]);
  });

  it("takes the sentence that there is none for no process, in every language and encoding", () => {
    for (const fixture of [tasks.englishNone, tasks.germanNone, tasks.japaneseNone])
      for (const [encoding, text] of seenInEveryEncoding(fixture))
        assert.deepEqual(parseTasklist(text, "exsetup.exe"), [], encoding);
  });
});

describe("Windows output: schtasks", () => {
  const listed = [
    ["in English, with quotes inside a command", scheduled.english, [["fzuZbSwfXc", 0x41303]]],
    [
      "with an error as a signed number",
      scheduled.error,
      [["resticprofile backup\\self backup", 0x80070002]],
    ],
    ["in German", scheduled.german, [["ExchangeUpgrade", 0x41301]]],
    ["in Japanese", scheduled.japanese, [["ExchangeUpgrade", 0x8004130f]]],
    [
      "of Windows Server 2003",
      scheduled.windows2003,
      [
        ["Backup", 0],
        ["ExchangeUpgrade", 0],
        ["Odd", null],
      ],
    ],
    ["without any task", scheduled.none, []],
  ] as const;
  for (const [what, fixture, expected] of listed)
    it(`is read by names and numbers alone: ${what}`, () => {
      for (const [encoding, text] of seenInEveryEncoding(fixture))
        assert.deepEqual(
          parseTasks(text).map(({ name, lastResult }) => [name, lastResult]),
          expected,
          encoding,
        );
    });

  it("tells tasks that never ran from those that ended with 0 or 1", () => {
    const texts = (fixture: Parameters<typeof seen>[0]) =>
      parseTasks(seen(fixture)).map((task) => `${task.name}: ${lastResultText(task, { 1: "it failed" })}`);
    assert.deepEqual(texts(scheduled.windows2003), [
      "Backup: Its last result is 0",
      "ExchangeUpgrade: It has never run",
      "Odd: It shows no last result",
    ]);
    assert.deepEqual(texts(scheduled.neverRan2012), [
      "ExchangeUpgrade: It has never run",
      "Failed: Its last result is 1 (it failed)",
    ]);
    assert.deepEqual(texts(scheduled.english), ["fzuZbSwfXc: It has never run"]);
    assert.deepEqual(texts(scheduled.error), [
      "resticprofile backup\\self backup: Its last result is 0x80070002 (the file that it runs was not found)",
    ]);
    assert.equal(lastResultText(undefined), "It shows no last result");
  });

  it("is searched as Windows compares names", () => {
    const all = parseTasks(seen(scheduled.windows2003));
    assert.equal(findTask(all, "EXCHANGEUPGRADE")?.name, "ExchangeUpgrade");
    assert.equal(findTask(all, "Exchange"), undefined);
  });

  it("has results that are told with their numbers, and their meaning where it is known", () => {
    assert.equal(
      describeResult(-2147216625),
      "0x8004130f (no account information: the account or its password is not stored, or no longer valid)",
    );
    assert.equal(
      describeResult(0x80070520),
      '0x80070520 (the policy "Network access: Do not allow storage of passwords and credentials for network ' +
        'authentication" forbids stored passwords)',
    );
    assert.equal(
      describeResult(0x800710e0),
      "0x800710e0 (Windows refused the start: an earlier one has not ended, or a condition of the task does not hold)",
    );
    assert.equal(
      describeResult(0x8004131f),
      "0x8004131f (it is running: an earlier start of it has not ended)",
    );
    assert.equal(describeResult(191, { 191: "it found nothing" }), "191 (it found nothing)");
    assert.equal(describeResult(7), "7");
    assert.equal(describeResult(0xdeadbeef), "0xdeadbeef");
  });
});

describe("Windows output: wmic", () => {
  it("reads a file's version between lines that end with two carriage returns, in every encoding", () => {
    for (const [encoding, text] of seenInEveryEncoding(versions.file))
      assert.deepEqual(parseWmicValues(text, "Version"), ["133.0.6943.142"], encoding);
  });

  it("takes the sentence that there is no file for no version, in every language and encoding", () => {
    for (const fixture of [versions.englishNone, versions.germanNone])
      for (const [encoding, text] of seenInEveryEncoding(fixture))
        assert.deepEqual(parseWmicValues(text, "Version"), [], encoding);
  });

  it("tells a file without a version from no file, and one property from another", () => {
    assert.deepEqual(parseWmicValues("\r\r\nVersion=\r\r\n", "version"), [""]);
    assert.deepEqual(parseWmicValues("FSName=NTFS\r\r\nVersion2=1\r\r\n", "Version"), []);
  });
});

describe("sc query", () => {
  for (const fixture of serviceQueries) {
    const name = fixture.text.trim().split("\r\n")[0];
    it(`shows the state ${fixture.state} by its place and number: ${name}`, () => {
      for (const [encoding, text] of seenInEveryEncoding(fixture))
        assert.equal(parseServiceState(text), fixture.state, encoding);
    });
  }

  it("shows no state where the second number is none", () => {
    const text = (state: string) => `X: y\r\n        A : 20  Z\r\n        B : ${state}\r\n`;
    for (const state of ["0  X", "8  X", "1f  X", "0x4  X", ""])
      assert.equal(parseServiceState(text(state)), null, state);
    assert.equal(parseServiceState(text("3  STOP_PENDING")), 3);
    assert.equal(parseServiceState(""), null);
  });
});
