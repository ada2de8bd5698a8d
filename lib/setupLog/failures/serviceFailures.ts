/** Errors of Setup with services of Exchange and Windows. */
import { citations } from "../../releases";
import { inError, inPlace, type KnownFailure } from "./knownFailure";

const { setupLogs } = citations;

/** Services that Setup starts and stops. */
export const serviceFailures: readonly KnownFailure[] = [
  {
    id: "serviceDisabled",
    anyOf: [
      inError("because it is disabled or because it has no enabled devices"),
      inError("Service '", "' is disabled on this server"),
      [...inError("Cannot start service "), inPlace("stack", "because it is disabled")],
      [inPlace("stack", "ServiceDisabledException")],
    ],
    things: [
      { in: "error", marks: ["service '", "'"] },
      { in: "error", marks: ["Cannot start service ", " on"] },
    ],
    cause: "a service that Setup starts is disabled, or one that it depends on",
    action: "set them to automatic and start them, again while Setup runs if it disables them",
    releases: "2016 CU18",
    source: setupLogs,
    certainty: "seen",
  },
  {
    id: "serviceNotStopped",
    anyOf: [
      inError("failed to reach status 'Stopped'"),
      inError("Failed to stop service '"),
      [...inError("'Stopped'"), inPlace("stack", "ServiceDidNotReachStatusException")],
      inError("Cannot stop service ", " on computer '"),
    ],
    things: [
      { in: "error", marks: ["service '", "'"] },
      { in: "error", marks: ["Cannot stop service ", " on computer"] },
    ],
    cause: "a service did not stop",
    action: "stop it, and end its process if it hangs; then run Setup again",
    releases: "none: it is the counterpart of a service that does not start",
    source: "the message of Setup for a service that does not start",
    certainty: "unverified",
  },
  {
    id: "transportNotRunning",
    anyOf: [inError("Service 'MSExchangeTransport' failed to reach status 'Running'")],
    cause: "the service MSExchangeTransport did not start",
    action:
      "read its errors in the application log; enable IPv6 everywhere, or disable it everywhere (DisabledComponents)",
    releases: "2007, 2010",
    source: "Microsoft KB 952842",
    certainty: "documented",
  },
  {
    id: "serviceNotRunning",
    anyOf: [
      inError("failed to reach status 'Running'"),
      inError("Failed to start service '"),
      inError("Cannot start service ", " on computer '"),
      // The same exception tells of a service that does not stop, and with no inner one, of a service that is not there.
      [
        inPlace("stack", "ServiceCommandException"),
        inPlace("stack", "InvalidOperationException"),
        inPlace("script", "Start-Service"),
      ],
      [inPlace("stack", "ServiceDidNotReachStatusException")],
    ],
    things: [
      { in: "error", marks: ["service '", "'"] },
      { in: "error", marks: ["Cannot start service ", " on computer"] },
    ],
    cause: "a service did not start",
    action: "read its errors in the application and system logs, start it by hand",
    releases: "2013 to 2019",
    source: "Microsoft Q&A 1088352; cloudenius.com, 2014-01-05",
    certainty: "practice",
  },
  {
    id: "serviceTimeout",
    anyOf: [
      [inPlace("stack", "System.ServiceProcess.TimeoutException")],
      inError("Time out has expired and the operation has not been completed"),
    ],
    things: [
      { in: "before", marks: ["SetupService -ServiceName:'", "'"] },
      { in: "before", marks: ["SetupService -ServiceName '", "'"] },
    ],
    cause: "a service did not start or stop in the time that Setup waits",
    action:
      "start or stop it by hand, read its errors in the application and system logs, and run Setup again",
    releases: "2010 and later",
    source: "Microsoft Learn, System.ServiceProcess.TimeoutException",
    certainty: "documented",
  },
  {
    id: "serviceControl",
    anyOf: [inError("Cannot open Service Control Manager on computer '")],
    things: [{ in: "error", marks: ["on computer '", "'"] }],
    cause: "Setup could not ask the services of a computer",
    action:
      "see that its name resolves, that its firewall lets remote calls in, and that the account is an administrator there",
    releases: "2010 and later",
    source: "Microsoft Learn, System.ServiceProcess.ServiceController",
    certainty: "documented",
  },
  {
    id: "firewallStopped",
    anyOf: [inError("0x800706D9")],
    cause: "the Windows Firewall service (MpsSvc) does not run, and Setup adds rules to it",
    action: "start it and set it to automatic; its rules may stay off",
    releases: "2013 CU23",
    source: setupLogs,
    certainty: "seen",
  },
];
