/** What a computer and a session report about themselves, and what Windows still has to do. */

/** What a computer reports about itself over SSH. */
export interface IdentityFacts {
  /** FQDN in lower case: Hostname and Domain of the Tcpip parameters. */
  readonly fqdn: string;
  /** AD site (Netlogon SiteName, by Group Policy or not, else DynamicSiteName); null on domain controllers and outside a domain. */
  readonly site: string | null;
  /** True where a member server's Netlogon names no site at all. @default it names one, or cannot be asked */
  readonly withoutSite?: true;
  /** Windows build number, e.g. 3790 for Windows Server 2003. */
  readonly windowsBuild: number | null;
  /** ProductType: ServerNT, LanmanNT (domain controller) or WinNT. */
  readonly productType: string | null;
}

/** Who the SSH session runs as, from whoami; decisions rest on SIDs only. */
export interface LogonFacts {
  /** SID of the logged-on account. */
  readonly sid: string;
  /** Name as Windows prints it (may be localised; for messages only). */
  readonly name: string;
  /** SIDs in the logon token, without deny-only ones if the tool lists them as such. */
  readonly groups: readonly string[];
  /** True when the token carries the high or system integrity label; null where there is none (2003). */
  readonly elevated: boolean | null;
}

/** A file that Windows renames or deletes when it starts. */
export interface PendingFile {
  readonly path: string;
  /** Its new path; null if Windows deletes it. */
  readonly to: string | null;
}
