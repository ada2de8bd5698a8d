/** `exchange-upgrade verify`, on the lab's directory and computers, with a fake `pulumi` that prints the state. */
import assert from "node:assert/strict";
import { fabrikam, fabrikamAtCu15, type Lab, startLab } from "../../lab";
import { parseStack, stepsOf } from "../../lib/cli/stackState";
import { type VerifiedStep, verifyReport, verifyText } from "../../lib/cli/verifyReport";
import { Run } from "../../lib/provider/memory/run";
import { type Stage, useStage } from "./fake-pulumi";
import { stackOf } from "./stack";

const servers = [
  ...["ex1", "ex2", "ex3", "ex4"].map((host) => `${host}.fabrikam.com`),
  "ex5.europe.fabrikam.com",
];
const options = {
  target: "2019 CU15",
  servers,
  reader: "FABRIKAM\\reader",
  account: "FABRIKAM\\exadmin",
  schemaOn: "prep1.fabrikam.com",
} as const;

describe("cli: verify", function () {
  this.timeout(60_000);
  let lab: Lab | undefined;
  let stage: Stage;
  useStage((made) => {
    stage = made;
  });
  afterEach(async () => {
    await lab?.stop();
    lab = undefined;
  });

  it("ends with 0 where directory and servers are at the target", async () => {
    lab = await startLab(fabrikamAtCu15);
    const { code, stdout, stderr } = await stage.run(["verify"], { state: stackOf(lab, options) });
    assert.equal(stderr, "");
    assert.match(stdout, /^At 2019 CU15: fabrikam\.com, 6 of 6 steps\n {2}\S/);
    assert.ok(stdout.split("\n").length <= 24);
    assert.equal(code, 0);
  });

  it("ends with 3 where something is not, servers of no step included, and with 4 where something could not be seen", async () => {
    lab = await startLab(fabrikam);
    const below = await stage.run(["verify"], {
      state: stackOf(lab, { ...options, servers: servers.slice(1) }),
    });
    assert.equal(below.code, 3);
    assert.match(below.stdout, /^Not at 2019 CU15: fabrikam\.com, \d of 5 steps\n/);
    assert.match(below.stdout, /\n {2}ex2\.fabrikam\.com +server +.*15\.2\.1544\.4/);
    assert.match(below.stdout, /\nIn no step: ex1\.fabrikam\.com 2019 CU14\n/);
    await lab.stop();
    lab = await startLab(fabrikamAtCu15);
    const unseen = await stage.run(["verify", "--json"], {
      state: stackOf(lab, { ...options, account: "FABRIKAM\\nobody" }),
    });
    assert.equal(unseen.code, 4);
    const { steps, verdict } = JSON.parse(unseen.stdout);
    assert.equal(verdict, "unseen");
    assert.ok(steps.some(({ now }: VerifiedStep) => / refused the logon of FABRIKAM\\nobody/.test(now)));
    assert.ok(!unseen.stdout.includes("Lab-Reader-2"));
  });

  it("ends with 1 where there is no state, or no step in it, and shows Pulumi's own words", async () => {
    const none = await stage.run(["verify"], { exit: 255, stderr: "error: no stack selected\n" });
    assert.equal(none.code, 1);
    assert.equal(
      none.stderr,
      "error: no stack selected\nexchange-upgrade: the state of the stack could not be read by `pulumi stack export`; its own words are above [XU-STATE]\n",
    );
    for (const [state, why] of [
      ['{"version":3,"deployment":{}}', /has no step of an Exchange upgrade: run `pulumi up` first/],
      ["nothing", /printed no state that can be read/],
    ] as const) {
      const { code, stderr } = await stage.run(["verify"], { state });
      assert.equal(code, 1);
      assert.match(stderr, why);
    }
  });

  it("fits a screen, however many steps are open", () => {
    const steps = Array.from(
      { length: 200 },
      (_, at): VerifiedStep => ({
        ...{ name: `mbx${at}`, kind: "server", computer: `mbx${at}.contoso.com`, target: "2007 SP1" },
        ...{
          verdict: at % 2 === 0 ? "below" : "unseen",
          now: at % 2 === 0 ? "Mailbox 8.0.685.24 (2007 RTM)" : "no answer",
        },
      }),
    );
    const report = verifyReport(steps, undefined, undefined);
    assert.equal(report.verdict, "below");
    const lines = verifyText(report, 80).split("\n");
    assert.ok(lines.length <= 24, `${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= 80, line);
    assert.match(lines.at(-2) ?? "", /^ {2}and 89 more \(--json has all\)$/);
  });
});

describe("the state of a stack", () => {
  it("tells what is recorded, what is at work, and reads secrets as what they are", () => {
    const type = "pulumi-nodejs:dynamic/exchange:ExchangeRoleUpgrade";
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: '"s3cret"',
    };
    const inputsOf = (name: string) => ({
      target: "2007 SP1",
      directory: { url: "ldaps://dc1.contoso.com", user: "reader", password: secret },
      computer: {
        name: `${name}.contoso.com`,
        media: "D:\\SP1",
        connection: { host: name, user: "x", password: secret },
      },
    });
    const urn = (name: string) => `urn:pulumi:prod::exchange::${type}::${name}`;
    const resource = (name: string, levels: object, more = {}) => ({
      ...{ urn: urn(name), type, inputs: inputsOf(name), outputs: { target: "2007 SP1", levels }, ...more },
    });
    const stack = parseStack(
      JSON.stringify({
        deployment: {
          resources: [
            resource("cas1", { "Client Access": "8.1.240.6" }),
            resource("cas2", { "Client Access": "8.0.685.24" }),
            resource("old", {}, { delete: true }),
            { urn: "urn:pulumi:prod::exchange::random::x", type: "random" },
          ],
          pending_operations: [
            { type: "creating", resource: { urn: urn("mbx1"), type, inputs: inputsOf("mbx1") } },
          ],
        },
      }),
    );
    const { steps, stack: name } = stepsOf(new Run(), stack);
    assert.equal(name, "prod");
    assert.deepEqual(
      steps.map((step) => [step.name, step.recorded, step.pending]),
      [
        ["cas1", true, false],
        ["cas2", false, false],
        ["mbx1", false, true],
      ],
    );
    assert.equal(steps[0]?.step?.inputs.computer.connection?.password, "s3cret");
  });
});
