/** A domain controller that stops to answer between two readings: told once, and not as rights that are missing. */
import assert from "node:assert/strict";
import { contoso, type Lab, startLab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";
import { DirectorySession } from "../../lib/directory";
import { beginRun, check } from "../frontDoor";

describe("a domain controller that dies behind the reading of the forest", function () {
  this.timeout(120_000);
  let lab: Lab;
  const { forest } = DirectorySession.prototype;

  before(async () => {
    lab = await startLab(contoso, { setupSeconds: 0.02 });
    await beginRun();
  });
  after(async () => {
    DirectorySession.prototype.forest = forest;
    await beginRun();
    await lab.stop();
  });

  it("is one finding for all rules that needed it", async () => {
    DirectorySession.prototype.forest = async function (...args) {
      const read = await forest.apply(this, args);
      await lab.directory?.stop();
      return read;
    };
    const { directory, accounts } = coordinatesOf(lab);
    const name = "dc1.contoso.com";
    const told: string[] = [];
    const { failures } = await check(
      "organization",
      {},
      {
        target: "2007 SP1",
        directory: { ...directory, ...accounts["CONTOSO\\reader"] },
        computer: { name, media: "D:\\SP1" },
        account: { name: "CONTOSO\\prep" },
        run: "manual",
        prepared: { target: "2007 SP1", from: "2007 RTM", schema: true, organization: true, domains: ["*"] },
      },
      {
        info: async () => {},
        warn: async (text: string) => void told.push(text),
        progress: async () => {},
      },
    );
    assert.deepEqual(failures, []);
    const about = told.filter((text) => /R3[1-9]/.test(text));
    assert.equal(about.length, 1, told.join("\n\n"));
    const lines = (about[0] ?? "").replace(/127\.0\.0\.1:\d+/, "dc1").split("\n");
    assert.equal(
      lines[0],
      "XU-DIRECTORY-UNREACHABLE (must), dc1.contoso.com: not verified: ldaps://dc1 refuses connections (ECONNREFUSED)",
    );
    assert.deepEqual(lines.slice(1, -1), [
      "  Needed: a domain controller that answers, with TLS that can be verified",
      "  Where:  in the program: `directory.url`",
      "  Fix:    check that a domain controller listens on this port",
    ]);
    assert.match(lines.at(-1) ?? "", /^ {2}Rule: {3}waiting: .*R31-R34, R38, R39$/);
  });
});
