/**
 * What Windows Installer keeps of what is installed: its registry, and copies of the packages. Keys and values: CSS-Exchange,
 * Get-InstallerPackages; the product codes: dsccommunity/ExchangeDsc; that a key is such a code with the digits of its parts
 * reversed: Get-GuidProductCodeFromString of the same script. Names of files are any.
 */
import type { ModernLine } from "../product-lines";
import type { WindowsFiles } from "./files";
import type { WindowsRegistry } from "./registry";

const installer = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\S-1-5-18";
const products = `${installer}\\Products`;
const folder = "C:\\Windows\\Installer";

/** {4934D1EA-BE46-48B1-8847-F1AF20E892C1} of 2013, and {CD981244-E9B8-405A-9026-6AEB9DCEF1F1} since. */
const exchangeKey = (line: ModernLine): string =>
  line === "2013" ? "AE1D439464EB1B8488741FFA028E291C" : "442189DC8B9EA5040962A6BED9EC1F1F";

/** A key of its own, which nothing else uses. */
const speechKey = "0123456789ABCDEF0123456789ABCDEF";
const otherKey = "FEDCBA9876543210FEDCBA9876543210";
const patchKey = "00112233445566778899AABBCCDDEEFF";

/** The packages of an Exchange server, one of something else, and an update of Exchange. */
export function seedInstaller(registry: WindowsRegistry, line: ModernLine): void {
  const product = (key: string, name: string, file: string): void => {
    const properties = `${products}\\${key}\\InstallProperties`;
    registry.set(properties, "LocalPackage", `${folder}\\${file}`);
    registry.set(properties, "DisplayName", name);
  };
  const exchange = exchangeKey(line);
  product(
    exchange,
    `Microsoft Exchange Server ${line === "SE" ? "Subscription Edition" : line}`,
    "1a2b3c.msi",
  );
  product(speechKey, "Microsoft Server Speech Platform Runtime (x64)", "4d5e6f.msi");
  product(otherKey, "Contoso Backup Agent", "708090.msi");
  registry.set(
    `${products}\\${exchange}\\Patches\\${patchKey}`,
    "DisplayName",
    `Security Update for Exchange Server ${line} (KB5000001)`,
  );
  registry.set(`${installer}\\Patches\\${patchKey}`, "LocalPackage", `${folder}\\a1b2c3.msp`);
  registry.create(`${installer}\\Components`);
}

/** The copies that the registry names. */
export function writeCachedPackages(registry: WindowsRegistry, files: WindowsFiles): void {
  const write = (key: string): void => {
    const file = registry.text(key, "LocalPackage");
    if (file === undefined) return;
    files.makeFolders(folder);
    files.write(file, "");
  };
  for (const product of registry.keys(products)) write(`${products}\\${product}\\InstallProperties`);
  for (const patch of registry.keys(`${installer}\\Patches`)) write(`${installer}\\Patches\\${patch}`);
}
