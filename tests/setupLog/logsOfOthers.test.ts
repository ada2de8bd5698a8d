/** What an administrator is told of logs of many kinds: the run, its end, the cause, what to do, and of the run before. */
import assert from "node:assert/strict";
import { eachLine } from "../../lib/cli/logLines";
import { RunReader } from "../../lib/setupLog";
import { accountOf, type RunAccount } from "../../lib/setupLog/account";
import { logsOfOthers, type Told } from "./logsOfOthers";

async function accountFor(log: string | Buffer) {
  const reader = new RunReader();
  async function* stream(): AsyncGenerator<Buffer> {
    yield Buffer.from(log);
  }
  await eachLine(stream(), (line) => reader.take(line));
  const report = reader.end();
  assert.ok(report?.isOfSetup);
  return accountOf(report, null, reader.earlier);
}

function toldOf({ result, run, causes, reason }: RunAccount): Told {
  return {
    result,
    run: [run.product, run.version, run.mode, run.user, run.number, run.of],
    causes: causes.map(({ failure }) => failure),
    ...(causes.length === 0 ? {} : { reason: reason ?? "" }),
  };
}

describe("a log of others", () => {
  for (const [name, make] of Object.entries(logsOfOthers))
    it(`is explained: ${name}`, async () => {
      const { log, earlier, ...told } = make();
      const account = await accountFor(log);
      assert.deepEqual(toldOf(account), { causes: [], ...told });
      assert.deepEqual(
        account.earlier === null ? undefined : toldOf(account.earlier),
        earlier === undefined ? undefined : { causes: [], ...earlier },
      );
    });
});
