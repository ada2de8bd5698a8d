/** The security update of a month on every server of the organization "fabrikam", one after the other. */
import { ExchangeSecurityUpdate } from "pulumi-exchange-upgrade";
import { labComputer, labDirectory } from "../lab";

const update = { file: "D:\\SU\\Exchange2019-KB5074994-x64-en.msp", kb: "KB5074994", build: "15.2.1544.39" };
const directory = labDirectory("FABRIKAM\\reader");
const after: ExchangeSecurityUpdate[] = [];
for (const host of ["ex1", "ex2", "ex3"]) {
  const { name, connection } = labComputer(`${host}.fabrikam.com`, "FABRIKAM\\exadmin", "D:\\SE");
  const own = { computer: { name, connection }, directory, after: [...after] };
  after.push(new ExchangeSecurityUpdate(host, { ...own, ...update, reboot: "ifRequired", maintenance: {} }));
}
