/** How to reach a directory: the user's arguments, and the address of one server made from them. */
import { isIP } from "node:net";
import { type ConnectionOptions, checkServerIdentity, type SecureVersion } from "node:tls";

/** Where the directory is and who reads it. Always over TLS. */
export interface DirectoryConnection {
  /**
   * A domain controller: `ldaps://host[:636]`, or `ldap://host[:389]`, which then requires StartTLS before the
   * password is sent. Not a global catalog (3268, 3269): that holds only part of each object.
   */
  readonly url: string;
  /** Account that reads, as `DOMAIN\name` or `name@domain`, so that every domain of the forest knows the name. */
  readonly user: string;
  /** Its password; never empty, because an empty one is an anonymous logon to LDAP. */
  readonly password: string;
  /** Certificates (PEM) of the certification authorities to trust, instead of those that Node.js trusts. */
  readonly ca?: string;
  /** Name that the certificate of `url` must carry, when it differs from the host in `url`. */
  readonly serverName?: string;
  /** Lowest TLS version; default TLSv1.2. The older ones are for domain controllers before 2008 R2. */
  readonly minVersion?: SecureVersion;
  /** Skips the verification of certificates: an attacker between the machines can then read the password. Default false. */
  readonly insecureSkipVerify?: boolean;
  /** URLs of domain controllers, by FQDN, whose names do not resolve from here. */
  readonly domainControllers?: { readonly [fqdn: string]: string };
  /** Time for one connection with its logon, and for one search with all its pages. Default 15000 ms. */
  readonly timeoutMs?: number;
  /**
   * Octets that may arrive while one search waits for its answer. Default 64 MiB, far more than any forest contains.
   */
  readonly maxAnswer?: number;
}

/** One directory server and how to log on to it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (ldaps), or after StartTLS (ldap). */
  readonly scheme: "ldaps" | "ldap";
  /** scheme://host:port, for messages. */
  readonly label: string;
  readonly tls: ConnectionOptions;
  readonly user: string;
  readonly password: string;
  readonly timeoutMs: number;
  readonly maxAnswer: number;
}

const defaultTimeoutMs = 15_000;
const defaultMaxAnswer = 64 * 1024 * 1024;
const globalCatalogPorts: readonly number[] = [3268, 3269];

/** Address of the server that `url` names. @throws Error for what can never work or would log on anonymously. */
export function endpointOf(connection: DirectoryConnection): Endpoint {
  return endpoint(connection, connection.url, connection.serverName);
}

/**
 * Address of another domain controller of the forest: its entry in `domainControllers`, else its FQDN with the
 * scheme of `url` and that scheme's own port. Its certificate must carry its FQDN.
 */
export function endpointOfDomainController(connection: DirectoryConnection, fqdn: string): Endpoint {
  const given = Object.entries(connection.domainControllers ?? {}).find(
    ([name]) => name.toLowerCase() === fqdn.toLowerCase(),
  );
  const scheme = connection.url.toLowerCase().startsWith("ldap:") ? "ldap" : "ldaps";
  return endpoint(connection, given?.[1] ?? `${scheme}://${fqdn}`, fqdn);
}

function endpoint(connection: DirectoryConnection, url: string, serverName: string | undefined): Endpoint {
  const { scheme, host, port } = parseUrl(url);
  const label = `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (globalCatalogPorts.includes(port)) {
    throw new Error(
      `Directory ${label}: port ${port} is the global catalog, which holds only part of each object; ` +
        "use port 636 (ldaps) or 389 (ldap with StartTLS) of a domain controller",
    );
  }
  if (connection.user === "" || connection.password === "") {
    throw new Error(
      `Directory ${label}: the ${connection.user === "" ? "user name" : "password"} is empty, which LDAP takes ` +
        "for an anonymous logon; give a user that may read the directory, and its password",
    );
  }
  return {
    host,
    port,
    scheme,
    label,
    tls: tlsOptions(connection, host, serverName ?? host),
    user: connection.user,
    password: connection.password,
    timeoutMs: connection.timeoutMs ?? defaultTimeoutMs,
    maxAnswer: connection.maxAnswer ?? defaultMaxAnswer,
  };
}

function parseUrl(url: string): { scheme: "ldaps" | "ldap"; host: string; port: number } {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const scheme = parsed?.protocol.slice(0, -1);
  const host = parsed?.hostname.replace(/^\[(.*)\]$/, "$1") ?? "";
  if (parsed === null || (scheme !== "ldaps" && scheme !== "ldap") || host === "" || parsed.username !== "") {
    throw new Error(
      "The directory's URL is not one of ldaps://host[:port] and ldap://host[:port] (with StartTLS), without user " +
        "and password; example: ldaps://dc1.contoso.com",
    );
  }
  return { scheme, host, port: parsed.port === "" ? (scheme === "ldaps" ? 636 : 389) : Number(parsed.port) };
}

function tlsOptions(connection: DirectoryConnection, host: string, serverName: string): ConnectionOptions {
  const minVersion = connection.minVersion ?? "TLSv1.2";
  return {
    host,
    minVersion,
    rejectUnauthorized: connection.insecureSkipVerify !== true,
    checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
    // A server name indication must not be an address (RFC 6066, 3).
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    ...(connection.ca === undefined ? {} : { ca: connection.ca }),
    // OpenSSL 3 allows TLS 1.0 and 1.1 at security level 0 only.
    ...(minVersion === "TLSv1" || minVersion === "TLSv1.1" ? { ciphers: "DEFAULT:@SECLEVEL=0" } : {}),
  };
}
