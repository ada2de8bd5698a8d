/** Reading services of a simulated computer. */
import assert from "node:assert/strict";
import { sc } from "../../lab/windows/programs/system";
import { type HostSession, readServices } from "../../lib/host";
import { type Bench, startBench } from "./operation-support";

const key = (name: string) => `HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`;

describe("services of a computer", () => {
  let bench: Bench;
  let session: HostSession;
  before(async () => {
    bench = await startBench();
    session = await bench.open();
  });
  after(async () => {
    session.close();
    await bench.host.stop();
  });

  it("are there or not, start in their way, and run or not, all in one round trip", async () => {
    bench.host.computer.runningServices.delete("w32time");
    bench.host.registry.set(key("Broken"), "Start", "automatic");
    const commands = bench.host.counts.commands;
    const services = await readServices(session, [
      "Netlogon",
      "W32Time",
      "wuauserv",
      "MSExchangeIS",
      "Broken",
    ]);
    assert.equal(bench.host.counts.commands - commands, 1);
    assert.deepEqual(
      Object.entries(services).map(([name, s]) => [name, s.known ? s.value : s.why]),
      [
        ["Netlogon", { start: 2, state: 4 }],
        ["W32Time", { start: 2, state: 1 }],
        ["wuauserv", { start: 3, state: 1 }],
        ["MSExchangeIS", null],
        ["Broken", "its start type cannot be read"],
      ],
    );
    assert.deepEqual(await readServices(session, []), {});
  });

  it("are unknown where sc fails for another reason, or prints what nobody knows", async () => {
    const { computer } = bench.host;
    const path = `${computer.systemRoot}\\system32\\sc.exe`;
    const why = async () => {
      const { Netlogon } = await readServices(session, ["Netlogon"]);
      return Netlogon?.known === false ? Netlogon.why : "known";
    };
    try {
      bench.host.files.write(path, "MZ", async (context) => {
        context.print("[SC] OpenSCManager FAILED 5:\n\nAccess is denied.\n\n");
        return 5;
      });
      assert.equal(await why(), "the command failed: [SC] OpenSCManager FAILED 5: Access is denied");
      bench.host.files.write(path, "MZ", async (context) => {
        context.print("all is well\n");
        return 0;
      });
      assert.equal(await why(), "`sc query` printed no state");
    } finally {
      bench.host.files.write(path, "MZ", sc);
    }
  });
});
