/** What a run tells a webhook: the provider process against the lab, and a real HTTP server of this machine. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { contoso, type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import type { StepKind } from "../../lib/model";
import { type Props, unknownValue } from "../../lib/wire/values";
import { build } from "../compiled";
import {
  failureOf,
  type ProgramFolder,
  type ProviderProcess,
  programFolder,
  providerTexts,
  startProvider,
} from "./process";

const secrets = ["s3cret", ...contoso.accounts.map(({ password }) => password)];

describe("the webhook of a run", function () {
  this.timeout(120_000);
  let folder: ProgramFolder;
  let texts: Readonly<Record<StepKind, string>>;
  let lab: Lab;
  let server: Server;
  let provider: ProviderProcess;
  const bodies: string[] = [];
  let status = 200;

  before(() => {
    build();
    folder = programFolder();
    texts = providerTexts(folder);
  });
  after(() => folder.remove());

  beforeEach(async () => {
    bodies.splice(0);
    status = 200;
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (piece: string) => {
        body += piece;
      });
      request.on("end", () => {
        bodies.push(body);
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    const { port } = server.address() as AddressInfo;
    provider = await startProvider(folder, texts, {
      EXCHANGE_UPGRADE_WEBHOOK: `http://127.0.0.1:${port}/s3cret`,
    });
  });
  afterEach(async () => {
    const written = provider.written() + JSON.stringify(provider.engine.lines) + bodies.join("");
    await provider.stop();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await lab.stop();
    for (const secret of secrets) assert.ok(!written.includes(secret), "a secret was written");
  });

  /** Inputs of the schema's preparation, as the SDK hands them over. */
  const schemaInputs = (changes: Props = {}): Props => {
    const { directory, computers, accounts } = coordinatesOf(lab);
    const connection = { ...computers["dc1.contoso.com"], ...accounts["CONTOSO\\prep"] };
    return {
      target: "2007 SP1",
      directory: { ...directory, ...accounts["CONTOSO\\reader"] },
      computer: { name: "dc1.contoso.com", media: "D:\\SP1", connection },
      __urn:
        "urn:pulumi:prod::organization::pulumi-nodejs:dynamic/exchange:ExchangeSchemaPrep::contoso-schema",
      ...changes,
    };
  };
  const checked = async (changes: Props = {}) => {
    const { inputs, failures } = await provider.check("schema", {}, schemaInputs(changes));
    assert.deepEqual(failures, []);
    return inputs;
  };
  /** What was told, without its time. */
  const told = (): readonly Props[] =>
    bodies.map((body) => {
      const { at, ...rest } = JSON.parse(body) as Props;
      assert.ok(Math.abs(Date.parse(String(at)) - Date.now()) < 120_000, String(at));
      return rest;
    });
  const about = {
    version: 1,
    stack: "prod",
    project: "organization",
    resource: "contoso-schema",
    computer: "dc1.contoso.com",
    target: "2007 SP1",
  };

  it("hears of a Setup that failed, with the message and its code, and of the one that did not; of preview nothing", async () => {
    await checked({ __stage: unknownValue });
    assert.deepEqual(told(), []);
    lab.computer("dc1.contoso.com").faults.failures = [{ phase: "Organization Preparation", times: 1 }];
    const inputs = await checked();
    const { details } = await failureOf(provider.create("schema", inputs));
    assert.match(details, /^Setup failed on dc1\.contoso\.com/);
    assert.deepEqual(told(), [{ ...about, kind: "failed", code: "XU-SETUP", text: details }]);
    bodies.splice(0);
    const { outs } = await provider.create("schema", inputs);
    const summary =
      "dc1.contoso.com: schema 10637 -> 11116; Setup ran for 0 min, usually 15; on 4 domain controllers";
    assert.deepEqual(told(), [{ ...about, kind: "done", code: null, text: summary }]);
    assert.ok(!JSON.stringify(outs).includes("s3cret"), "the address is in no state");
    // What is adopted is no news.
    bodies.splice(0);
    await provider.create("schema", inputs);
    assert.deepEqual(told(), []);
  });

  it("hears that a change window is nearly over while Setup runs, once", async () => {
    const local = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 19);
    const changeWindow = { start: local(-60), end: local(19.5) };
    await provider.create("schema", await checked({ changeWindow, timeouts: { expected: 9 } }));
    const end = changeWindow.end.slice(0, 16).replace("T", " ");
    assert.deepEqual(
      told().map(({ kind, text }) => [kind, String(text).replace(/(19|20) minutes/, "N minutes")]),
      [
        [
          "window",
          `the change window ends in N minutes (${end} UTC); schema preparation on dc1.contoso.com still runs and is not stopped`,
        ],
        [
          "done",
          "dc1.contoso.com: schema 10637 -> 11116; Setup ran for 0 min, usually 9; on 4 domain controllers",
        ],
      ],
    );
  });

  it("hears that an operator is waited for", async () => {
    const inputs = await checked({ run: "manual", account: { name: "CONTOSO\\prep" } });
    // The operator never comes: the process is ended.
    const waiting = provider.create("schema", inputs).catch(() => undefined);
    while (bodies.length === 0) await new Promise((done) => setTimeout(done, 20));
    assert.deepEqual(told(), [
      {
        ...about,
        kind: "waiting",
        code: null,
        text: "dc1.contoso.com: waiting for an operator: log on to dc1.contoso.com and run D:\\SP1\\Setup.com /PrepareSchema",
      },
    ]);
    await provider.stop();
    await waiting;
  });

  it("changes nothing where it fails, and one warning says so", async () => {
    status = 500;
    const { outs } = await provider.create("schema", await checked());
    assert.deepEqual(outs.levels, { schema: "11116" });
    assert.equal(bodies.length, 2);
    const warnings = provider.engine.lines.filter((line) => JSON.stringify(line).includes("XU-WEBHOOK"));
    assert.equal(warnings.length, 1);
    assert.ok(
      JSON.stringify(warnings).includes(
        "the webhook of EXCHANGE_UPGRADE_WEBHOOK was not told: it answered with HTTP 500. Nothing of the upgrade depends on it [XU-WEBHOOK]",
      ),
      JSON.stringify(warnings),
    );
  });
});
