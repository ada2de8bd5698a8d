import assert from "node:assert/strict";
import type { ClientChannel } from "ssh2";
import { contoso, type Lab, startLab } from "../../lab";
import { openSession } from "../../lib/host";
import { Logons } from "../../lib/logons";
import { describeWith } from "../skip";
import { connect } from "./windows-support";
import { KerberosClient } from "./winrm-initiator";
import { basic, faultOf, messages, post, readReceived, textOf } from "./winrm-support";

/** One member server, one domain controller, and the accounts of the forest root domain. */
function small(): typeof contoso {
  const computer = contoso.computers.find(({ domain }) => domain === contoso.root);
  assert.ok(computer);
  return { ...contoso, computers: [computer] };
}

describeWith(["kdc"], "logging on to the simulated WinRM listener with Kerberos", () => {
  const organization = small();
  const fqdn = organization.computers[0]?.name ?? "";
  const [administrator] = organization.accounts.filter(({ domain }) => domain === organization.root);
  const realm = organization.root.toUpperCase();
  let lab: Lab;
  let configuration: string | undefined;
  let client: KerberosClient;

  before(async () => {
    lab = await startLab(organization, { winrm: { kerberos: "mit", https: true } });
    configuration = process.env.KRB5_CONFIG;
    process.env.KRB5_CONFIG = lab.kdcs[organization.root]?.configuration;
  });
  after(async () => {
    if (configuration === undefined) delete process.env.KRB5_CONFIG;
    else process.env.KRB5_CONFIG = configuration;
    await lab.stop();
  });
  afterEach(() => client?.close());

  async function open(scheme?: "Negotiate" | "Kerberos"): Promise<KerberosClient> {
    client = await KerberosClient.open(lab.computer(fqdn).winrm?.port ?? 0, scheme);
    return client;
  }

  for (const scheme of ["Kerberos", "Negotiate"] as const) {
    it(`takes a ticket (${scheme}), and runs sealed commands as its account, which has nothing to pass on`, async () => {
      await open(scheme);
      const { name, password } = administrator ?? { name: "", password: "" };
      assert.equal((await client.logOn(`${name}@${realm}`, password, `HTTP@${fqdn}`)).status, 200);
      const created = (await client.ask(messages.create())).text;
      assert.equal(textOf(created, "Owner"), `${name}@${realm}`);
      const shell = textOf(created, "ShellId");
      const command = textOf(
        (await client.ask(messages.command(shell, "whoami& exit /b 7"))).text,
        "CommandId",
      );
      const { stdout, code } = readReceived((await client.ask(messages.receive(shell, command))).text);
      assert.deepEqual({ stdout, code }, { stdout: `contoso\\${name.toLowerCase()}\r\n`, code: 7 });
      const gone = await client.ask(messages.receive(shell, "none"));
      assert.equal(faultOf(gone).code, 2150858843);
      await client.ask(messages.delete(shell));
    });
  }

  it("takes no message on another connection, none that was changed, and no ticket of somebody else's realm", async () => {
    await open();
    const { port } = lab.computer(fqdn).winrm ?? { port: 0 };
    assert.equal((await post({ port }, messages.create())).status, 401);
    const garbage = await post({ port }, "", { Authorization: "Kerberos bm9uc2Vuc2U=" });
    assert.equal(garbage.status, 401);
    assert.deepEqual(garbage.headers["www-authenticate"], "Negotiate, Kerberos");
    const { name } = administrator ?? { name: "" };
    await assert.rejects(
      client.logOn(`${name}@${realm}`, "wrong", `HTTP@${fqdn}`),
      /gss_acquire_cred_with_password/,
    );
    await assert.rejects(
      client.logOn(`${name}@${realm}`, administrator?.password ?? "", "HTTP@other.example"),
    );
  });

  it("refuses an account by 401 where the computer refuses it, and counts it by name", async () => {
    const { winrm } = lab.computer(fqdn);
    assert.ok(winrm);
    winrm.faults.refuseLogons = true;
    try {
      await open();
      const { name, password } = administrator ?? { name: "", password: "" };
      assert.equal((await client.logOn(`${name}@${realm}`, password, `HTTP@${fqdn}`)).status, 401);
      assert.equal(winrm.counts.refusedAccounts.get(`${name}@${realm}`.toLowerCase()), 1);
    } finally {
      delete winrm.faults.refuseLogons;
    }
  });

  it("is reached through a computer's SSH server by its name, and the center at its domain's", async () => {
    const { user, password, port } = lab.connection(fqdn, `CONTOSO\\${administrator?.name}`);
    const ssh = await connect({ port }, { username: user, password });
    const through = (host: string, to: number): Promise<ClientChannel> =>
      new Promise((resolve, reject) =>
        ssh.forwardOut("127.0.0.1", 0, host, to, (error, channel) =>
          error ? reject(error) : resolve(channel),
        ),
      );
    try {
      const channel = await through(fqdn, 5985);
      channel.end(`POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      const parts: Buffer[] = [];
      for await (const part of channel) parts.push(part as Buffer);
      assert.match(Buffer.concat(parts).toString(), /^HTTP\/1.1 401 .*WWW-Authenticate: Negotiate/s);
      (await through(`dc1.${organization.root}`, 88)).destroy();
      await assert.rejects(through("other.example", 5985), /Channel open failure/);
    } finally {
      ssh.end();
    }
  });

  it("offers HTTPS with a certificate for its name, and Basic there to the computer's own accounts alone", async () => {
    const { winrm } = lab.computer(fqdn);
    const where = {
      port: winrm?.httpsPort ?? 0,
      secure: true,
      servername: fqdn,
      ca: lab.winrmAuthority ?? "",
    };
    await assert.rejects(post({ ...where, ca: "" }, messages.create()));
    await assert.rejects(post({ ...where, servername: "other.example" }, messages.create()));
    const { name, password } = administrator ?? { name: "", password: "" };
    const refused = await post(where, messages.create(), basic(`CONTOSO\\${name}`, password));
    assert.equal(refused.status, 401);
    assert.match(String(refused.headers["www-authenticate"]), /^Negotiate, Kerberos, Basic realm="WSMAN"$/);
  });

  it("takes a ticket over HTTPS, where messages are not sealed", async () => {
    const { name, password } = administrator ?? { name: "", password: "" };
    const session = await openSession(
      {
        winrm: {
          serverName: fqdn,
          https: { ca: lab.winrmAuthority ?? "" },
          kdc: [`127.0.0.1:${lab.kdcs[organization.root]?.port}`],
        },
        ...{ host: "127.0.0.1", port: lab.computer(fqdn).winrm?.httpsPort ?? 0, dialErrorLimit: 0 },
        ...{ user: `${name}@${organization.root}`, password },
      },
      new Logons(),
    );
    try {
      assert.equal(session.traits.server, "certificate");
      const { stdout, exitCode } = await session.run("whoami& exit /b 7");
      assert.deepEqual({ stdout, exitCode }, { stdout: `contoso\\${name.toLowerCase()}\r\n`, exitCode: 7 });
    } finally {
      session.close();
    }
  });

  // The last test: the center does not come back.
  it("goes on with a ticket that exists when its center is gone, and gives no new one", async () => {
    await open();
    const { name, password } = administrator ?? { name: "", password: "" };
    const logOn = (): ReturnType<KerberosClient["logOn"]> =>
      client.logOn(`${name}@${realm}`, password, `HTTP@${fqdn}`);
    assert.equal((await logOn()).status, 200);
    await lab.kdcs[organization.root]?.kill();
    assert.equal((await client.ask(messages.create())).status, 200);
    client.close();
    await open();
    await assert.rejects(logOn(), /gss_acquire_cred_with_password|gss_init_sec_context/);
  });
});
