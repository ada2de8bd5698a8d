/**
 * The lines that the lab's cmd.exe is tested with, on a cmd.exe that nobody here wrote. Where both differ, the difference stands
 * here with what settles it; a difference that is gone fails, too.
 */
import assert from "node:assert/strict";
import type { RunResult } from "../../lib/host";
import { type Case, commandLines, files } from "../lab/cmd-lines";
import { describeWithWine, WineComputer } from "./computer";

/** Exit code and what is printed. Texts of errors are each program's own, and only that there is one is compared. */
interface Seen {
  readonly stdout: string;
  readonly isError: boolean;
  readonly exitCode: number;
}

function comparable({ stdout, stderr, exitCode }: Pick<RunResult, "stdout" | "stderr" | "exitCode">): Seen {
  return { stdout, isError: stderr !== "", exitCode };
}

/** What Wine does otherwise, by what tells which of both does as Windows. */
const differences: { readonly [settledBy: string]: { readonly [title: string]: Partial<Seen> } } = {
  // Wine 10 gives the errorlevel in place of the return code. The product never reads the code of such a line.
  "`cmd /c` ends with the return code of the last command: docs/assumptions.md": {
    "runs after || only on failure": { exitCode: 1 },
    "shows the errorlevel of the past on one line": { exitCode: 1 },
    "does not run a command whose redirection fails, and tells by the return code": { exitCode: 1 },
    "refuses to remove a folder with content": { exitCode: 0 },
  },
  "1 of `cmd /c` for a command that is unknown or none: Wine's own later tests, and those of ReactOS for system()":
    {
      "does not find a program": { exitCode: 9009 },
      "rejects what is no command": { exitCode: 255 },
    },
  "`del` as Wine's own later tests expect it": {
    "tells what it cannot delete, without a code": { exitCode: 1, isError: false },
    "tells nothing but a message where wildcards find nothing": { stdout: "1\r\n" },
  },
  "each has texts of its own, or tells nothing": {
    "redirects a digit's handle": { stdout: "Echo is ON\r\n" },
    "joins errors to the output": { stdout: "File not found.\r\n\r\nFailed to open 'C:\\none'\r\n" },
    "refuses to rename what is not there": { isError: false },
    copies: { stdout: "1x\r\n" },
  },
  "another computer, where other things are": {
    "runs a program by its quoted path": { stdout: "EDGE1\r\n" },
    "changes folder": { stdout: "C:\\windows\r\n" },
    "starts in the profile": { stdout: "Z:\\\r\n" },
    // It has no variable OS.
    "does for each word what stands behind an at sign, and goes on behind it": {
      stdout: "a1\r\n1b\r\natwo\r\ntwob\r\n%OS%\r\n",
    },
  },
  "the lab says what it does not simulate": {
    "says what it does not simulate": { stdout: "1\r\n2\r\n", isError: false, exitCode: 0 },
  },
  "not settled: docs/assumptions.md": {
    "cuts the command at a line feed": { stdout: "a\necho b\r\n" },
    "sets errorlevel 1 for call without a blank, and 0 with one": { stdout: "zero\r\n" },
    "tells an empty folder like an absent file": { isError: false, exitCode: 0 },
  },
};

const byTitle = new Map(Object.values(differences).flatMap((each) => Object.entries(each)));

describeWithWine("lines of the lab's cmd.exe on that of Wine", () => {
  let computer: WineComputer;
  before(async () => {
    computer = await WineComputer.start();
  });
  after(() => computer.stop());

  const lines: readonly Case[] = [...commandLines, ...files];
  for (const { title, command, stdout, stderr = "", code = 0 } of lines)
    it(title, async () => {
      const expected = comparable({ stdout, stderr, exitCode: code | 0 });
      const difference = byTitle.get(title);
      if (difference !== undefined) assert.notDeepEqual({ ...expected, ...difference }, expected);
      assert.deepEqual(comparable(await computer.session().exec(command)), { ...expected, ...difference });
    });

  it("differ in no line that is not there any more", () => {
    const titles = lines.map(({ title }) => title);
    assert.deepEqual(
      [...byTitle.keys()].filter((title) => !titles.includes(title)),
      [],
    );
  });
});
