import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { Client } from "ldapts";
import { CertificateAuthority } from "../../lab/certificates";
import { contoso } from "../../lab/contoso";
import { type LabDirectory, startDirectory } from "../../lab/directory";
import { readElement } from "../../lab/directory/ber";
import {
  as,
  clientOf,
  dc1,
  dc2,
  dc3,
  emeaDc1,
  names,
  passwordOf,
  readEntry,
  refusalOf,
} from "./directory-support";

function plainClient(directory: LabDirectory, fqdn: string): Client {
  return new Client({ url: directory.controllers[fqdn]?.plainUrl ?? "", timeout: 5000 });
}

function portOf(url: string | undefined): number {
  return Number(new URL(url ?? "").port);
}

function element(tag: number, ...content: readonly (Buffer | string)[]): Buffer {
  const octets = Buffer.concat(content.map((each) => Buffer.from(each)));
  return Buffer.concat([Buffer.from([tag, octets.length]), octets]);
}

const zero = Buffer.from([0]);

/** A search of the rootDSE for dnsHostName, as octets. */
const rootDseSearch = element(
  0x30,
  element(0x02, Buffer.from([1])),
  element(
    0x63,
    ...[element(0x04), element(0x0a, zero), element(0x0a, zero), element(0x02, zero), element(0x02, zero)],
    ...[element(0x01, zero), element(0x87, "objectClass"), element(0x30, element(0x04, "dnsHostName"))],
  ),
);

describe("connections to the lab's directory", () => {
  let directory: LabDirectory;
  before(async () => {
    directory = await startDirectory(contoso, {
      badCertificates: { [dc2]: "expired", [dc3]: "not yet", [emeaDc1]: "wrong name" },
    });
  });
  after(() => directory.stop());

  /** The code of the error that ends an attempt to log on. */
  const failureOf = async (client: Client): Promise<unknown> => {
    try {
      await client.bind("CONTOSO\\reader", passwordOf("reader"));
    } catch (error) {
      return error instanceof Error && "code" in error ? error.code : error;
    }
    return "no error";
  };

  it("verify by FQDN, by localhost and by address", async () => {
    const { url = "" } = directory.controllers[dc1] ?? {};
    for (const tlsOptions of [{ servername: dc1 }, { servername: "localhost" }, {}]) {
      const client = new Client({ url, tlsOptions: { ca: directory.ca, ...tlsOptions } });
      assert.equal(await failureOf(client), "no error");
      await client.unbind();
    }
  });

  it("fail for a client that does not trust the authority", async () => {
    const other = await CertificateAuthority.create();
    const url = directory.controllers[dc1]?.url ?? "";
    const client = new Client({ url, tlsOptions: { ca: other.certificate, servername: dc1 } });
    assert.match(
      String(await failureOf(client)),
      /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE)$/,
    );
  });

  it("fail with an expired certificate, one that is not valid yet and another server's, when the lab shall show one", async () => {
    assert.equal(await failureOf(clientOf(directory, dc2)), "CERT_HAS_EXPIRED");
    assert.equal(await failureOf(clientOf(directory, dc3)), "CERT_NOT_YET_VALID");
    assert.equal(await failureOf(clientOf(directory, emeaDc1)), "ERR_TLS_CERT_ALTNAME_INVALID");
  });

  it("show the rootDSE without TLS, refuse a logon, and take it after StartTLS", async () => {
    const client = plainClient(directory, dc1);
    assert.equal((await readEntry(client, "", ["dnsHostName"])).dnsHostName, dc1);
    assert.deepEqual(await refusalOf(client.bind("CONTOSO\\reader", passwordOf("reader"))), {
      code: 8,
      text: "00002028: LdapErr: DSID-0C0901FC, comment: The server requires binds to turn on integrity checking if SSL\\TLS are not already active on the connection, data 0, v1db1",
    });
    await client.startTLS({ ca: directory.ca, servername: dc1 });
    await client.bind("CONTOSO\\reader", passwordOf("reader"));
    assert.equal((await readEntry(client, names.organization)).objectVersion, "10666");
    await client.unbind();
  });

  it("start TLS once only", async () => {
    await as(directory, "reader", async (client) => {
      const again = await refusalOf(client.exop("1.3.6.1.4.1.1466.20037"));
      assert.deepEqual(again, {
        code: 1,
        text: "00000057: LdapErr: DSID-0C090C30, comment: TLS or SSL already in effect, data 0, v1db1",
      });
    });
  });

  it("answer requests that arrive in pieces, and several that arrive at once", async () => {
    const socket = connectTcp(portOf(directory.controllers[dc1]?.plainUrl), "127.0.0.1");
    let received = Buffer.alloc(0);
    const answers = new Promise<number[]>((resolve) => {
      socket.on("data", (data) => {
        received = Buffer.concat([received, data]);
        const tags: number[] = [];
        for (let offset = 0, next = readElement(received); next; next = readElement(received, offset)) {
          tags.push(next.content[3] ?? 0);
          offset = next.end;
        }
        if (tags.length === 6) resolve(tags);
      });
    });
    for (const octet of rootDseSearch) {
      socket.write(Buffer.from([octet]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(Buffer.concat([rootDseSearch, rootDseSearch]));
    assert.deepEqual(await answers, [0x64, 0x65, 0x64, 0x65, 0x64, 0x65]);
    socket.destroy();
  });

  it("end with a notice when what arrives is not LDAP", async () => {
    const unknownOperation = element(0x30, element(0x02, Buffer.from([1])), element(0x79));
    for (const nonsense of [
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      unknownOperation,
      Buffer.from([0x30, 0x80]),
    ]) {
      const socket = connectTcp(portOf(directory.controllers[dc1]?.plainUrl), "127.0.0.1");
      const received: Buffer[] = [];
      socket.on("data", (data) => received.push(data));
      socket.write(nonsense);
      await once(socket, "close");
      assert.match(Buffer.concat(received).toString("latin1"), /1\.3\.6\.1\.4\.1\.1466\.20036$/);
    }
    const client = plainClient(directory, dc1);
    assert.equal((await readEntry(client, "", ["dnsHostName"])).dnsHostName, dc1);
    await client.unbind();
  });

  it("survive a client that speaks no TLS or hangs up during the handshake", async () => {
    const port = portOf(directory.controllers[dc1]?.url);
    const plain = connectTcp(port, "127.0.0.1");
    plain.on("error", () => undefined);
    plain.write(rootDseSearch);
    await once(plain, "close");
    const hasty = connectTcp(port, "127.0.0.1");
    await once(hasty, "connect");
    hasty.resetAndDestroy();
    await as(directory, "reader", (client) => readEntry(client, names.organization));
  });
});

describe("a paused domain controller of the lab", () => {
  let directory: LabDirectory;
  before(async () => {
    directory = await startDirectory(contoso);
  });
  afterEach(() => directory.resume(dc1));
  after(() => directory.stop());

  const settled = (promise: Promise<unknown>): Promise<boolean> =>
    Promise.race([
      promise.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100)),
    ]);

  it("lets a logged-on client wait, and answers it later", async () => {
    const client = clientOf(directory, dc1);
    await client.bind("CONTOSO\\reader", passwordOf("reader"));
    directory.pause(dc1);
    const answer = readEntry(client, names.organization, ["objectVersion"]);
    assert.equal(await settled(answer), false);
    assert.equal(directory.statsOf(dc1).searches, 0);
    directory.resume(dc1);
    assert.equal((await answer).objectVersion, "10666");
    await client.unbind();
  });

  it("accepts new connections without a handshake, and serves them later", async () => {
    directory.pause(dc1);
    const port = portOf(directory.controllers[dc1]?.url);
    const socket = connectTls({ host: "127.0.0.1", port, ca: directory.ca, servername: dc1 });
    await once(socket, "connect");
    const secure = once(socket, "secureConnect");
    assert.equal(await settled(secure), false);
    directory.resume(dc1);
    await secure;
    socket.destroy();
  });

  it("leaves the others alone", async () => {
    directory.pause(dc1);
    await as(directory, "reader", (client) => readEntry(client, names.organization), { fqdn: dc2 });
  });

  it("stops although somebody waits", async () => {
    directory.pause(dc1);
    const socket = connectTcp(portOf(directory.controllers[dc1]?.plainUrl), "127.0.0.1");
    await once(socket, "connect");
    const closed = once(socket, "close");
    socket.on("error", () => undefined);
    socket.resume();
    await directory.stop();
    await closed;
  });
});

describe("certificates of the lab", () => {
  it("are refused without a name", async () => {
    const authority = await CertificateAuthority.create();
    await assert.rejects(authority.issue({ names: [] }), {
      message: "a certificate needs at least one DNS name",
    });
  });

  it("say what openssl said when it refuses", async () => {
    const authority = await CertificateAuthority.create();
    await assert.rejects(
      authority.issue({ names: ["x"], addresses: ["not an address"] }),
      /^Error: openssl could not issue a certificate for the lab: [\s\S]*not an address/,
    );
  });

  it("say what is missing without openssl", async () => {
    const { PATH } = process.env;
    process.env.PATH = "/nonexistent";
    try {
      await assert.rejects(CertificateAuthority.create(), {
        message:
          "the lab needs the openssl program (1.1.1 or later) to issue its certificates, and none is on PATH; install it, e.g. with apt-get install openssl",
      });
    } finally {
      process.env.PATH = PATH;
    }
  });
});
