/** Why many facts could not be read at once: one problem, with a code that people can search for. Pure data. */

/**
 * What keeps a computer, a directory or a folder from being read: many facts are unknown because of it, and one
 * correction makes all of them readable.
 */
export interface Cause {
  readonly code: CauseCode;
  /** What is wrong, in words that fit one computer and many: causes with the same code, problem and fix are one. */
  readonly problem: string;
  /** What was found on this one; null if that adds nothing. */
  readonly found: string | null;
  readonly needed: string;
  /** Arguments of the program that the cause is about, by their paths. */
  readonly arguments: readonly string[];
  readonly fix: string;
}

/** What `found` begins with if the computer was spared, because another has refused the same credential. */
export const notTried = "not tried further: ";

/**
 * Codes of causes, with the meaning of each. They and those of {@link messageMeanings} have a section each in
 * docs/operators-guide.md. They never change: people search for them, and pipelines compare them.
 */
export const causeMeanings = {
  "XU-HOST-NAME": "the host name of a connection does not resolve",
  "XU-HOST-UNREACHABLE": "no SSH server or WinRM listener answers at the host and port of a connection",
  "XU-HOST-KEY-MISSING": "a connection gives no host key",
  "XU-HOST-KEY-WRONG": "a computer shows another host key than the given one",
  "XU-LOGON": "an account cannot log on to a computer",
  "XU-CREDENTIAL": "a connection has no credential, or one that cannot be used",
  "XU-VARIABLE": "an environment variable that a credential names is not set",
  "XU-SSH-ALGORITHMS": "an SSH server and this client have no algorithm in common",
  "XU-SSH-SHELL": "the shell behind an SSH server is not cmd.exe",
  "XU-KERBEROS": "the machine that runs Pulumi has no Kerberos, which WinRM needs",
  "XU-KDC": "no domain controller answers that could log an account on",
  "XU-CLOCK": "the clocks of the machine that runs Pulumi and of the domain differ",
  "XU-SERVER-PROOF": "a computer does not prove itself with Kerberos",
  "XU-CERTIFICATE-MISSING": "nothing proves the certificate of a computer: no authority, and no fingerprint",
  "XU-CERTIFICATE-WRONG": "a computer shows another certificate than the given one",
  "XU-TIMEOUT": "a computer or the directory has not answered in time",
  "XU-MEDIA": "the release of the media cannot be read",
  "XU-DIRECTORY-LOGON": "a domain controller refuses the account that reads",
  "XU-DIRECTORY-UNREACHABLE": "a domain controller cannot be found, or does not answer",
} as const satisfies Readonly<Record<`XU-${string}`, string>>;

/** One of {@link causeMeanings}. */
export type CauseCode = keyof typeof causeMeanings;

/** All of them, in the order in which they keep a computer from being read. */
export const causeCodes = Object.keys(causeMeanings) as readonly CauseCode[];

/** Codes of the other messages. A finding has the id of its rule instead. */
export const messageMeanings = {
  "XU-SETUP": "Setup was run and failed",
  "XU-ARGUMENT": "arguments of the program cannot be used",
  "XU-DEFINITION": "the definition of a release or an update cannot be used",
  "XU-IMPORT": "a resource is to be imported, and can only be adopted",
  "XU-GATE": "the gate before every step has not let this run pass",
  "XU-OUT-OF-TURN": "what comes before a step is not done",
  "XU-CHANGED": "the arguments are not those that were checked",
  "XU-PARALLEL": "this run does fewer servers at once than a wave has",
  "XU-UNREAD": "what a step or a refresh needs could not be read",
  "XU-OTHER-FOREST": "the directory of the program leads to another forest than the recorded one",
  "XU-DRIFT": "a level is not what the state has recorded",
  "XU-GONE": "a server that the program takes for gone is there, or Exchange is no longer on one",
  "XU-WAIVER": "a waiver does not help",
  "XU-FACTS": "a preview rests on a facts snapshot, or the snapshot cannot be used",
  "XU-RESTART-DUE": "a restart is due, and was not made",
  "XU-RESTART-FAILED": "a restart that was asked for has failed",
  "XU-SERVICES": "services do not run after an upgrade or an update, or could not be read",
  "XU-UPDATE": "a security update is not proven to be applied",
  "XU-RUN": "Setup or an update could not be started, or not be followed to its end",
  "XU-LEFT": "something was left on a computer",
  "XU-INTERRUPTED": "the engine has gone, or cancelled, while a step ran",
  "XU-WEBHOOK": "a webhook was not told of what has happened",
  "XU-COMMANDS": "commands around a step cannot be run as the program has them",
  "XU-COMMANDS-PACKAGE": "commands need another version of @pulumi/command, or have none",
  "XU-COMMANDS-HOST-KEY": "commands over SSH need the server's public key",
  "XU-COMMANDS-AGENT": "the SSH agent that commands would use is not there",
  "XU-COMMANDS-MEDIA": "media cannot be copied, or could not be checked afterwards",
  "XU-USAGE": "a command line is wrong",
  "XU-FILE": "a file or a folder cannot be read or written",
  "XU-PULUMI": "the Pulumi CLI is not there, or was ended",
  "XU-PREVIEW": "a preview ended before it told what was asked for",
  "XU-STATE": "the state of a stack could not be read, or has no step",
  "XU-PASSWORD": "a command has no password to read the directory with",
  "XU-DISCOVER": "the directory does not show what discover needs",
  "XU-SETUP-LOG": "a file is no log of Exchange Setup",
  "XU-DEFECT": "the package has met what it does not know: a defect of its own",
} as const satisfies Readonly<Record<`XU-${string}`, string>>;

/** One of {@link messageMeanings}. */
export type MessageCode = keyof typeof messageMeanings;

export const messageCodes = Object.keys(messageMeanings) as readonly MessageCode[];

/** Any code of a message that is not a rule's finding. */
export type Code = CauseCode | MessageCode;

/** What each code means, in the order of the guide. */
export const codeMeanings: Readonly<Record<Code, string>> = { ...causeMeanings, ...messageMeanings };
