/** Refusals of the directory: LDAP result codes with the texts of Active Directory. */

/** Result codes (RFC 4511, appendix A). */
export const resultCodes = {
  success: 0,
  operationsError: 1,
  protocolError: 2,
  sizeLimitExceeded: 4,
  authMethodNotSupported: 7,
  strongerAuthRequired: 8,
  referral: 10,
  unavailableCriticalExtension: 12,
  noSuchAttribute: 16,
  constraintViolation: 19,
  attributeOrValueExists: 20,
  invalidAttributeSyntax: 21,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  unavailable: 52,
  unwillingToPerform: 53,
  objectClassViolation: 65,
  notAllowedOnRdn: 67,
  entryAlreadyExists: 68,
} as const;

export type ResultName = keyof typeof resultCodes;

/** A request that the directory refuses. The message is Active Directory's diagnostic text, as sent to the client. */
export class DirectoryError extends Error {
  override readonly name = "DirectoryError";

  constructor(
    readonly result: ResultName,
    message: string,
    /** The deepest existing ancestor, for noSuchObject. */
    readonly matchedDn = "",
    /** URLs of where to ask instead, for referral. */
    readonly referrals: readonly string[] = [],
  ) {
    super(message);
  }
}

/*
 * The texts follow the forms that Windows Server 2008 R2 sends, as public transcripts show them. The DSID numbers are
 * places in Microsoft's source and mean nothing here; no program may rest on any of these texts.
 */

export function noSuchObject(matchedDn: string): DirectoryError {
  return new DirectoryError(
    "noSuchObject",
    `0000208D: NameErr: DSID-031001E5, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'${matchedDn}'\n`,
    matchedDn,
  );
}

export function invalidDn(dn: string): DirectoryError {
  return new DirectoryError(
    "invalidDnSyntax",
    `0000208F: NameErr: DSID-031001F7, problem 2006 (BAD_NAME), data 8350, best match of:\n\t'${dn}'\n`,
  );
}

export function invalidCredentials(): DirectoryError {
  return new DirectoryError(
    "invalidCredentials",
    "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1",
  );
}

export function bindRequired(): DirectoryError {
  return new DirectoryError(
    "operationsError",
    "000004DC: LdapErr: DSID-0C0906E8, comment: In order to perform this operation a successful bind must be completed on the connection., data 0, v1db1",
  );
}

export function encryptionRequired(): DirectoryError {
  return new DirectoryError(
    "strongerAuthRequired",
    "00002028: LdapErr: DSID-0C0901FC, comment: The server requires binds to turn on integrity checking if SSL\\TLS are not already active on the connection, data 0, v1db1",
  );
}

export function accessDenied(): DirectoryError {
  return new DirectoryError(
    "insufficientAccessRights",
    "00000005: SecErr: DSID-03151D54, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0",
  );
}

/** What a domain controller answers that is asked to change the schema and does not hold the schema master role. */
export function notSchemaMaster(): DirectoryError {
  return new DirectoryError(
    "unwillingToPerform",
    "000020AE: SvcErr: DSID-0315107B, problem 5003 (WILL_NOT_PERFORM), data 0",
  );
}

/** What a domain controller answers for a partition that it does not hold. */
export function referral(host: string, dn: string): DirectoryError {
  return new DirectoryError(
    "referral",
    `0000202B: RefErr: DSID-03100781, data 0, 1 access points\n\tref 1: '${host}'\n`,
    "",
    [referralUrl(host, dn)],
  );
}

/** `ldap://emea.contoso.com/DC=emea,DC=contoso,DC=com`: referrals name the domain, not a domain controller. */
export function referralUrl(host: string, dn: string): string {
  return `ldap://${host}/${encodeURI(dn)}`;
}

/** A refusal over one attribute of a change. */
export function attributeRefused(result: ResultName, attribute: string): DirectoryError {
  return new DirectoryError(
    result,
    `00002082: AtrErr: DSID-03151904, #1:\n\t0: 00002082: DSID-03151904, problem 1005 (${result}), data 0, Att 0 (${attribute})\n`,
  );
}

export function refused(result: ResultName, comment: string): DirectoryError {
  return new DirectoryError(result, `00000057: LdapErr: DSID-0C090C30, comment: ${comment}, data 0, v1db1`);
}

/** Any error as the refusal that a client gets: of malformed octets, or of a mistake in the lab. */
export function asDirectoryError(error: unknown): DirectoryError {
  if (error instanceof DirectoryError) return error;
  if (error instanceof SyntaxError) return refused("protocolError", error.message);
  return refused("operationsError", error instanceof Error ? error.message : String(error));
}
