/**
 * Services during an upgrade: Setup disables and stops them, writes down how they started, and puts everything back at the end. What
 * stops it in between leaves them disabled, with the lists in Service*.xml (Microsoft, Exchange services don't start after an
 * interrupted update; CSS-Exchange, Test-ExchangeServices). The names and the form of the lists are memory.
 */
import type { Computer } from "../../windows/programs/program";

const services = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
const modesFile = "C:\\ExchangeSetupLogs\\ServiceStartupMode.xml";
const statesFile = "C:\\ExchangeSetupLogs\\ServiceState.xml";
const disabled = 4;

function exchangeServices({ registry }: Computer): readonly string[] {
  return registry.keys(services).filter((name) => /^(MSExchange|W3SVC$|ADAM_MSExchange)/i.test(name));
}

/** Disables and stops them. Lists that an interrupted run has left are kept: what they say is older, and right. */
export function stopServices(computer: Computer): void {
  const { registry, files, runningServices } = computer;
  const names = exchangeServices(computer);
  const list = (value: (name: string) => string): string =>
    `<Services>\r\n${names.map((name) => `  <Service Name="${name}" Value="${value(name)}" />\r\n`).join("")}</Services>\r\n`;
  if (files.kind(modesFile) === null) {
    files.write(
      modesFile,
      list((name) => String(registry.get(`${services}\\${name}`, "Start")?.data ?? 3)),
    );
    files.write(
      statesFile,
      list((name) => (runningServices.has(name.toLowerCase()) ? "Running" : "Stopped")),
    );
  }
  for (const name of names) {
    registry.set(`${services}\\${name}`, "Start", disabled);
    runningServices.delete(name.toLowerCase());
  }
}

/** Puts back what {@link stopServices} has written down, and removes the lists. */
export function restoreServices(computer: Computer): void {
  const { registry, files, runningServices } = computer;
  if (files.kind(modesFile) === null) return;
  const read = (path: string): readonly (readonly [string, string])[] =>
    [
      ...files
        .read(path)
        .toString()
        .matchAll(/Name="([^"]*)" Value="([^"]*)"/g),
    ].map(([, name = "", value = ""]) => [name, value] as const);
  for (const [name, mode] of read(modesFile)) registry.set(`${services}\\${name}`, "Start", Number(mode));
  for (const [name, state] of read(statesFile))
    if (state === "Running") runningServices.add(name.toLowerCase());
  for (const path of [modesFile, statesFile]) files.remove(path);
}
