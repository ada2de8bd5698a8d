import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CertificateAuthority } from "../../lab/certificates";
import { localPassword, localUser, startComputer } from "./windows-support";

/** Python with pypsrp and pywinrm: `python3 -m venv DIR && DIR/bin/pip install pypsrp pywinrm`. Without it `npm test` says so. */
const python = process.env.EXCHANGE_UPGRADE_WINRM_PYTHON ?? "";

const suite = python === "" ? () => undefined : describe;

suite("clients that nobody here wrote, against the simulated WinRM listener", () => {
  it("pypsrp and pywinrm run commands", async () => {
    const folder = await mkdtemp(join(tmpdir(), "winrm-clients-"));
    const authority = await CertificateAuthority.create();
    const certificate = await authority.issue({ names: ["localhost"], addresses: ["127.0.0.1"] });
    const host = await startComputer({}, { winrm: { certificate } });
    try {
      await writeFile(join(folder, "ca.pem"), authority.certificate);
      const script = join(__dirname, "winrm-clients.py");
      const args = [script, String(host.winrm?.httpsPort), join(folder, "ca.pem"), localUser];
      const printed = await new Promise<string>((resolve, reject) => {
        const child = execFile(python, args, (error, stdout, stderr) =>
          error ? reject(new Error(stderr)) : resolve(stdout),
        );
        child.stdin?.end(`${localPassword}\n`);
      });
      assert.deepEqual(JSON.parse(printed), {
        "pypsrp: both streams": [7, "hi\r\n", "The system cannot find the path specified.\r\n"],
        "pypsrp: input": [0, "21000", ""],
        "pypsrp: longer than OperationTimeout": [0, "late\r\n", ""],
        pywinrm: [3, "hi\r\n", ""],
      });
      assert.equal(host.winrm?.shells, 0);
    } finally {
      await host.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
