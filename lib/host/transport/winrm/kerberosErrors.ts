/** What the codes of Kerberos's errors mean for a logon, a ticket and a connection. */
import { AccountUnknown, AuthenticationFailed, ClockSkew, HostError, ServerNotProven } from "../errors";

/** RFC 4120 7.5.9 and krb5.h, counted from the library's first one. */
const firstError = -1765328384;
const kdcError = {
  clientUnknown: 6,
  serviceUnknown: 7,
  serviceNotUnique: 8,
  policy: 12,
  noCommonEncryption: 14,
  revoked: 18,
  keyExpired: 23,
  passwordWrong: 24,
  notDecrypted: 31,
  ticketExpired: 32,
  ticketNotYetValid: 33,
  clockSkew: 37,
  wrongRealm: 68,
} as const;
/** What each refusal of an account says, and what to do; no other password would help but where it is named. */
const refusals: ReadonlyMap<number, (account: string) => string> = new Map([
  [kdcError.passwordWrong, (account) => `the KDC refused the password of ${account}`],
  [kdcError.notDecrypted, (account) => `the KDC refused the password of ${account}`],
  [
    kdcError.keyExpired,
    (account) =>
      `the password of ${account} has expired, or has to be changed at the next logon: change it, and give the new one`,
  ],
  [
    kdcError.revoked,
    (account) =>
      `the KDC lets ${account} not log on: the account is locked, disabled or expired, or it is outside of its logon hours`,
  ],
  [
    kdcError.policy,
    (account) =>
      `the KDC lets ${account} not log on by policy: see the account's workstations (userWorkstations) and authentication policies`,
  ],
]);
/** The library takes the KDC's time for its own, so that clocks may differ by hours, and not by more than a ticket lives. */
const clocks: readonly number[] = [kdcError.ticketExpired, kdcError.ticketNotYetValid, kdcError.clockSkew];

/** Why a logon failed. @param words the library's own */
export function logonError(name: string, realm: string, code: number, words: string): HostError {
  const error = code - firstError;
  if (error === kdcError.clientUnknown || error === kdcError.wrongRealm) {
    const tried = `the KDC of ${realm} knows no account ${name}: ${words}`;
    return new AccountUnknown(tried, tried);
  }
  const refusal = refusals.get(error)?.(`${name} in ${realm}`);
  if (refusal !== undefined) return new AuthenticationFailed(`${refusal}: ${words}`, `${refusal}: ${words}`);
  if (error === kdcError.noCommonEncryption)
    return new HostError(
      `the KDC of ${realm} has no AES key of ${name} (${words}): set the account's password again, and see that neither it ` +
        "(msDS-SupportedEncryptionTypes) nor the domain controllers have AES switched off",
    );
  return (
    clockError(code, words) ??
    new HostError(`the logon of ${name} in ${realm} with Kerberos failed: ${words} (error ${error})`)
  );
}

/** Why there is no ticket for a service, such as HTTP/ex1.contoso.com. */
export function ticketError(service: string, code: number, words: string): HostError {
  const error = code - firstError;
  if (error === kdcError.serviceUnknown)
    return new ServerNotProven(`the domain knows no service ${service} (${words})`);
  if (error === kdcError.serviceNotUnique)
    return new ServerNotProven(
      `several accounts of the domain have the service ${service} (${words}): find them with setspn -Q ${service}, and leave it ` +
        "to the computer's own",
    );
  if (error === kdcError.noCommonEncryption)
    return new ServerNotProven(
      `the KDC gives no AES ticket for ${service} (${words}): let the computer's account have AES keys ` +
        "(msDS-SupportedEncryptionTypes)",
    );
  return (
    clockError(code, words) ?? new ServerNotProven(`no ticket for ${service}: ${words} (error ${error})`)
  );
}

/** What the code says of clocks; undefined for what is no matter of them. @param code also as GSS-API has it, unsigned */
export function clockError(code: number, words: string): ClockSkew | undefined {
  return clocks.includes((code | 0) - firstError)
    ? new ClockSkew(
        `${words}: the clocks of this machine, of the domain and of the computer differ by more than Kerberos allows, or a ` +
          "ticket has outlived its time",
      )
    : undefined;
}
