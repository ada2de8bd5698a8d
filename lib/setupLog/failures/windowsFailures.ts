/** Errors of Setup whose cause is Windows, PowerShell or a file: they may stop any piece of its work. */
import { inError, inPlace, type KnownFailure } from "./knownFailure";

/** The last ones of the table: what Setup was at is more particular. */
export const windowsFailures: readonly KnownFailure[] = [
  {
    id: "languageMode",
    anyOf: [inError("in this language mode"), inError("not supported in constrained language mode")],
    cause: "PowerShell runs in a restricted language mode here, in which Setup's scripts fail",
    action: "exempt the server from the script rules of AppLocker or Windows Defender Application Control",
    releases: "2013 and later",
    source: "Microsoft Learn, about_Language_Modes; microsoft/CSS-Exchange, SetupAssist",
    certainty: "documented",
  },
  {
    id: "scriptsNotAllowed",
    anyOf: [
      inError("running scripts is disabled on this system"),
      inError("is not digitally signed"),
      [inPlace("stack", "PSSecurityException")],
    ],
    things: [{ in: "error", marks: ["File ", " cannot be loaded"] }],
    cause: "PowerShell's execution policy does not let Setup's scripts run",
    action: "take the setting away until Setup is done, also where a group policy makes it",
    releases: "2013 and later",
    source: "Microsoft Learn, about_Execution_Policies",
    certainty: "documented",
  },
  {
    id: "programNotFound",
    anyOf: [
      inError("The term '", ".exe' is not recognized"),
      [...inError(".exe"), inPlace("stack", "CommandNotFoundException")],
    ],
    things: [{ in: "error", marks: ["The term '", "'"] }],
    cause: "a program of Windows was not found that Setup starts",
    action: "see that the file is there, and that the variable Path of the system has %SystemRoot%\\System32",
    releases: "2016 CU19",
    source: "Microsoft Q&A, Exchange 2016 CU19 upgrade, 2021-03-09",
    certainty: "practice",
  },
  {
    id: "diskFull",
    anyOf: [
      inError("There is not enough space on the disk"),
      inError("0x80070070"),
      [inPlace("stack", "0x80070070")],
    ],
    cause: "a drive that Setup writes to is full",
    action: "make room on the drives of Windows and of Exchange",
    releases: "all (Windows error 112)",
    source: "Microsoft Learn, system error codes",
    certainty: "documented",
  },
  {
    id: "fileHeld",
    anyOf: [inError("because it is being used by another process"), inError("0x80070020")],
    things: [{ in: "error", marks: ["access the file '", "'"] }],
    cause: "another process holds a file that Setup replaces",
    action:
      "end it; exclude Exchange's folders from virus scanner and backup, and restart if nothing else helps",
    releases: "all (Windows error 32)",
    source: "Microsoft Learn, system error codes",
    certainty: "documented",
  },
  {
    id: "pathDenied",
    anyOf: [inError("Access to the path '", "' is denied")],
    things: [{ in: "error", marks: ["Access to the path '", "'"] }],
    cause: "Setup may not change a file or a folder, or something holds it",
    action:
      "give Administrators and SYSTEM full control of it, and exclude Exchange's folders from the virus scanner",
    releases: "2016 (2021)",
    source: "Microsoft Q&A, cleaning up the data folder of SearchFoundation",
    certainty: "practice",
  },
  {
    id: "assemblyNotLoaded",
    anyOf: [inError("Could not load file or assembly"), [inPlace("stack", "System.BadImageFormatException")]],
    things: [{ in: "error", marks: ["file or assembly '", ","] }],
    cause: "a file of Exchange is missing, damaged or of another build",
    action: "check the media's files against their source, and run Setup again from them",
    releases: "2016",
    source: "Microsoft Q&A, Exchange 2016 installation, 2024-04-18",
    certainty: "practice",
  },
];
