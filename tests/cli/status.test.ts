/** `exchange-upgrade status`: what an operation on a computer shows to who stands by, and the table. */
import assert from "node:assert/strict";
import { fabrikam, type Lab, startLab } from "../../lab";
import { type StatusRow, type StepNow, statusRow, statusText } from "../../lib/cli/statusReport";
import { lookAtOperation, type OperationNow } from "../../lib/host";
import { base, operation, startBench, until } from "../host/operation-support";
import { type Stage, useStage } from "./fake-pulumi";
import { stackOf } from "./stack";

const output = `${base}\\${operation}\\1\\out.txt`;

describe("a look at an operation", () => {
  it("shows none, one that runs, and how it ended, and leaves nothing on the computer", async () => {
    const bench = await startBench();
    const session = await bench.open();
    const look = () => lookAtOperation(session, operation);
    assert.equal(await look(), null);
    assert.deepEqual(
      bench.host.files.list("C:\\WINDOWS").filter(({ name }) => name === "ExchangeUpgrade"),
      [],
    );
    bench.setup.hold = true;
    bench.setup.exitCode = 1;
    const began = Date.now();
    const running = bench.run();
    await until(() => bench.setup.runs === 1, "Setup runs");
    await until(() => bench.progress.length === 2, "its phases are told");
    const now = await look();
    const { startedAt, ...rest } = now ?? { startedAt: null };
    assert.deepEqual(rest, {
      ...{ state: "running", code: null, phase: "Edge Transport Server Role: COMPLETED", output },
    });
    assert.ok(startedAt !== null && startedAt >= began - 1_000 && startedAt <= Date.now());
    bench.setup.hold = false;
    await running;
    const ended = await look();
    assert.deepEqual([ended?.state, ended?.code], ["exited", 1]);
    session.close();
    await bench.host.stop();
  });
});

const window = { start: "2026-12-05T22:00", end: "2026-12-06T02:00", timeZone: "Europe/Berlin" };
const now = Date.parse("2026-12-05T22:30:00Z");

const runs: OperationNow = {
  ...{ state: "running", code: null, phase: "Mailbox Role: 45%", output },
  startedAt: now - 20 * 60_000,
};

const step = (name: string, more: Partial<StepNow>): StatusRow =>
  statusRow(
    { name, done: false, pending: false, operation: null, why: null, expected: 60, window, ...more },
    now,
  );

describe("the night view", () => {
  it("has each step with phase, minutes, end against the window, error and log, in 80 columns", () => {
    const rows = [
      step("schema", { done: true }),
      step("ex1", { operation: runs, pending: true }),
      step("ex2", { operation: { ...runs, startedAt: now - 5 * 60_000 }, expected: 180 }),
      step("ex3", { operation: { ...runs, state: "exited", code: 1 } }),
      step("ex4", { operation: { ...runs, state: "interrupted", phase: null } }),
      step("ex5", { operation: { ...runs, state: "exited", code: 0 } }),
      step("ex6", {}),
      step("ex7", { pending: true }),
      step("ex8", { why: "ex8.contoso.com cannot be reached over SSH: connect ECONNREFUSED" }),
      step("ex9", { operation: { ...runs, state: "exited", code: 1 }, pending: true, window: null }),
    ];
    const text = statusText(rows, now, 80);
    assert.equal(
      text,
      `2026-12-05 23:30 Europe/Berlin  10 steps: 3 failed, 1 not seen, 4 running, 1 waiting, 1 done

step    phase              min  end    window
ex3     failed             -    -      -
ex4     interrupted        -    -      -
ex5     not proven         -    -      -
ex8     not seen           -    -      -
ex1     Mailbox Role: 45%  20   00:10  fits
ex2     Mailbox Role: 45%  5    02:25  TOO LATE
ex7     begins             -    -      -
ex9     Mailbox Role: 45%  -    -      -
ex6     waiting            -    -      -
schema  done               -    -      -

ex3: Setup ended with 1 in Mailbox Role: 45%
ex3: log C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\out.txt
ex4: Setup ended without an exit code
ex4: log C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\out.txt
ex5: Setup ended with 0, and the target is not shown
ex5: log C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\out.txt
ex8: ex8.contoso.com cannot be reached over SSH: connect ECONNREFUSED
ex1: log C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\out.txt
ex2: log C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\out.txt
ex9: log C:\\WINDOWS\\ExchangeUpgrade\\server-2007-SP1\\1\\out.txt
`,
    );
    for (const line of text.split("\n").slice(1)) assert.ok(line.length <= 80, line);
  });

  it("shows what needs eyes first, and counts the rest", () => {
    const rows = Array.from({ length: 60 }, (_, at) =>
      step(`mbx${at}`, at === 59 ? { operation: runs } : {}),
    );
    const lines = statusText(rows, now, 80).split("\n");
    assert.match(lines[3] ?? "", /^mbx59 /);
    assert.ok(lines.includes("and 45 more: --json"));
    assert.ok(lines.length <= 24);
  });
});

describe("cli: status", function () {
  this.timeout(60_000);
  let lab: Lab;
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });
  before(async () => {
    lab = await startLab(fabrikam);
  });
  after(() => lab.stop());

  it("reads state, directory and computers, and ends with 4 where one cannot be seen", async () => {
    const options = {
      ...{ target: "2019 CU15", reader: "FABRIKAM\\reader", account: "FABRIKAM\\exadmin" },
      servers: ["ex1.fabrikam.com", "ex2.fabrikam.com"],
      pending: ["ex2"],
    };
    const { code, stdout, stderr } = await stage.run(["status"], { state: stackOf(lab, options) });
    assert.equal(stderr, "");
    assert.match(
      stdout,
      /^\S+ \S+ UTC {2}2 steps: 1 running, 1 waiting\n\nstep .*\nex2 +begins .*\nex1 +waiting /,
    );
    assert.equal(code, 0);
    const nobody = await stage.run(["status", "--json"], {
      state: stackOf(lab, { ...options, account: "FABRIKAM\\nobody", pending: [] }),
    });
    assert.equal(nobody.code, 4);
    const { rows } = JSON.parse(nobody.stdout);
    assert.deepEqual(
      rows.map(({ standing }: StatusRow) => standing),
      ["unseen", "unseen"],
    );
    assert.equal((await stage.run(["status", "--interval", "soon"])).code, 2);
  });
});
