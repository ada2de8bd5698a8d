/** Answers as a Windows Server 2016 writes them, in the recordings of jborean93/pypsrp (tests/tests_pypsrp/responses/test_winrs_*.yml). */
import { sealedBody, sealedType } from "../../lib/host/transport/winrm/sealing";

const shellUri = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";
const command = "CF84C20A-0A35-43FA-AF78-0B4711DA5F30";

function envelope(body: string): string {
  return (
    `<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" ` +
    `xmlns:rsp="${shellUri}"><s:Header></s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

function received(state: string): string {
  return envelope(`<rsp:ReceiveResponse>${state}</rsp:ReceiveResponse>`);
}

function state(name: string, inner: string): string {
  return `<rsp:CommandState CommandId="${command}" State="${shellUri}/CommandState/${name}">${inner}</rsp:CommandState>`;
}

/** By their actions; `Running` is what Receive answers while a command prints nothing. */
export function answersOf(): { readonly [action: string]: string } {
  const nothing = envelope("");
  return {
    Create: envelope(
      "<rsp:Shell><rsp:ShellId>4283CBDC-3706-415B-88BD-B385F3E51A53</rsp:ShellId></rsp:Shell>",
    ),
    Command: envelope(`<rsp:CommandResponse><rsp:CommandId>${command}</rsp:CommandId></rsp:CommandResponse>`),
    Send: nothing,
    Receive: received(state("Done", "<rsp:ExitCode>0</rsp:ExitCode>")),
    Running: received(state("Running", "")),
    Signal: nothing,
    Delete: nothing,
  };
}

/** A fault of the server's own, not of the message. */
export function fault(code: number, text: string): string {
  return envelope(
    `<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="en-US">${text}</s:Text></s:Reason>` +
      `<s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="${code}" Machine="ex1">` +
      `<f:Message>${text}</f:Message></f:WSManFault></s:Detail></s:Fault>`,
  );
}

/** A message as an answer over HTTP, in the form of a sealed one. */
export function sealed(message: string): Buffer {
  const octets = Buffer.from(message);
  const body = sealedBody({ signature: Buffer.alloc(0), sealed: octets }, octets.length);
  const status = message.includes("<s:Fault>") ? "500 Internal Server Error" : "200 OK";
  return Buffer.concat([
    Buffer.from(
      `HTTP/1.1 ${status}\r\nContent-Type: ${sealedType}\r\nContent-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);
}
