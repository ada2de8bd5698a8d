/** Facts about members of the local group Administrators. */

/** A member of the local group Administrators, as the computer lists it. */
export interface LocalMember {
  /** `DOMAIN\name`; without a domain for an account of the computer, or of a domain controller's own domain. */
  readonly name: string;
  /** True when the computer itself has an account of this name. */
  readonly isLocalAccount: boolean;
}

/** A member, looked up in the directory. */
export type AdministratorFacts =
  | { readonly kind: "local account"; readonly name: string }
  | {
      readonly kind: "domain";
      readonly name: string;
      readonly sid: string;
      /** DNS name of its domain. */
      readonly domain: string;
      /** True for a domain-local group, which does not appear among the groups of members from other domains. */
      readonly domainLocal: boolean;
    }
  | { readonly kind: "unresolved"; readonly name: string; readonly why: string };

/** An account or a group of a domain, as the directory knows it. */
export type PrincipalFacts = Pick<
  Extract<AdministratorFacts, { readonly kind: "domain" }>,
  "sid" | "domain" | "domainLocal"
>;
