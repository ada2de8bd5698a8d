/**
 * What our own files on a computer, and Setup's log, may hold after a full disk, a crash or somebody's editor: an operation
 * ends with an outcome or an Error, says that it is done only where it is, and runs well once the files are gone.
 */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { HostError } from "../../lib/host";
import { type Bench, base, impatient, logFile, operation, startBench } from "../host/operation-support";
import { runs } from "./settings";

const log = [
  "[06/01/2008 10:00:00.0000] [0] Starting Microsoft Exchange Server 2007 Setup",
  "[06/01/2008 10:00:01.0000] [0] [ERROR] Something is wrong.",
  "[06/01/2008 10:00:01.0000] [0] Failed [Rule:RebootPending] [Message:A restart is pending.]",
  "[06/01/2008 10:00:02.0000] [0] The Exchange Server Setup operation completed successfully.",
].join("\r\n");

const contents: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      "",
      "0",
      "0\r\n",
      "1603",
      "-2147483648\r\n",
      "99999999999999999999999",
      "absent",
      "yes",
      "running",
      "\r\n\r\n",
      "deadbeef the tests since 2008\r\n",
      "x".repeat(300_000),
      " ".repeat(300_000),
      ".".repeat(300_000),
      log,
      log.repeat(300),
      log.slice(0, 120),
    )
    .chain((text) =>
      fc.constantFrom(
        Buffer.from(text, "utf8"),
        Buffer.from(text, "utf16le"),
        Buffer.from(`\ufeff${text}`, "utf16le"),
        Buffer.from(text, "utf16le").subarray(1),
        Buffer.from(`\ufeff${text}`, "utf8"),
      ),
    ),
);

const own = `${base}\\${operation}`;
const files = fc.constantFrom(
  `${base}\\owner.txt`,
  `${base}\\next.txt`,
  `${base}\\lock\\free`,
  `${base}\\lock\\owner-0123456789abcdef.7`,
  `${base}\\lock\\owner-x.9`,
  `${base}\\lock\\something`,
  `${own}\\journal.txt`,
  `${own}\\register.vbs`,
  `${own}\\upload-0.tmp`,
  `${own}\\1\\exit.txt`,
  `${own}\\1\\exit.tmp`,
  `${own}\\1\\out.txt`,
  `${own}\\1\\alive`,
  `${own}\\1\\log-before.txt`,
  `${own}\\1\\run.cmd`,
  `${own}\\1\\started\\x`,
  `${own}\\2\\started\\x`,
  `${own}\\7`,
  `${own}\\99999999999999999999999\\run.cmd`,
  `${own}\\not a number\\run.cmd`,
  logFile,
);

describe("what an operation finds on its computer", () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench?.host.stop());

  it("is no attempt where its name is no number of ours: none could be counted on from it", async () => {
    for (const name of ["9007199254740993", "99999999999999999999999"]) {
      bench.reset();
      bench.host.files.write(`${own}\\${name}\\run.cmd`, "another script");
      const { done, attempt } = await bench.run();
      assert.deepEqual([done, attempt, bench.setup.runs], [true, 1, 1]);
    }
  });

  it("never makes it hang, or report what is not there", async function () {
    this.timeout(0);
    const hostFiles = bench.host.files;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(files, contents), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (planted, effective) => {
          bench.reset();
          if (hostFiles.kind(logFile) !== null) hostFiles.remove(logFile);
          bench.setup.effective = effective;
          for (const [path, content] of planted) {
            try {
              hostFiles.write(path, content);
            } catch {
              // A folder stands where the file would be.
            }
          }
          const running = bench.run({ timeoutMs: 1_500, timing: impatient });
          try {
            const outcome = await running;
            assert.equal(outcome.done, bench.setup.done, inspect(outcome));
            if (!outcome.done) assert.match(outcome.reason ?? "", /\S/);
          } catch (error) {
            assert.ok(error instanceof HostError, String(error));
            assert.match(error.message, /\S/);
            assert.doesNotMatch(error.message, /call stack|\[object|is not a function|Cannot read/);
          }
          assert.ok(bench.setup.mostAtOnce <= 1, "two at once");
          bench.reset();
          if (hostFiles.kind(logFile) !== null) hostFiles.remove(logFile);
          bench.setup.effective = true;
          assert.equal((await bench.run()).done, true);
          assert.equal(bench.setup.runs, 1);
        },
      ),
      runs(5),
    );
  });
});
