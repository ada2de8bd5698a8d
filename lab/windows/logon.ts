/** Who a session runs as on a simulated Windows computer: the access token. */

/** One row of `whoami /groups`. */
export interface TokenGroup {
  readonly name: string;
  readonly type: "Group" | "Alias" | "Well-known group" | "Label";
  readonly sid: string;
  readonly attributes: string;
}

/** Credentials that a session can pass on to other computers. */
export interface NetworkCredentials {
  /** `name@domain`: a simple bind takes it on every domain controller of the forest. */
  readonly user: string;
  readonly password: string;
}

/** An access token. */
export interface Logon {
  /** `domain\name` in lower case, as whoami prints it. */
  readonly name: string;
  readonly sid: string;
  /** sAMAccountName or local name. */
  readonly account: string;
  /** NetBIOS name of the account's domain, or of the computer. */
  readonly authority: string;
  /** DNS name of the account's domain; null for a local account. */
  readonly domain: string | null;
  readonly groups: readonly TokenGroup[];
  /** True when BUILTIN\Administrators is enabled in the token (not deny-only). */
  readonly administrator: boolean;
  /** Null for a logon by key, which leaves nothing to pass on, and for a local account. */
  readonly credentials: NetworkCredentials | null;
}

/** BUILTIN\Administrators. */
export const administratorsSid = "S-1-5-32-544";
