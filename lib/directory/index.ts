/** Active Directory of one forest, read over LDAP: a session, and the facts that it gives. */
export type { DirectoryConnection } from "./directoryConnection";
export { dnKey } from "./dn";
export type { HeldLevel } from "./heldLevels";
export { DirectorySession, DirectoryUnread, LogonRefused } from "./session";
export { domainSidOf, sidToBytes, sidToText } from "./sid";
