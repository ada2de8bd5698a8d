import assert from "node:assert/strict";
import fc from "fast-check";
import { childDn } from "../../lab/directory/dn";
import {
  ancestor,
  dnKey,
  dnsNameOf,
  isDeleted,
  nameOf,
  parentDn,
  parentKey,
  parseDn,
  siteOf,
} from "../../lib/directory/dn";

const settings = "CN=NTDS Settings,CN=DC1,CN=Servers,CN=New York,CN=Sites,CN=Configuration,DC=contoso,DC=com";

describe("distinguished names", () => {
  it("are taken apart, escapes resolved", () => {
    assert.deepEqual(parseDn("CN=Smith\\, J\\2E \\C3\\A4,OU=a\\+b, DC = contoso"), [
      { type: "CN", value: "Smith, J. ä" },
      { type: "OU", value: "a+b" },
      { type: "DC", value: "contoso" },
    ]);
    assert.deepEqual(parseDn("CN=a\\\\2C\\ ,CN=Sites"), [
      { type: "CN", value: "a\\2C " },
      { type: "CN", value: "Sites" },
    ]);
    assert.deepEqual(parseDn(""), []);
  });

  it("give back any name that another program has escaped", () => {
    fc.assert(
      fc.property(
        fc.string({
          minLength: 1,
          maxLength: 30,
          unit: fc.oneof(fc.constantFrom(..."\\ ,+#=2C"), fc.string({ minLength: 1, maxLength: 1 })),
        }),
        (name) => {
          const dn = childDn(name, "CN=Users,DC=contoso,DC=com");
          assert.equal(nameOf(dn), name);
          assert.equal(parentKey(dn), dnKey("cn=users,dc=CONTOSO,dc=com"));
          assert.equal(ancestor(dn, 0), dn);
          assert.equal(parentDn(childDn("EX1", dn)), dn);
        },
      ),
    );
  });

  it("are equal in any spelling, and only then", () => {
    assert.equal(dnKey("CN=A\\,B,DC=x"), dnKey("cn=a\\2cb, dc=X"));
    assert.notEqual(dnKey("CN=A\\,B,DC=x"), dnKey("CN=A,CN=B,DC=x"));
    assert.notEqual(dnKey("CN=A,DC=x"), dnKey("OU=A,DC=x"));
  });

  it("lie in a domain, and perhaps in a site", () => {
    assert.equal(dnsNameOf(settings), "contoso.com");
    assert.equal(siteOf(settings), "New York");
    assert.equal(siteOf("CN=Sites,CN=Configuration,DC=contoso,DC=com"), null);
    assert.equal(siteOf("CN=Sites,CN=Servers,CN=Hub,CN=Sites,CN=Configuration,DC=contoso,DC=com"), "Hub");
    assert.equal(siteOf("CN=Users,DC=contoso,DC=com"), null);
  });

  it("tell that their object was deleted", () => {
    const guid = "6f1f1cde-3bd4-4d69-8b3c-0c0e6c6a1a11";
    assert.ok(
      isDeleted(`CN=DC1\\0ADEL:${guid},CN=Servers,CN=Hub,CN=Sites,CN=Configuration,DC=contoso,DC=com`),
    );
    assert.ok(
      !isDeleted(`CN=DC1\\0ACNF:${guid},CN=Servers,CN=Hub,CN=Sites,CN=Configuration,DC=contoso,DC=com`),
    );
  });
});
