import assert from "node:assert/strict";
import type { DirectoryConnection } from "../../lib/directory";
import { endpointOf, endpointOfDomainController } from "../../lib/directory/directoryConnection";

const connection: DirectoryConnection = {
  url: "ldaps://dc1.contoso.com",
  user: "CONTOSO\\reader",
  password: "s3cret",
};

describe("directory connections", () => {
  it("have the ports of their schemes", () => {
    const label = (url: string): string => endpointOf({ ...connection, url }).label;
    assert.equal(label("ldaps://dc1.contoso.com"), "ldaps://dc1.contoso.com:636");
    assert.equal(label("ldap://dc1.contoso.com/"), "ldap://dc1.contoso.com:389");
    assert.equal(label("LDAPS://DC1.contoso.com:3636"), "ldaps://DC1.contoso.com:3636");
    assert.equal(label("ldaps://[::1]"), "ldaps://[::1]:636");
  });

  it("refuse what is no URL of a directory, without repeating what may hold a password", () => {
    for (const url of ["dc1", "", "http://dc1", "ldaps://", "ldaps://reader:s3cret@dc1", "ldapi:///"]) {
      assert.throws(() => endpointOf({ ...connection, url }), {
        message:
          "The directory's URL is not one of ldaps://host[:port] and ldap://host[:port] (with StartTLS), without user " +
          "and password; example: ldaps://dc1.contoso.com",
      });
    }
  });

  it("refuse the global catalog", () => {
    for (const port of [3268, 3269]) {
      assert.throws(() => endpointOf({ ...connection, url: `ldaps://dc1.contoso.com:${port}` }), {
        message:
          `Directory ldaps://dc1.contoso.com:${port}: port ${port} is the global catalog, which holds only part of ` +
          "each object; use port 636 (ldaps) or 389 (ldap with StartTLS) of a domain controller",
      });
    }
  });

  it("refuse what would be an anonymous logon", () => {
    assert.throws(() => endpointOf({ ...connection, password: "" }), {
      message:
        "Directory ldaps://dc1.contoso.com:636: the password is empty, which LDAP takes for an anonymous logon; give a " +
        "user that may read the directory, and its password",
    });
    assert.throws(() => endpointOf({ ...connection, user: "" }), {
      message:
        "Directory ldaps://dc1.contoso.com:636: the user name is empty, which LDAP takes for an anonymous logon; give a " +
        "user that may read the directory, and its password",
    });
  });

  it("reach other domain controllers by the map, else by their names and the same scheme", () => {
    const mapped = {
      ...connection,
      domainControllers: { "EMEA-DC1.emea.contoso.com": "ldaps://127.0.0.1:4636" },
    };
    const labels = (given: DirectoryConnection, fqdn: string): string =>
      endpointOfDomainController(given, fqdn).label;
    assert.equal(labels(mapped, "emea-dc1.emea.contoso.com"), "ldaps://127.0.0.1:4636");
    assert.equal(labels(mapped, "dc2.contoso.com"), "ldaps://dc2.contoso.com:636");
    assert.equal(labels({ ...mapped, url: "ldap://dc1" }, "dc2.contoso.com"), "ldap://dc2.contoso.com:389");
  });

  it("verify certificates, for the name in question, and name no address to the server", () => {
    const first = endpointOf({ ...connection, url: "ldaps://127.0.0.1" }).tls;
    assert.equal(first.rejectUnauthorized, true);
    assert.equal(first.servername, undefined);
    assert.equal(first.minVersion, "TLSv1.2");
    const other = endpointOfDomainController(
      { ...connection, serverName: "dc1.contoso.com" },
      "dc2.contoso.com",
    ).tls;
    assert.equal(other.servername, "dc2.contoso.com");
  });
});
