/** Sessions where something is wrong that the contract's directories do not do. */
import assert from "node:assert/strict";
import { CertificateAuthority } from "../../lab/certificates";
import { contoso } from "../../lab/contoso";
import { type LabDirectory, startDirectory } from "../../lab/directory";
import { type DirectoryConnection, DirectorySession } from "../../lib/directory";
import { BoundClient, Server } from "../../lib/directory/client";
import { endpointOf } from "../../lib/directory/directoryConnection";
import { serversSearch } from "../../lib/directory/exchange";
import { Logons } from "../../lib/logons";
import { plainError } from "./contract-support";
import { type Answer, type FakeServer, fakeServer, type RequestName } from "./fake-server";

const password = "Wr0ng-Secret";

describe("directory sessions", () => {
  let authority: CertificateAuthority;
  let tls: { readonly cert: string; readonly key: string };
  const fakes: FakeServer[] = [];

  before(async () => {
    authority = await CertificateAuthority.create();
    const { certificate, key } = await authority.issue({ names: ["fake.test"], addresses: ["127.0.0.1"] });
    tls = { cert: certificate, key };
  });
  afterEach(async () => {
    for (const fake of fakes.splice(0)) await fake.close();
  });

  async function secureFake(
    answer: (request: RequestName, before: readonly RequestName[]) => Answer,
    more: object = {},
  ): Promise<FakeServer> {
    const fake = await fakeServer(answer, { ...tls, ...more });
    fakes.push(fake);
    return fake;
  }

  function connectionTo(fake: FakeServer, changes: Partial<DirectoryConnection> = {}): DirectoryConnection {
    return {
      url: `ldaps://127.0.0.1:${fake.port}`,
      user: "CONTOSO\\reader",
      password,
      ca: authority.certificate,
      timeoutMs: 5000,
      ...changes,
    };
  }

  it("never send the password to a server without StartTLS", async () => {
    const fake = await fakeServer(() => [52, "no TLS here"]);
    fakes.push(fake);
    const url = `ldap://127.0.0.1:${fake.port}`;
    await assert.rejects(
      DirectorySession.open(connectionTo(fake, { url }), new Logons()),
      plainError(
        `Directory ${url} does not offer StartTLS (LDAP result 52), and a password is never sent over plain LDAP; ` +
          "use an ldaps:// URL, or install a certificate on the domain controller",
      ),
    );
    assert.deepEqual(fake.requests, ["extended"]);
    assert.ok(!fake.plainOctets().includes(password));
  });

  it("never send the password to a server that cuts the connection instead of starting TLS", async () => {
    const fake = await fakeServer(() => "cut");
    fakes.push(fake);
    const url = `ldap://127.0.0.1:${fake.port}`;
    await assert.rejects(
      DirectorySession.open(connectionTo(fake, { url }), new Logons()),
      /^Error: Directory ldap:\/\/127\.0\.0\.1:\d+ /,
    );
    assert.ok(!fake.plainOctets().includes(password));
  });

  it("speak old TLS only when they are told to", async () => {
    const fake = await secureFake(() => [0, ""], {
      minVersion: "TLSv1",
      maxVersion: "TLSv1",
      ciphers: "DEFAULT:@SECLEVEL=0",
    });
    const url = `ldaps://127.0.0.1:${fake.port}`;
    await assert.rejects(
      DirectorySession.open(connectionTo(fake), new Logons()),
      plainError(
        `Directory ${url} speaks no TLS version that is allowed here (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION); ` +
          "allow an older one with `minVersion`",
      ),
    );
    assert.deepEqual(fake.requests, []);
    const client = await BoundClient.open(
      endpointOf(connectionTo(fake, { minVersion: "TLSv1" })),
      new Logons(),
    );
    client.close();
    assert.deepEqual(fake.requests, ["bind"]);
  });

  it("refuse a directory that is not Active Directory", async () => {
    const fake = await secureFake(() => [0, ""]);
    await assert.rejects(
      DirectorySession.open(connectionTo(fake), new Logons()),
      plainError(
        `Directory ldaps://127.0.0.1:${fake.port} is no Active Directory domain controller: its root DSE does not ` +
          "name a forest; give the URL of a domain controller",
      ),
    );
  });

  it("log on once in parallel, and never send a search on a connection that is not logged on", async () => {
    const order: string[] = [];
    // Each connection is cut at its second search.
    const fake = await secureFake((request, before) => {
      order.push(request);
      const sinceBind = before.slice(before.lastIndexOf("bind") + 1);
      return request === "search" && sinceBind.length === 1 ? "cut" : [0, ""];
    });
    const server = new Server(endpointOf(connectionTo(fake)), new Logons(), () => {});
    const search = { base: "", attributes: ["dnsHostName"] };
    await server.search(search);
    assert.deepEqual(await server.search(search), []);
    assert.deepEqual(order, ["bind", "search", "search", "bind", "search"]);
    await Promise.all([server.search(search), server.search(search), server.search(search)]).catch(() => {});
    server.close();
    const connections = fake.connections();
    assert.equal(order.filter((each) => each === "bind").length, connections);
    await assert.rejects(server.search(search), {
      message: `the session with ldaps://127.0.0.1:${fake.port} has been closed; open a new one`,
    });
    assert.equal(fake.connections(), connections);
  });

  it("do not log on again after a refusal, which counts towards the account's lockout, but do after a busy answer", async () => {
    const search = { base: "", attributes: ["dnsHostName"] };
    for (const { code, binds } of [
      { code: 49, binds: 2 },
      { code: 51, binds: 4 },
    ]) {
      // The first logon is good; then the connection is cut, and the password has been changed.
      const fake = await secureFake((request, before) => {
        if (request === "bind") return before.length === 0 ? [0, ""] : [code, "data 52e"];
        return "cut";
      });
      const server = new Server(endpointOf(connectionTo(fake)), new Logons(), () => {});
      for (let reading = 0; reading < 3; reading++) {
        await assert.rejects(
          server.search(search),
          /refused to log on CONTOSO\\reader \(LDAP result (49|51)/,
        );
      }
      assert.equal(fake.requests.filter((each) => each === "bind").length, binds, String(code));
      server.close();
    }
  });

  it("give up a client whose connection is gone, for good", async () => {
    const fake = await secureFake((request) => (request === "bind" ? [0, ""] : "cut"));
    const client = await BoundClient.open(endpointOf(connectionTo(fake)), new Logons());
    const search = { base: "DC=x", attributes: ["cn"] };
    const label = `ldaps://127.0.0.1:${fake.port}`;
    await assert.rejects(client.search(search), {
      message: `${label} closed the connection during the search of DC=x`,
    });
    assert.equal(client.usable, false);
    await assert.rejects(client.search(search), { message: `${label} closed the connection` });
    assert.equal(fake.connections(), 1);
  });

  it("do not take a logon's silence for more than its time", async () => {
    const fake = await secureFake(() => "silence");
    await assert.rejects(
      DirectorySession.open(connectionTo(fake, { timeoutMs: 200 }), new Logons()),
      plainError(
        `Directory ldaps://127.0.0.1:${fake.port} did not answer within 0.2 s (connecting and logging on)`,
      ),
    );
  });
});

describe("directory sessions with the lab", () => {
  const dc1 = "dc1.contoso.com";
  const dc2 = "dc2.contoso.com";
  const dc3 = "dc3.contoso.com";
  const emeaDc1 = "emea-dc1.emea.contoso.com";
  let directory: LabDirectory;

  before(async () => {
    directory = await startDirectory(contoso, {
      badCertificates: { [dc2]: "expired", [dc3]: "not yet" },
      hidden: [
        { dn: "CN=prep,CN=Users,DC=contoso,DC=com", attribute: "tokenGroups", from: "CONTOSO\\helpdesk" },
      ],
    });
  });
  after(() => directory?.stop());

  function connection(fqdn: string, changes: Partial<DirectoryConnection> = {}): DirectoryConnection {
    const urls = Object.entries(directory.controllers).map(([name, { url }]) => [name, url] as const);
    return {
      url: directory.controllers[fqdn]?.url ?? "",
      user: "CONTOSO\\helpdesk",
      password: "Lab-Helpdesk-1",
      ca: directory.ca,
      domainControllers: Object.fromEntries(urls),
      ...changes,
    };
  }

  it("refuse a certificate that has expired", async () => {
    await assert.rejects(
      DirectorySession.open(connection(dc2), new Logons()),
      plainError(
        `Directory ${directory.controllers[dc2]?.url} shows a certificate that has expired; renew the domain ` +
          "controller's certificate",
      ),
    );
  });

  it("refuse a certificate that is not valid yet", async () => {
    await assert.rejects(
      DirectorySession.open(connection(dc3), new Logons()),
      plainError(
        `Directory ${directory.controllers[dc3]?.url} shows a certificate that is not valid yet; check the clocks here ` +
          "and there",
      ),
    );
  });

  it("say that an account's groups cannot be seen", async () => {
    const session = await DirectorySession.open(connection(dc1), new Logons());
    try {
      assert.deepEqual(await session.account("CONTOSO\\prep"), {
        known: false,
        why:
          "the reading account cannot see tokenGroups of CN=prep,CN=Users,DC=contoso,DC=com; make it a member of " +
          "Windows Authorization Access Group",
        source: "tokenGroups of CN=prep,CN=Users,DC=contoso,DC=com on dc1.contoso.com",
      });
    } finally {
      await session.close();
    }
  });

  it("read on after a page without entries, which may come before others", async () => {
    const faults = directory.faultsOf(dc1);
    const serversOf = async (url: string) => {
      const server = new Server(endpointOf(connection(dc1, { url })), new Logons(), () => {});
      const before = directory.statsOf(dc1).searches;
      try {
        const entries = await server.search(serversSearch("CN=Configuration,DC=contoso,DC=com"));
        return { names: entries.map(({ dn }) => dn), pages: directory.statsOf(dc1).searches - before };
      } finally {
        server.close();
      }
    };
    const { url, plainUrl } = directory.controllers[dc1] ?? assert.fail();
    const whole = await serversOf(url);
    assert.ok(whole.names.length > 3);
    assert.equal(whole.pages, 1);
    faults.emptyPages = true;
    try {
      for (const each of [url, plainUrl])
        assert.deepEqual(await serversOf(each), { names: whole.names, pages: 2 }, each);
    } finally {
      delete faults.emptyPages;
    }
  });

  it("try a refused logon on one domain controller only", async () => {
    const authority = await CertificateAuthority.create();
    const { certificate, key } = await authority.issue({ names: [emeaDc1] });
    const locked = await fakeServer(
      () => [49, "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 775, v1db1"],
      { cert: certificate, key },
    );
    const two = {
      ...contoso,
      domainControllers: [
        ...contoso.domainControllers,
        { name: "emea-dc2.emea.contoso.com", domain: "emea.contoso.com", site: "Dublin" },
      ],
    };
    const forest = await startDirectory(two);
    try {
      const session = await DirectorySession.open(
        connection(dc1, {
          url: forest.controllers[dc1]?.url ?? "",
          ca: `${forest.ca}${authority.certificate}`,
          domainControllers: {
            [emeaDc1]: `ldaps://127.0.0.1:${locked.port}`,
            "emea-dc2.emea.contoso.com": forest.controllers["emea-dc2.emea.contoso.com"]?.url ?? "",
          },
        }),
        new Logons(),
      );
      assert.deepEqual(await session.domainLevel("emea.contoso.com"), {
        known: false,
        why:
          `no domain controller of emea.contoso.com could be asked: ldaps://127.0.0.1:${locked.port} refused to log on ` +
          "CONTOSO\\helpdesk (LDAP result 49, data 775): the user is locked out; unlock it, and check where a wrong " +
          "password keeps being used",
        source: "objectVersion of Microsoft Exchange System Objects in emea.contoso.com",
      });
      assert.deepEqual(locked.requests, ["bind"]);
      assert.equal(forest.statsOf("emea-dc2.emea.contoso.com").connections, 0);
      await session.close();
    } finally {
      await forest.stop();
      await locked.close();
    }
  });

  it("use one connection for everything that one domain controller is asked", async () => {
    const before = directory.statsOf(dc1);
    const session = await DirectorySession.open(connection(dc1), new Logons());
    await Promise.all([
      session.forest(),
      session.domainLevel("contoso.com"),
      session.account("CONTOSO\\reader"),
      session.account("reader@contoso.com"),
    ]);
    await session.close();
    const after = directory.statsOf(dc1);
    assert.equal(after.connections - before.connections, 1);
    assert.equal(after.binds - before.binds, 1);
    assert.deepEqual(await session.domainLevel("contoso.com"), {
      known: false,
      why: `the session with ${directory.controllers[dc1]?.url} has been closed; open a new one`,
      source: "objectVersion of Microsoft Exchange System Objects in contoso.com",
    });
  });
});
