import assert from "node:assert/strict";
import { parsePendingFiles, pendingFilesText } from "../../lib/host/facts/pendingFiles";

const at = String.raw;

describe("PendingFileRenameOperations", () => {
  for (const [name, data, files] of [
    ["a file to be deleted", at`\??\C:\a.tmp\0\0`, [["C:\\a.tmp", null]]],
    ["a file to be deleted, as it is printed without an end", at`\??\C:\a.tmp`, [["C:\\a.tmp", null]]],
    [
      "two files to be deleted, in a folder whose name begins with 0",
      at`\??\C:\Temp\001\0a.tmp\0\0\??\C:\b.tmp\0\0`,
      [
        ["C:\\Temp\\001\\0a.tmp", null],
        ["C:\\b.tmp", null],
      ],
    ],
    [
      "a file that replaces another one, one that becomes another, and one to be deleted",
      at`\??\C:\a.tmp\0!\??\C:\a.dll\0\??\C:\b.tmp\0\??\C:\b.dll\0\??\C:\c.tmp\0\0`,
      [
        ["C:\\a.tmp", "C:\\a.dll"],
        ["C:\\b.tmp", "C:\\b.dll"],
        ["C:\\c.tmp", null],
      ],
    ],
    ["nothing", "", []],
    ["something else", "x", null],
    ["pairs that do not begin with a path", at`\0\??\C:\a.tmp\0\0`, null],
  ] as const) {
    it(`names ${name}`, () => {
      assert.deepEqual(parsePendingFiles(data), files?.map(([path, to]) => ({ path, to })) ?? null);
    });
  }

  it("is told by its first files, each cut", () => {
    const file = (path: string, to: string | null = null) => ({ path, to });
    assert.equal(
      pendingFilesText([
        file("C:\\a.tmp", "C:\\a.dll"),
        file("C:\\b\n.tmp"),
        file("C:\\c"),
        file("C:\\d"),
        file("C:\\e"),
      ]),
      "C:\\a.tmp (to become C:\\a.dll), C:\\b .tmp (to be deleted), C:\\c (to be deleted), 2 more",
    );
    assert.equal(
      pendingFilesText([file(`C:\\${"x".repeat(200)}`)]),
      `C:\\${"x".repeat(157)}… (to be deleted)`,
    );
  });
});
