import assert from "node:assert/strict";
import type { WindowsHost } from "../../lab/windows";
import type { WinRmListener, WinRmOptions } from "../../lab/windows/winrm/listener";
import { eventually, startComputer } from "./windows-support";
import {
  basic,
  envelope,
  faultOf,
  HandClient,
  messages,
  post,
  readReceived,
  shellUri,
  textOf,
} from "./winrm-support";

describe("the simulated computer's WinRM listener", () => {
  const running: WindowsHost[] = [];
  const clients: HandClient[] = [];
  async function start(
    winrm: WinRmOptions = {},
    ...[changes]: Parameters<typeof startComputer>
  ): Promise<{ host: WindowsHost; winrm: WinRmListener; client: HandClient }> {
    const host = await startComputer(changes, { winrm: { allowUnencrypted: true, ...winrm } });
    running.push(host);
    assert.ok(host.winrm);
    const client = new HandClient(host.winrm.port);
    clients.push(client);
    return { host, winrm: host.winrm, client };
  }
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(running.splice(0).map((host) => host.stop()));
  });

  it("tells what it is, and its Windows only to who has logged on", async () => {
    const { winrm } = await start({}, { windows: "2016" });
    const anonymous = await post({ port: winrm.port }, messages.identify, {
      WSMANIDENTIFY: "unauthenticated",
    });
    assert.equal(anonymous.status, 200);
    assert.equal(textOf(anonymous.text, "ProtocolVersion"), "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd");
    assert.equal(textOf(anonymous.text, "ProductVersion"), "OS: 0.0.0 SP: 0.0 Stack: 3.0");
    const known = await post({ port: winrm.port }, messages.identify, basic());
    assert.equal(textOf(known.text, "ProductVersion"), "OS: 10.0.14393.0 SP: 0.0 Stack: 3.0");
    const other = await post({ port: winrm.port }, messages.create(), { WSMANIDENTIFY: "unauthenticated" });
    assert.equal(other.status, 400);
  });

  it("makes a shell as it was asked to, runs a command with both streams, and deletes it", async () => {
    const { client, winrm } = await start();
    const inner =
      "<shell:Environment><shell:Variable Name='GREETING'>hello there</shell:Variable></shell:Environment>" +
      "<shell:IdleTimeOut>PT180S</shell:IdleTimeOut><shell:WorkingDirectory>C:\\Windows</shell:WorkingDirectory>";
    const created = await client.get(messages.create(inner));
    assert.equal(textOf(created, "IdleTimeOut"), "PT180.000S");
    assert.equal(textOf(created, "Owner"), "Administrator");
    assert.equal(textOf(created, "ClientIP"), "127.0.0.1");
    assert.equal(textOf(created, "RelatesTo"), "uuid:00000000-0000-0000-0000-000000000001");
    assert.match(created, /<w:Selector Name="ShellId">([0-9A-F-]{36})<\/w:Selector>/);
    const shell = textOf(created, "ShellId");
    const command = await client.command(shell, "echo %GREETING% from %CD%& type Q:\\none & exit /b 7");
    assert.deepEqual(await client.rest(shell, command), {
      stdout: "hello there from C:\\Windows\r\n",
      stderr: "The system cannot find the path specified.\r\n",
      ended: ["stdout", "stderr"],
      done: true,
      code: 7,
    });
    assert.equal(winrm.shells, 1);
    await client.get(messages.delete(shell));
    assert.equal(winrm.shells, 0);
    assert.deepEqual(faultOf(await client.ask(messages.delete(shell))), {
      status: 500,
      code: 2150858843,
      message:
        "The WS-Management service cannot process the request because the request contained invalid selectors for the resource. ",
    });
  });

  it("joins the arguments with blanks, and takes quotes as cmd.exe does", async () => {
    const { client } = await start();
    const shell = await client.create();
    const command = textOf(
      await client.get(
        envelope(
          `${shellUri}/Command`,
          "<shell:CommandLine CommandId='0B5A7A64-0000-4000-8000-000000000001'><shell:Command>cmd.exe</shell:Command>" +
            "<shell:Arguments>/c</shell:Arguments><shell:Arguments>echo</shell:Arguments><shell:Arguments>hi</shell:Arguments></shell:CommandLine>",
          { shell, options: { WINRS_SKIP_CMD_SHELL: "FALSE", WINRS_CONSOLEMODE_STDIN: "FALSE" } },
        ),
      ),
      "CommandId",
    );
    assert.equal(command, "0B5A7A64-0000-4000-8000-000000000001");
    assert.equal((await client.rest(shell, command)).stdout, "hi\r\n");
    const quoted = await client.command(shell, '"echo hello && exit 100"');
    const { stdout, code } = await client.rest(shell, quoted);
    assert.deepEqual({ stdout, code }, { stdout: "hello \r\n", code: 100 });
  });

  it("tells exit codes unsigned, and 0 for a command that has printed nothing", async () => {
    const { client } = await start();
    assert.equal((await client.run("echo x& exit /b -2147023895")).code, 2147943401);
    assert.equal((await client.run("exit /b 100")).code, 0);
  });

  it("passes input as bytes, in pieces, up to its end", async () => {
    const { client } = await start();
    const shell = await client.create();
    const command = await client.command(shell, 'findstr "^"');
    const sent = Buffer.from("one\r\nt\u0080wo\r\n", "latin1");
    await client.get(messages.send(shell, command, sent.subarray(0, 4), false));
    await client.get(messages.send(shell, command, sent.subarray(4), false));
    const waiting = await client.ask(messages.receive(shell, command, { timeout: "PT0.2S" }));
    assert.deepEqual(faultOf(waiting), {
      status: 500,
      code: 2150858793,
      message:
        "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  ",
    });
    await client.get(messages.send(shell, command, Buffer.alloc(0), true));
    assert.equal((await client.rest(shell, command)).stdout, sent.toString("latin1"));
  });

  it("keeps what is printed while nobody asks, and cuts it to the size that the request allows", async () => {
    const { host, client } = await start();
    const content = Buffer.alloc(200_000, "0123456789abcdef");
    host.files.write("C:\\big.bin", content);
    const shell = await client.create();
    const command = await client.command(shell, "type C:\\big.bin");
    await eventually("the command's end", () => host.computer.processes.named("cmd.exe").length === 0);
    let stdout = "";
    let answers = 0;
    for (let done = false; !done; answers += 1) {
      const text = await client.get(messages.receive(shell, command, { size: 51_200 }));
      assert.ok(Buffer.byteLength(text) <= 51_200, `${Buffer.byteLength(text)} bytes`);
      const piece = readReceived(text);
      stdout += piece.stdout;
      done = piece.done;
    }
    assert.equal(stdout, content.toString("latin1"));
    assert.equal(answers, 6);
  });

  it("prints in the code page that the shell was made with", async () => {
    const { host, client } = await start();
    host.files.write("C:\\Grüße.txt", "");
    const list = async (parts: Parameters<HandClient["create"]>[1]): Promise<string> => {
      const shell = await client.create("", parts);
      const { stdout } = await client.rest(shell, await client.command(shell, "dir /b C:\\*.txt"));
      return Buffer.from(stdout, "latin1").toString("hex");
    };
    assert.equal(await list({}), "4772819fe12e7478740d0a".replace("819fe1", "81e165"));
    assert.equal(await list({ options: { WINRS_CODEPAGE: "65001" } }), "4772c3bcc39f652e7478740d0a");
  });

  it("ends a command by a signal with all that it has started, and forgets it", async () => {
    const { host, client } = await start();
    const shell = await client.create();
    const command = await client.command(shell, "cmd /c ping -n 100 127.0.0.1");
    await eventually("ping", () => host.computer.processes.named("ping.exe").length === 1);
    await client.get(messages.signal(shell, command));
    assert.deepEqual(host.computer.processes.list(), []);
    assert.deepEqual(faultOf(await client.ask(messages.receive(shell, command))), {
      status: 500,
      code: 2150858843,
      message:
        "The Windows Remote Shell received a request to perform an operation on a command identifier that does not exist. " +
        "Either the command has completed execution or the client specified an invalid command identifier. ",
    });
  });

  it("ends what waits, and what runs, with the shell", async () => {
    const { host, winrm, client } = await start();
    const shell = await client.create();
    const command = await client.command(shell, "ping -n 100 127.0.0.1 >nul");
    let asked = false;
    winrm.faults.atPoint = ({ at }) => {
      asked ||= at === "request";
      return undefined;
    };
    const waiting = client.ask(messages.receive(shell, command));
    await eventually("the request", () => asked && host.computer.processes.named("ping.exe").length === 1);
    winrm.deleteShells();
    assert.deepEqual(faultOf(await waiting), {
      status: 500,
      code: 995,
      message:
        "The I/O operation has been aborted because of either a thread exit or an application request. ",
    });
    assert.deepEqual(host.computer.processes.list(), []);
    assert.equal(faultOf(await client.ask(messages.receive(shell, command))).code, 2150858843);
  });

  it("deletes a shell that nobody has used for its idle time, but not one that is waited for", async () => {
    const { host, winrm, client } = await start();
    const idle = await client.create("<shell:IdleTimeOut>PT0.2S</shell:IdleTimeOut>");
    const waited = await client.create("<shell:IdleTimeOut>PT1.5S</shell:IdleTimeOut>");
    const command = await client.command(waited, "ping -n 4 127.0.0.1 >nul& echo done");
    assert.equal((await client.rest(waited, command)).stdout, "done\r\n");
    assert.equal(faultOf(await client.ask(messages.command(idle, "ver"))).code, 2150858843);
    await eventually("the end of the other", () => winrm.shells === 0);
    assert.deepEqual(host.computer.processes.list(), []);
  });

  it("keeps its quotas by account", async () => {
    const quotas = { maxShellsPerUser: 2, maxProcessesPerShell: 1, maxOperationsPerUser: 3 };
    const { client, winrm } = await start({ quotas }, { administrators: ["Administrator", "guest"] });
    const [first, second] = [await client.create(), await client.create()];
    const refused = faultOf(await client.ask(messages.create()));
    assert.equal(refused.code, 2150859173);
    assert.match(refused.message, /a maximum number of 2 concurrent shells, which has been exceeded/);
    const guest = new HandClient(winrm.port, "guest", "guest-secret");
    clients.push(guest);
    await guest.create();
    // A shell of another account is none.
    assert.equal(faultOf(await guest.ask(messages.delete(first))).code, 2150858843);
    const waiting = await client.command(first, "findstr x");
    assert.equal(faultOf(await client.ask(messages.command(first, "ver"))).code, 2150859241);
    await client.get(messages.signal(first, waiting));
    await client.rest(first, await client.command(first, "ver"));
    await client.rest(first, await client.command(first, "ver"));
    // What has ended counts until its shell is deleted, in whichever shell.
    const spent = faultOf(await client.ask(messages.command(second, "ver")));
    assert.equal(spent.code, 2150859174);
    assert.match(spent.message, /a maximum number of 3 concurrent operations/);
    await client.get(messages.delete(first));
    await client.rest(second, await client.command(second, "ver"));
  });

  it("says what is wrong with a message", async () => {
    const { client, winrm } = await start({ quotas: { maxEnvelopeSize: 10_000 } });
    const shell = await client.create();
    const codes = async (message: string): Promise<number> => faultOf(await client.ask(message)).code;
    assert.equal(await codes(messages.create("", { timeout: "PT-1S" })), 2150858767);
    assert.equal(await codes(messages.create("", { resource: "http://example.com/none" })), 2150858752);
    assert.equal(await codes(envelope(`${shellUri}/Dance`, "", { shell })), 2150858771);
    assert.equal(await codes(envelope(`${shellUri}/Receive`, "<shell:Receive/>", { shell })), 87);
    assert.equal(await codes(messages.command(shell, "x".repeat(10_000))), 2150858824);
    assert.equal(
      await codes(messages.command(shell, "nothing.exe", { WINRS_SKIP_CMD_SHELL: "TRUE" })),
      2147942402,
    );
    const german = await client.ask(messages.create("", { locale: "de-DE", resource: "none" }));
    assert.match(german.text, /<s:Text xml:lang="de-DE">/);
    for (const nonsense of [
      "",
      "nonsense",
      "<a>",
      "<!DOCTYPE a><a/>",
      "<a/>",
      messages.create().slice(0, 300),
    ])
      assert.equal((await client.ask(nonsense)).status, nonsense === "" ? 200 : 400, nonsense);
    assert.equal((await post({ port: winrm.port, path: "/" }, "x", basic())).status, 404);
  });

  it("refuses who is no administrator, and who is nobody, and counts refusals by account", async () => {
    const { winrm } = await start();
    const guest = new HandClient(winrm.port, "guest", "guest-secret");
    clients.push(guest);
    assert.deepEqual(faultOf(await guest.ask(messages.create())), {
      status: 500,
      code: 5,
      message: "Access is denied. ",
    });
    const wrong = await post({ port: winrm.port }, messages.create(), basic("Administrator", "wrong"));
    assert.equal(wrong.status, 401);
    assert.equal(wrong.headers["www-authenticate"], 'Basic realm="WSMAN"');
    assert.equal((await post({ port: winrm.port }, messages.create())).status, 401);
    assert.deepEqual(Object.fromEntries(winrm.counts.refusedAccounts), { administrator: 1 });
    assert.equal(winrm.counts.refusals, 1);
  });

  it("takes neither Basic nor messages that are not sealed over HTTP, as Windows is installed", async () => {
    const { winrm } = await start({ allowUnencrypted: false });
    assert.equal((await post({ port: winrm.port }, messages.create(), basic())).status, 401);
    assert.equal(winrm.counts.refusals, 0);
  });

  it("cuts a connection where it is told to, and what has started goes on in its shell", async () => {
    const { host, winrm, client } = await start();
    const shell = await client.create();
    winrm.faults.cutAtCommand = 1;
    await assert.rejects(client.ask(messages.command(shell, "echo x>C:\\done.txt")), /hang up|ECONNRESET/);
    await eventually("the command's effect", () => host.files.kind("C:\\done.txt") === "file");
    assert.equal(winrm.shells, 1);
    winrm.faults.atPoint = (point) =>
      point.at === "request" && point.action === "command" ? "cut" : undefined;
    await assert.rejects(client.ask(messages.command(shell, "echo x>C:\\never.txt")), /hang up|ECONNRESET/);
    winrm.faults.atPoint = () => undefined;
    // The shell has begun nothing since.
    assert.equal(
      (await client.rest(shell, await client.command(shell, "type C:\\done.txt"))).stdout,
      "x\r\n",
    );
    assert.equal(host.files.kind("C:\\never.txt"), null);
  });

  it("ends its shells with a restart, and refuses connections until it has started again", async () => {
    const { host, winrm, client } = await start();
    const shell = await client.create();
    host.computer.restartBehaviour.bootMs = 1;
    winrm.faults.startDelayMs = 300;
    const asked = Date.now();
    host.computer.restart();
    assert.equal(winrm.shells, 0);
    await assert.rejects(client.ask(messages.create()), /hang up|ECONNRESET/);
    for (;;) {
      const answer = await client.ask(messages.delete(shell)).catch(() => null);
      if (answer === null) continue;
      assert.equal(faultOf(answer).code, 2150858843);
      break;
    }
    assert.ok(Date.now() - asked >= 300);
  });

  it("refuses connections, answers late, or not at all", async () => {
    const { winrm, client } = await start();
    winrm.faults.delayMs = 100;
    const asked = Date.now();
    await client.create();
    assert.ok(Date.now() - asked >= 99);
    winrm.faults.mute = true;
    const silence = client.ask(messages.create()).then(
      () => "an answer",
      () => "no answer",
    );
    const waited = new Promise((resolve) => setTimeout(resolve, 200, "waiting"));
    assert.equal(await Promise.race([silence, waited]), "waiting");
    winrm.dropConnections();
    assert.equal(await silence, "no answer");
    winrm.faults.refuse = true;
    await assert.rejects(client.ask(messages.create()), /hang up|ECONNRESET/);
  });
});
