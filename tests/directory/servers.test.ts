/** Which domain controllers are asked, without any of them. */
import assert from "node:assert/strict";
import { type Ask, Servers, type Topology } from "../../lib/directory/directoryServers";
import { DirectoryFailure } from "../../lib/directory/failure";
import { known, unknown } from "../../lib/facts";
import { Logons } from "../../lib/logons";

const not = unknown("it is not needed here", "the test");
const controller = (name: string, domain: string) => ({
  key: name,
  name,
  domain,
  site: "Dublin",
  globalCatalog: true,
});

const topology: Topology = {
  dse: { rootDn: "", configurationDn: "", schemaDn: "", server: "dc1.contoso.com" },
  domains: not,
  sites: not,
  functionalLevel: not,
  unread: [],
  controllers: known(
    [
      controller("dc1.contoso.com", "contoso.com"),
      ...["a", "b", "c", "d"].map((name) => controller(`${name}.emea.contoso.com`, "emea.contoso.com")),
    ],
    "the test",
  ),
};

describe("the domain controllers of a domain", () => {
  let servers: Servers;
  let asked: string[];

  beforeEach(() => {
    servers = new Servers(
      { url: "ldaps://dc1.contoso.com", user: "reader", password: "secret" },
      new Logons(),
      () => {},
    );
    asked = [];
  });
  afterEach(() => servers.close());

  const failing =
    (kind: "timeout" | "connect"): Ask<string> =>
    async (_server, name) => {
      asked.push(name[0] ?? "");
      throw new DirectoryFailure(`${name} fails`, kind);
    };
  const answering: Ask<string> = async (_server, name) => {
    asked.push(name[0] ?? "");
    return name;
  };
  const nobody = {
    message:
      "no domain controller of emea.contoso.com could be asked: a.emea.contoso.com fails; b.emea.contoso.com fails; c.emea.contoso.com fails",
  };

  it("that keep silent are not waited for again by whoever reads all domains, until one of them answers", async () => {
    await assert.rejects(servers.inEachDomain(topology, "emea.contoso.com", failing("timeout")), nobody);
    await assert.rejects(servers.inEachDomain(topology, "emea.contoso.com", answering), nobody);
    assert.deepEqual(asked, ["a", "b", "c"]);

    // Whoever needs this very domain asks, first those that have not failed.
    assert.equal(await servers.inDomain(topology, "emea.contoso.com", answering), "d.emea.contoso.com");
    assert.equal(await servers.inEachDomain(topology, "emea.contoso.com", answering), "d.emea.contoso.com");
  });

  it("are none where all of them have gone, and it is said how the domain goes, too", async () => {
    const none = "the forest shows no writable domain controller of old.contoso.com; ";
    await assert.rejects(servers.inDomain(topology, "old.contoso.com", answering), {
      message: `${none}if the domain is gone for good, remove it from the forest (ntdsutil, metadata cleanup)`,
    });
    const why = "a domain controller cannot be named: CN=OLD1 has no dNSHostName";
    const left = { key: "", dn: "CN=OLD1", host: "OLD1", name: null, domain: null, site: "Dublin", why };
    const unread = [{ ...left, globalCatalog: false }];
    await assert.rejects(servers.inDomain({ ...topology, unread }, "old.contoso.com", answering), {
      message: `${none}${why}`,
    });
  });

  it("that refuse at once are asked again", async () => {
    await assert.rejects(servers.inEachDomain(topology, "emea.contoso.com", failing("connect")), nobody);
    assert.equal(await servers.inEachDomain(topology, "emea.contoso.com", answering), "d.emea.contoso.com");
  });

  it("of the domain that is read first are asked again", async () => {
    const fails = { message: "no domain controller of contoso.com could be asked: dc1.contoso.com fails" };
    await assert.rejects(servers.inEachDomain(topology, "contoso.com", failing("timeout")), fails);
    assert.equal(await servers.inEachDomain(topology, "contoso.com", answering), "dc1.contoso.com");
  });
});
