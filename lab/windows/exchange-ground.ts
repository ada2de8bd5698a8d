/**
 * What Exchange 2013 and later has on its computer beside its registry: folders, the processes of its search, and its virtual directories
 * in the web server. Sources: CSS-Exchange (Test-MissingDirectory, Test-FailedSearchFoundation, Test-VirtualDirectoryConfiguration);
 * the layout of applicationHost.config: Microsoft Learn, IIS configuration reference.
 */
import type { ModernLine } from "../product-lines";
import type { Computer } from "./programs/program";

/** Products that have Unified Messaging, and those whose search runs in processes of its own (the scripts' own pages). */
const withVoice: readonly ModernLine[] = ["2013", "2016"];
const withSearch: readonly ModernLine[] = ["2013", "2016", "2019"];

function lineOf(computer: Computer): ModernLine | null {
  const name = computer.spec.release?.split(" ")[0] ?? "";
  return (["2013", "2016", "2019", "SE"] as const).find((line) => line === name) ?? null;
}

/** The folders of Exchange, and the configuration of the web server. */
export function placeExchangeFiles(computer: Computer, exchangeFolder: string | null): void {
  const folder = exchangeFolder?.replace(/\\$/, "");
  const line = lineOf(computer);
  if (folder === undefined || line === null) return;
  const { files, spec, systemRoot } = computer;
  files.makeFolders(folder);
  const isMailbox = spec.roles.includes("Mailbox");
  if (isMailbox && withVoice.includes(line))
    for (const name of ["Grammars", "Prompts"]) files.makeFolders(`${folder}\\UnifiedMessaging\\${name}`);
  const sites = [
    ...(isMailbox || spec.roles.includes("Client Access") ? ["Default Web Site"] : []),
    ...(isMailbox ? ["Exchange Back End"] : []),
  ].filter((site) => site !== "Default Web Site" || line !== "2013" || spec.roles.includes("Client Access"));
  if (sites.length === 0) return;
  files.makeFolders(`${systemRoot}\\System32\\inetsrv\\config`);
  files.write(
    `${systemRoot}\\System32\\inetsrv\\config\\applicationHost.config`,
    configurationOf(sites, spec.virtualDirectories === false ? [] : ["owa", "ecp", "EWS"]),
  );
}

/** applicationHost.config, as far as it names sites and applications. The directory of the lab has the same three. */
export function configurationOf(sites: readonly string[], applications: readonly string[]): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<configuration>",
    "  <system.applicationHost>",
    "    <sites>",
    ...sites.flatMap((site, index) => [
      `      <site name="${site}" id="${index + 1}" serverAutoStart="true">`,
      ...["/", ...applications.map((name) => `/${name}`)].map(
        (path) => `        <application path="${path}" applicationPool="MSExchangeAppPool" />`,
      ),
      "      </site>",
    ]),
    "    </sites>",
    "  </system.applicationHost>",
    "</configuration>",
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

/** The four processes of the search, which start with Windows. */
export function startSearch(computer: Computer): void {
  const line = lineOf(computer);
  if (line === null || !withSearch.includes(line) || !computer.spec.roles.includes("Mailbox")) return;
  for (let number = 0; number < 4; number++) computer.processes.start("noderunner.exe");
}
