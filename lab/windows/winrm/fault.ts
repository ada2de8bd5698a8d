/**
 * What WinRM answers where it cannot do what it was asked: HTTP 500 with a SOAP fault whose detail is a WSManFault. Codes: the header wsmerror.h of
 * the Windows SDK, as published with windows-rs. Shapes and texts: recorded answers of pypsrp where the fault says so, else public reports.
 */

/** A fault. */
export class WsManFault extends Error {
  constructor(
    /** Number in WSManFault. */
    readonly code: number,
    readonly blamed: "Sender" | "Receiver",
    /** SOAP subcode with its prefix. */
    readonly subcode: `${"a" | "w"}:${string}`,
    readonly reason: string,
    /** Text within WSManFault, where it is another one. */
    readonly detail: string = reason,
    /** URI of w:FaultDetail. */
    readonly faultDetail?: string,
    /** Provider that names itself within the message. */
    readonly provider?: { readonly name: string; readonly path: string },
  ) {
    super(reason);
    this.name = "WsManFault";
  }
}

const details = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail";
const shellPlugin = { name: "Shell cmd plugin", path: "%systemroot%\\system32\\winrscmd.dll" };
const invalidSelectors =
  "The WS-Management service cannot process the request because the request contained invalid selectors for the resource. ";
const invalidHeaders =
  "The WS-Management service cannot process the request. The request contains one or more invalid SOAP headers. ";

/** Nothing came within OperationTimeout (recorded: test_winrs_operation_timeout). */
export function timedOut(): WsManFault {
  const text =
    "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  ";
  return new WsManFault(2150858793, "Receiver", "w:TimedOut", text);
}

/** There is no such shell (recorded: test_psrp_is_alive_invalid_selectors). */
export function noSuchShell(): WsManFault {
  return new WsManFault(
    2150858843,
    "Sender",
    "w:InvalidSelectors",
    invalidSelectors,
    invalidSelectors,
    `${details}/UnexpectedSelectors`,
    { name: "Shell provider", path: "%systemroot%\\system32\\WsmSvc.dll" },
  );
}

/** There is no such command, or it has ended (recorded: test_winrs_bad_cmd_id). */
export function noSuchCommand(): WsManFault {
  return new WsManFault(
    2150858843,
    "Sender",
    "w:InvalidSelectors",
    invalidSelectors,
    "The Windows Remote Shell received a request to perform an operation on a command identifier that does not exist. " +
      "Either the command has completed execution or the client specified an invalid command identifier. ",
    `${details}/UnexpectedSelectors`,
  );
}

/** The plugin of shell/cmd was asked for what it does not know (recorded: test_winrs_fail_poll_process). */
export function invalidParameter(): WsManFault {
  const text = "The parameter is incorrect. ";
  const detail = `${details}/InvalidValue`;
  return new WsManFault(87, "Sender", "w:InvalidParameter", text, text, detail, shellPlugin);
}

/** The program of a command without cmd.exe is not there (recorded: test_winrs_no_cmd_shell). */
export function programNotFound(): WsManFault {
  const text = "The system cannot find the file specified. ";
  return new WsManFault(2147942402, "Receiver", "w:InternalError", text, text, undefined, shellPlugin);
}

/** A header does not say what it should (recorded: test_psrp_is_alive_other_wsman_error). */
export function invalidHeader(detail: string): WsManFault {
  return new WsManFault(2150858767, "Sender", "a:InvalidMessageInformationHeader", invalidHeaders, detail);
}

/** What was under way was ended: the shell was deleted, or the command (995: WinRb/WinRM, shells/base.rb; text: Win32). */
export function aborted(): WsManFault {
  const text =
    "The I/O operation has been aborted because of either a thread exit or an application request. ";
  return new WsManFault(995, "Receiver", "w:InternalError", text);
}

/** The account may not use remote shells: it is no administrator (text: Win32; shape: memory). */
export function accessDenied(): WsManFault {
  return new WsManFault(5, "Sender", "w:AccessDenied", "Access is denied. ");
}

/** A quota is used up. Codes and texts: public reports (hashicorp/vagrant 7489, masterzen/winrm 129); of processes: code alone. */
export function quotaReached(what: "shells" | "operations" | "processes", allowed: number): WsManFault {
  const reason = "The WS-Management service cannot process the request. ";
  const [code, detail] = {
    shells: [
      2150859173,
      `This user is allowed a maximum number of ${allowed} concurrent shells, which has been exceeded. Close existing shells or raise the quota for this user. `,
    ],
    operations: [
      2150859174,
      `This user is allowed a maximum number of ${allowed} concurrent operations, which has been exceeded. Close existing operations for this user, or raise the quota for this user. `,
    ],
    processes: [
      2150859241,
      `The maximum number of concurrent commands per shell has been exceeded. Retry the request later or raise the Maximum Commands per Shell quota. `,
    ],
  }[what] as [number, string];
  return new WsManFault(code, "Receiver", "w:QuotaLimit", reason + detail);
}

/** The answer, or the message itself, is larger than MaxEnvelopeSize (DSP0226, 13.1: EncodingLimit). */
export function tooLarge(): WsManFault {
  const text =
    "The WS-Management service cannot process the request because it is larger than the maximum envelope size that is configured. ";
  const detail = `${details}/MaxEnvelopeSizeExceeded`;
  return new WsManFault(2150858824, "Sender", "w:EncodingLimit", text, text, detail);
}

/** Nobody answers for this resource (DSP0226: DestinationUnreachable). */
export function noSuchResource(): WsManFault {
  return new WsManFault(
    2150858752,
    "Sender",
    "a:DestinationUnreachable",
    "The WS-Management service cannot process the request. The resource URI is missing or it has an incorrect format. ",
    undefined,
    `${details}/InvalidResourceURI`,
  );
}

/** The resource does not do what the action asks. */
export function actionNotSupported(): WsManFault {
  const text =
    "The WS-Management service cannot process the request because the action is not supported by the resource. ";
  return new WsManFault(2150858771, "Sender", "a:ActionNotSupported", text);
}
