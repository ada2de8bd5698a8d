/** The ways that lead to computers, without a program: what answers there, and what to write into `connection` for it. */
import type { HttpsWay, SshWay, Ways, WinRmWay } from "../host/transport/ways";
import type { Review } from "../review/review";
import { listed, renderLines, visibleLine } from "../text";
import { type ExitCode, exitCodes } from "./exit";

/** No way at all: 3. A computer with one open way is reachable. */
export function exitCodeOfWays(all: readonly Ways[]): ExitCode {
  return all.every((ways) => usableWays(ways).length > 0) ? exitCodes.ok : exitCodes.no;
}

/** The ways that this package could use, with the argument for each. */
function usableWays({ ssh, http, https }: Ways): readonly string[] {
  return [
    ...(ssh?.state === "open" && ssh.keys.length > 0 ? ["`hostKey`"] : []),
    ...(http !== null && offers(http, "Kerberos") ? ["`winrm: true`"] : []),
    ...(https !== null && (offers(https, "Kerberos") || offers(https, "Basic"))
      ? ["`winrm: { https: … }`"]
      : []),
  ];
}

function offers({ state, schemes }: WinRmWay, scheme: string): boolean {
  return state === "open" && schemes.some((each) => each.toLowerCase() === scheme.toLowerCase());
}

/** The report of several computers. */
export function waysText(all: readonly Ways[]): string {
  const texts = all.map(computerText);
  const isAny = all.some((ways) => usableWays(ways).length > 0);
  return `${[...texts, ...(isAny ? [unverified] : [])].join("\n\n")}\n`;
}

const unverified = `Not verified: nobody was logged on, and whoever answers has shown this. Compare a
host key, or a certificate's fingerprint, on the computer itself before you
write it into \`connection\`, beside \`host\`, \`user\` and \`password\`.`;

function computerText(ways: Ways): string {
  const { host, addresses, why, ssh, http, https } = ways;
  const fix =
    usableWays(ways).length > 0
      ? undefined
      : "start SSH or WinRM there, and let firewalls pass one of the ports";
  if (ssh === null || http === null || https === null)
    return renderLines(visibleLine(host), [
      ["Name", `does not resolve: ${why}`],
      ["Fix", "correct the name, or add it to DNS"],
    ]);
  return renderLines(visibleLine(host), [
    ["Name", addresses.length === 1 && addresses[0] === host ? undefined : addresses.join(", ")],
    ["SSH", sshText(ssh)],
    ["WinRM", httpText(http)],
    ["HTTPS", httpsText(https)],
    ["Fix", fix],
  ]);
}

function sshText(way: SshWay): readonly string[] {
  if (way.state !== "open") return [notOpen(way)];
  const [key] = way.keys;
  return [
    `${way.port} answers: ${way.banner ?? ""}`.trimEnd(),
    ...way.keys.map(({ type, fingerprint }) => `${visibleLine(type)} ${fingerprint}`),
    ...(key === undefined ? [] : [`hostKey: "${key.fingerprint}"`]),
  ];
}

function httpText(way: WinRmWay): readonly string[] {
  if (way.state !== "open") return [notOpen(way)];
  return [
    `${way.port} answers: ${offered(way)}`,
    offers(way, "Kerberos")
      ? "winrm: true (`host` by its FQDN; `user` as name@domain)"
      : "it cannot be used without Kerberos: switch that on there",
  ];
}

function httpsText(way: HttpsWay): readonly string[] {
  const { certificate } = way;
  const shown =
    certificate === null
      ? []
      : [
          `certificate of ${certificate.names.join(", ") || "no name"}, until ${certificate.validTo.slice(0, 10)}`,
        ];
  if (way.state !== "open") return [notOpen(way), ...shown];
  const takes = [
    ...(offers(way, "Kerberos") ? ["accounts of a domain"] : []),
    ...(offers(way, "Basic") ? ["accounts of the computer itself"] : []),
  ];
  const use =
    takes.length === 0
      ? ["it cannot be used without Kerberos or Basic: switch one on there"]
      : [
          `takes ${listed(takes)}`,
          "winrm: { https: { fingerprint:",
          `  "${(certificate?.fingerprint ?? "").replaceAll(":", "")}" } }`,
        ];
  return [`${way.port} answers: ${offered(way)}`, ...shown, ...use];
}

function offered({ schemes }: WinRmWay): string {
  return schemes.length === 0
    ? "it offers no authentication"
    : `it offers ${schemes.map(visibleLine).join(", ")}`;
}

function notOpen({ port, state, why }: SshWay | WinRmWay): string {
  if (state === "closed") return `${port} is closed`;
  if (state === "silent") return `${port}: ${why}: a firewall, or no computer`;
  return `${port}: ${visibleLine(why ?? "")}`;
}

/** A computer that could not be reached, as its finding tells it. */
export interface Unreached {
  /** FQDN. */
  readonly computer: string;
  /** Where the connection leads; null behind a jump host, from where alone it can be looked at, and for an address of IPv6. */
  readonly host: string | null;
}

/** The computers of a review that no SSH server or WinRM listener answered for. */
export function unreachedIn({ steps }: Review): readonly Unreached[] {
  const found = steps.flatMap(({ computer, findings }) =>
    findings.flatMap(({ rule, cause }): readonly Unreached[] => {
      if (rule !== "XU-HOST-UNREACHABLE" || cause === undefined) return [];
      // The connection's own words, before the reason: `cas1.contoso.com:2222 cannot be reached over SSH: …`.
      const name = /^(?:\S+: )?(\S+) cannot be reached over (?:SSH|WinRM)/.exec(cause.found ?? "")?.[1];
      const isBehind = cause.arguments.some((path) => path.includes(".proxy"));
      const host = name?.replace(/:\d+$/, "");
      // In an address of IPv6 the port cannot be told from the last group.
      return [{ computer, host: host === undefined || isBehind || host.includes(":") ? null : host }];
    }),
  );
  return [...new Map(found.map((each) => [each.computer, each])).values()];
}

/** What else leads to such a computer. @param ways null where it was not looked */
export function otherWaysText(computer: string, ways: Ways | null): string {
  if (ways === null)
    return `${computer}: not looked at, behind a jump host or by an address of IPv6: ask there with doctor --host`;
  if (ways.addresses.length === 0) return `${computer}: ${ways.host} does not resolve`;
  const states = [ways.ssh, ways.http, ways.https].flatMap((way) =>
    way === null ? [] : [`${way.port} ${stateWords[way.state]}`],
  );
  const usable = usableWays(ways);
  const use = usable.length === 0 ? "no way that this package could use" : `use ${usable.join(" or ")}`;
  return `${computer}: ${states.join(", ")}: ${use}`;
}

const stateWords = {
  open: "answers",
  closed: "is closed",
  silent: "does not answer",
  other: "answers otherwise",
} as const;
