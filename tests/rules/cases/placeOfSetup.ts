/** Cases of the rules on where Setup runs from and to: R55 to R58. */
import { known, unknown } from "../../../lib/facts";
import { aCase, type Changes, silent } from "../builder";
import { type CaseTable, fails, notVerified, ok } from "./case";

const head = (rule: string, level = "should") =>
  `${rule} (${level}), server upgrade on mbx-lon.contoso.com: `;
const onServer = "  Where:  on mbx-lon.contoso.com";
const readRegistry =
  "  Fix:    let the connection reach the computer, with an account that may read its registry";
const server = (machine: Changes["machine"] = {}, changes: Changes = {}) =>
  aCase({ target: "2019 CU15", ...changes, machine });

const folder = "C:\\Program Files\\Microsoft\\Exchange Server\\V15";
const ruleR55 =
  "  Rule:   R55, Setup runs from media, and not from Exchange's own folder (Microsoft's support scripts, microsoft/CSS-Exchange (Test-InstallFromBin))";
const neededR55 = "  Needed: media outside of the folder in which Exchange is installed";

export const R55: CaseTable = [
  { name: "media on a drive of their own", of: server({}, { apply: true }), says: ok },
  {
    name: "a folder whose name begins alike",
    of: server({}, { media: `${folder}-CU15` }),
    says: ok,
  },
  {
    name: "media are the operator's business",
    of: server({ installFolder: silent }, { media: null }),
    says: ok,
  },
  {
    name: "no folder is named in the registry",
    of: server({ installFolder: known(null, "Setup") }),
    says: ok,
  },
  {
    name: "Exchange's own Bin, written otherwise",
    of: server({}, { media: "c:/program files/Microsoft/Exchange Server/v15/bin/" }),
    says: fails(
      `${head("R55", "must")}Setup would run from the folder in which Exchange is installed`,
      `  Found:  c:/program files/Microsoft/Exchange Server/v15/bin/, below ${folder} (MsiInstallPath)`,
      neededR55,
      "  Where:  in the program: `computer.media`",
      "  Fix:    name the folder of the target's media, by its full path: the program in Exchange's own folder Bin is no media",
      ruleR55,
    ),
  },
  {
    name: "it could not be read",
    of: server({ installFolder: silent }),
    says: notVerified(
      `${head("R55", "must")}not verified: no answer within 60 s`,
      neededR55,
      onServer,
      readRegistry,
      ruleR55,
    ),
  },
];

const gigabyte = 2 ** 30;
const ruleR56 =
  '  Rule:   R56, there is room on the drives that Setup writes to (Microsoft Learn, "Exchange Server system requirements")';
const neededR56 = "  Needed: 30720 MB free on the drive of Exchange, and 200 MB on the system's";
const space = (install: number, system: number) => server({ freeSpace: known({ install, system }, "dir") });

export const R56: CaseTable = [
  { name: "just enough", of: space(30 * gigabyte, 200 * 2 ** 20), says: ok },
  { name: "enough, right before Setup", of: server({}, { apply: true }), says: ok },
  {
    name: "too little on both",
    of: space(30 * gigabyte - 1, 200 * 2 ** 20 - 1),
    says: fails(
      `${head("R56")}there is little room on the drive of Exchange and the system's drive`,
      `  Found:  30719 MB free on the drive of Exchange (${folder}), 199 MB on the system's`,
      neededR56,
      onServer,
      "  Fix:    make room before the upgrade: old logs of Exchange and IIS, old media, or a larger volume",
      ruleR56,
    ),
  },
  {
    name: "too little on one, of which the folder is not known",
    of: server({
      installFolder: unknown("no answer", "Setup"),
      freeSpace: known({ install: gigabyte, system: gigabyte }, "dir"),
    }),
    says: fails(
      `${head("R56")}there is little room on the drive of Exchange`,
      "  Found:  1024 MB free on the drive of Exchange, 1024 MB on the system's",
      neededR56,
      onServer,
      "  Fix:    make room before the upgrade: old logs of Exchange and IIS, old media, or a larger volume",
      ruleR56,
    ),
  },
  {
    name: "it could not be read",
    of: server({ freeSpace: silent }),
    says: notVerified(
      `${head("R56")}not verified: no answer within 60 s`,
      neededR56,
      onServer,
      readRegistry,
      ruleR56,
    ),
  },
];

const ruleR57 =
  '  Rule:   R57, no certificate of a web site has expired (Microsoft\'s support scripts, microsoft/CSS-Exchange; Setup logs among the tests of microsoft/CSS-Exchange: "The certificate is expired." comes midway)';
const neededR57 = "  Needed: certificates of web sites that have not expired";

export const R57: CaseTable = [
  { name: "none has", of: server({}, { apply: true }), says: ok },
  {
    name: "one has",
    of: server({
      expiredCertificates: known(
        [{ thumbprint: "AB12", subject: "CN=mail.contoso.com", validTo: "2024-05-01T00:00:00.000Z" }],
        "SslBindingInfo",
      ),
    }),
    says: fails(
      `${head("R57")}a certificate of a web site has expired, and Setup stops halfway where it installs that one again`,
      "  Found:  CN=mail.contoso.com, valid until 2024-05-01T00:00:00.000Z (AB12)",
      neededR57,
      onServer,
      "  Fix:    renew the certificate, bind the new one to the web site, and restart IIS",
      ruleR57,
    ),
  },
  {
    name: "they could not be read",
    of: server({ expiredCertificates: silent }),
    says: notVerified(
      `${head("R57")}not verified: no answer within 60 s`,
      neededR57,
      onServer,
      readRegistry,
      ruleR57,
    ),
  },
];

const ruleR58 =
  "  Rule:   R58, Windows Remote Management has its configuration (dsccommunity/ExchangeDsc, once Microsoft's xExchange (Set-WSManConfigStatus): without it Setup asks for a restart at once)";
const neededR58 =
  "  Needed: the configuration of Windows Remote Management, which Windows marks with UpdatedConfig";

export const R58: CaseTable = [
  { name: "it has", of: server({}, { apply: true }), says: ok },
  {
    name: "it has not",
    of: server({ remoteManagement: known(false, "WSMAN\\UpdatedConfig") }),
    says: fails(
      `${head("R58")}Windows Remote Management has no configuration of this Windows, and Setup may ask for a restart at once`,
      "  Found:  no value WSMAN\\UpdatedConfig",
      neededR58,
      onServer,
      "  Fix:    winrm i restore winrm/config, then restart Windows",
      ruleR58,
    ),
  },
  {
    name: "it could not be read",
    of: server({ remoteManagement: silent }),
    says: notVerified(
      `${head("R58")}not verified: no answer within 60 s`,
      neededR58,
      onServer,
      readRegistry,
      ruleR58,
    ),
  },
];
