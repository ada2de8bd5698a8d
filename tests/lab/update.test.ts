/** The simulated Windows Installer, which applies updates to Exchange. */
import assert from "node:assert/strict";
import { fabrikam, type Lab, startLab } from "../../lab";
import { exsetupOf, setInstalling, updateContent } from "../../lab/setup/modern/update";
import { command } from "./setup-support";

const ex1 = "ex1.fabrikam.com";
const file = "D:\\SU\\Exchange2019-KB5074994-x64-en.msp";

describe("lab: msiexec /update", function () {
  this.timeout(20_000);
  let lab: Lab;

  beforeEach(async () => {
    lab = await startLab(fabrikam, { setupSeconds: 0.002 });
  });
  afterEach(() => lab.stop());

  const apply = async (path: string, account = "FABRIKAM\\exadmin") =>
    (
      await command(
        lab,
        ex1,
        account,
        `msiexec.exe /update ${path} /qn /norestart /l*v C:\\Windows\\Temp\\su.log`,
      )
    ).code;
  const installed = () => {
    const { computer } = lab.computer(ex1);
    return computer.files.version(exsetupOf(computer) ?? "");
  };

  it("changes the version of ExSetup.exe, and nothing where an older update follows", async () => {
    assert.equal(await apply(file), 0);
    assert.equal(installed(), "15.2.1544.39");
    lab.computer(ex1).files.write("D:\\old.msp", updateContent("15.2.1544.37"));
    assert.equal(await apply("D:\\old.msp"), 0);
    assert.equal(installed(), "15.2.1544.39");
  });

  it("ends with the code of what is wrong, and changes nothing", async () => {
    const { files, computer } = lab.computer(ex1);
    files.write("D:\\text.msp", "no update");
    assert.equal(await apply("D:\\none.msp"), 1635);
    assert.equal(await apply("D:\\text.msp"), 1636);
    assert.equal(await apply("D:\\SU\\Exchange2019-KB5074993-x64-en.msp"), 1642);
    setInstalling(computer, true);
    assert.equal(await apply(file), 1618);
    setInstalling(computer, false);
    assert.equal((await command(lab, ex1, "FABRIKAM\\exadmin", `msiexec.exe /i ${file}`)).code, 1639);
    assert.equal(installed(), "15.2.1544.4");
  });

  it("leaves services disabled where it is not elevated, and says so with 1603", async () => {
    lab.computer(ex1).files.makeFolders("C:\\Users\\reader");
    const line = `msiexec.exe /update ${file} /qn /norestart /l*v C:\\Users\\reader\\su.log`;
    assert.equal((await command(lab, ex1, "FABRIKAM\\reader", line)).code, 1603);
    const key = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeIS";
    assert.equal(lab.computer(ex1).registry.get(key, "Start")?.data, 4);
    assert.equal(installed(), "15.2.1544.4");
  });
});
