/** Lines of a plan that one cause stops, at a terminal of 80 columns: the renderer of `plan`, without the engine. */
import assert from "node:assert/strict";
import { AuthenticationFailed, KdcUnreachable, Unreachable } from "../../lib/host";
import { computerCause } from "../../lib/provider/facts/causes";
import { parseInputs } from "../../lib/provider/step/inputs";
import { stepOf } from "../../lib/provider/step/step";
import { reviewText } from "../../lib/review/text";
import { causeText } from "../../lib/rules/sharedFindings";
import { contoso } from "./fixtures";

const hosts = [
  "cas-lon",
  "cas-nyc",
  "hub-lon",
  "um-lon",
  "mbx-lon",
  "tools1",
  "cas-dub.emea",
  "mbx-dub.emea",
];
const rules = "D1 D3 D4 D5 D6 D9 D10 D15 P1 P3 R2 R6 R7 R8 R9 R13 R48".split(" ");

/** A refused password is sent to no other computer. */
const spared = new AuthenticationFailed("x", null, "cas-lon.contoso.com refused it");

/** The plan's text, with the line that stands above it: what runs, and where. */
function linesOf(error: Error, count: number, more: object): readonly string[] {
  const seen = hosts.slice(0, count).map((host, at) => {
    const name = `${host}.contoso.com`;
    const connection = {
      host: name,
      user: "exadmin@contoso.com",
      password: { env: "TEST_PASSWORD" },
      ...more,
    };
    const inputs = {
      target: "2007 SP1",
      directory: { url: "ldaps://dc1.contoso.com", user: "CONTOSO\\reader", password: "Secret-1" },
      computer: { name, media: "D:\\SP1", connection },
      prepared: { target: "2007 SP1", from: "x", schema: true, organization: true, domains: [] },
      __place: { at: `servers["${host.split(".")[0]}"]`, elsewhere: {} },
    };
    const step = stepOf("server", parseInputs("server", inputs));
    const cause =
      step === null
        ? undefined
        : computerCause(step, at > 0 && error instanceof AuthenticationFailed ? spared : error);
    assert.ok(cause);
    const text = causeText({ causes: [cause], computers: [name], level: "must", rules });
    const { code, ...said } = cause;
    return {
      name,
      finding: {
        rule: code,
        level: "must" as const,
        verdict: "unknown" as const,
        summary: text.split("\n")[0] ?? "",
        text,
        cause: { ...said, rules },
      },
    };
  });
  const servers = contoso().steps.filter(({ kind }) => kind === "server");
  const steps = seen.map(({ name, finding }, at) => {
    const step = servers[at % servers.length] ?? assert.fail();
    return { ...step, computer: name, findings: [finding], waived: [] };
  });
  const text = reviewText({ ...contoso(), steps }, { columns: 80 });
  for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
  return ["Running pulumi preview", ...text.trimEnd().split("\n")];
}

describe("review: lines of one cause at 80 columns", () => {
  const cases: readonly (readonly [string, Error, number, object, number])[] = [
    [
      "an SSH server that does not answer",
      new Unreachable(
        "cas-lon.contoso.com:22 cannot be reached over SSH: connect ECONNREFUSED 192.0.2.17:22 (11 dials failed)",
      ),
      1,
      {},
      12,
    ],
    [
      "a password that SSH refuses on eight servers",
      new AuthenticationFailed("x", "tried password; the server offers publickey, password"),
      8,
      {},
      15,
    ],
    [
      "a logon that the KDC refuses on eight servers",
      new AuthenticationFailed("x", "the KDC of CONTOSO.COM refused the password: Preauthentication failed"),
      8,
      { winrm: true },
      15,
    ],
    // Eight names take three of them; below a first line stand Found in two, and the other parts in one each.
    [
      "a KDC that cannot be reached, of eight servers",
      new KdcUnreachable(
        "the KDC of CONTOSO.COM (dc1.contoso.com:88) cannot be reached: connect ECONNREFUSED 192.0.2.1:88",
      ),
      8,
      { winrm: true },
      14,
    ],
  ];
  for (const [name, error, count, more, most] of cases)
    it(`${name}: at most ${most}`, () => {
      const lines = linesOf(error, count, more);
      assert.ok(lines.length <= most, `${lines.length} lines:\n${lines.join("\n")}`);
      assert.ok(
        lines.some((line) => /^XU-[A-Z-]+ \(must\), /.test(line)),
        lines.join("\n"),
      );
      assert.ok(lines.filter((line) => /^ {2}(On|Found|Needed|Where|Fix|Rule): /.test(line)).length >= 5);
    });
});
