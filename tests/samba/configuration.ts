/** Files of one Samba domain controller. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What smb.conf says that differs from one start to the next. */
export interface Placement {
  /** Folder of the domain controller, which holds everything it writes. */
  readonly folder: string;
  /** Loopback address that it listens on (ports 389, 636, 3268, 3269). */
  readonly address: string;
}

/** Names of the certificate files in the domain controller's folder. */
export const tlsFiles = { authority: "ca.pem", certificate: "dc.pem", key: "dc.key" } as const;

const folders = [
  "etc",
  "private",
  "lock",
  "state",
  "cache",
  "run",
  "ncalrpc",
  "binddns",
  "sysvol",
  "netlogon",
] as const;

/** Writes etc/smb.conf and makes the folders it names; returns its path. @param services of Samba that run */
export async function writeConfiguration(
  { folder, address }: Placement,
  { realm, domain, host }: { readonly realm: string; readonly domain: string; readonly host: string },
  services = "ldap",
): Promise<string> {
  for (const name of folders) await mkdir(join(folder, name), { recursive: true, mode: 0o755 });
  const path = join(folder, "etc", "smb.conf");
  const settings: readonly (readonly [string, string])[] = [
    ["netbios name", host.toUpperCase()],
    ["workgroup", domain],
    ["realm", realm.toUpperCase()],
    ["server role", "active directory domain controller"],
    ["server services", services],
    // With /32 Samba opens no listener.
    ["interfaces", `${address}/8`],
    ["bind interfaces only", "yes"],
    ["dsdb:schema update allowed", "true"],
    ["private dir", join(folder, "private")],
    ["lock directory", join(folder, "lock")],
    ["state directory", join(folder, "state")],
    ["cache directory", join(folder, "cache")],
    ["pid directory", join(folder, "run")],
    ["ncalrpc dir", join(folder, "ncalrpc")],
    ["binddns dir", join(folder, "binddns")],
    ["logging", "file"],
    ["log file", join(folder, "log")],
    ["tls cafile", join(folder, tlsFiles.authority)],
    ["tls certfile", join(folder, tlsFiles.certificate)],
    ["tls keyfile", join(folder, tlsFiles.key)],
  ];
  await writeFile(
    path,
    [
      "[global]",
      ...settings.map(([name, value]) => `\t${name} = ${value}`),
      `[sysvol]\n\tpath = ${join(folder, "sysvol")}`,
      `[netlogon]\n\tpath = ${join(folder, "netlogon")}`,
      "",
    ].join("\n"),
  );
  return path;
}
