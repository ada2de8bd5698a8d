/**
 * Judges the surroundings of Setup of 2013 and later: its folder (R55), disk space (R56), certificates (R57), WinRM
 * (R58).
 */
import { signIn } from "../../releases";
import { listed } from "../../text";
import type { Case } from "../case";
import { ok, type Verdict } from "../finding";
import { argument } from "../program/argumentTexts";
import { computerNotVerified } from "./reachComputer";

/**
 * R55: the Setup that runs is that of the media, not one that an installation or an interrupted upgrade left in
 * Exchange's folder.
 */
export function mediaOutsideExchange(c: Case): Verdict {
  const { installFolder } = c.facts.computer;
  if (c.media === null) return ok;
  const needed = "media outside of the folder in which Exchange is installed";
  if (!installFolder.known) return computerNotVerified(c, installFolder.why, needed);
  if (installFolder.value === null || !isWithin(c.media, installFolder.value)) return ok;
  return {
    verdict: "fails",
    problem: "Setup would run from the folder in which Exchange is installed",
    found: `${c.media}, below ${installFolder.value} (${installFolder.source})`,
    needed,
    where: `in the program: ${argument(c, "computer.media")}`,
    fix: "name the folder of the target's media, by its full path: the program in Exchange's own folder Bin is no media",
  };
}

/** Whether a folder equals another one or lies below it, as Windows compares paths. */
export function isWithin(folder: string, other: string): boolean {
  const plain = (path: string) =>
    `${path.replaceAll("/", "\\").replace(/\\+/g, "\\").replace(/\\$/, "")}\\`.toLowerCase();
  return plain(folder).startsWith(plain(other));
}

const megabyte = 1024 * 1024;

/** R56: the drives have enough free space. */
export function room(c: Case): Verdict {
  const { freeSpace, installFolder } = c.facts.computer;
  const sign = signIn(c.target, "free space");
  if (sign === undefined) return ok;
  const needed = `${sign.install} MB free on the drive of Exchange, and ${sign.system} MB on the system's`;
  if (!freeSpace.known) return computerNotVerified(c, freeSpace.why, needed);
  const { system, install } = freeSpace.value;
  const short = [
    ...(install < sign.install * megabyte ? ["the drive of Exchange"] : []),
    ...(system < sign.system * megabyte ? ["the system's drive"] : []),
  ];
  if (short.length === 0) return ok;
  const folder = installFolder.known ? installFolder.value : null;
  return {
    verdict: "fails",
    problem: `there is little room on ${listed(short)}`,
    found: `${inMegabytes(install)} free on the drive of Exchange${folder === null ? "" : ` (${folder})`}, ${inMegabytes(system)} on the system's`,
    needed,
    where: `on ${c.computer}`,
    fix: "make room before the upgrade: old logs of Exchange and IIS, old media, or a larger volume",
  };
}

function inMegabytes(bytes: number): string {
  return `${Math.floor(bytes / megabyte)} MB`;
}

/** R57: no certificate of a web site has expired. */
export function validCertificates(c: Case): Verdict {
  const { expiredCertificates } = c.facts.computer;
  const needed = "certificates of web sites that have not expired";
  if (!expiredCertificates.known) return computerNotVerified(c, expiredCertificates.why, needed);
  const expired = expiredCertificates.value;
  if (expired.length === 0) return ok;
  return {
    verdict: "fails",
    problem:
      "a certificate of a web site has expired, and Setup stops halfway where it installs that one again",
    found: expired
      .map(({ subject, validTo, thumbprint }) => `${subject}, valid until ${validTo} (${thumbprint})`)
      .join("; "),
    needed,
    where: `on ${c.computer}`,
    fix: "renew the certificate, bind the new one to the web site, and restart IIS",
  };
}

/** R58: the configuration of Windows Remote Management is there. */
export function configuredRemoteManagement(c: Case): Verdict {
  const { remoteManagement } = c.facts.computer;
  const needed = "the configuration of Windows Remote Management, which Windows marks with UpdatedConfig";
  if (!remoteManagement.known) return computerNotVerified(c, remoteManagement.why, needed);
  if (remoteManagement.value) return ok;
  return {
    verdict: "fails",
    problem:
      "Windows Remote Management has no configuration of this Windows, and Setup may ask for a restart at once",
    found: `no value ${remoteManagement.source}`,
    needed,
    where: `on ${c.computer}`,
    fix: "winrm i restore winrm/config, then restart Windows",
  };
}
