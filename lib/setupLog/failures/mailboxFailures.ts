/** Errors of Setup with the mailboxes that Exchange has for itself, and with its groups. */
import { inError, inPlace, type KnownFailure, type Thing } from "./knownFailure";

/** Setup names what it works on before it fails. */
const processed: Thing = { in: "before", marks: ['Processing object "', '"'] };

/** System mailboxes: arbitration, discovery, migration, federation. */
export const mailboxFailures: readonly KnownFailure[] = [
  {
    id: "systemMailboxMoved",
    anyOf: [
      inError("ExternalEmailAddress is mandatory on MailUser"),
      inError("Enable-Mailbox on this mail user is disallowed"),
    ],
    things: [processed],
    cause: "the account of a system mailbox is a mail user, in whole or in part, and no mailbox",
    action:
      "take its mail attributes away (Disable-MailUser), keep the account, and run Setup /PrepareAD again",
    releases: "2016 CU19, 2019 CU12",
    source: "Microsoft Q&A 301866 and 1113953 (the symptom; that this mends it is derived)",
    certainty: "unverified",
  },
  {
    id: "systemMailboxMissing",
    anyOf: [[...inError("Cannot bind argument to parameter 'Identity'"), inPlace("script", "-arbitration")]],
    cause: "a system mailbox that Setup wants to change is not there, or is no mailbox",
    action: "run Setup /PrepareAD again, and look for it with Get-Mailbox -Arbitration and Get-User",
    releases: "2019 CU12",
    source: "Microsoft Q&A 1113953",
    certainty: "practice",
  },
  {
    id: "groupNotResolved",
    anyOf: [inError("resolve the user or group "), inError("two-way trust or an outgoing trust")],
    things: [{ in: "error", marks: ['user or group "', '"'] }],
    cause: "Windows finds no account for a group of Exchange",
    action: "see that the group has its name and its place, and that no trust of the domain is broken",
    releases: "2010, 2013 CU23",
    source: "Microsoft Q&A 1161625",
    certainty: "practice",
  },
  {
    id: "nameNotUnique",
    anyOf: [inError("matches multiple entries"), [inPlace("stack", "ManagementObjectAmbiguousException")]],
    things: [{ in: "error", marks: ["performed because '", "' matches"] }],
    cause: "several objects of the directory have the name that Setup looks for",
    action: "rename those that are not Exchange's own, and replicate",
    releases: "2010 and later",
    source: "the message itself",
    certainty: "unverified",
  },
];
