/** Services of the roles. */
import assert from "node:assert/strict";
import { roleServicesOf, servicesOf } from "../../lib/releases";

describe("services of the roles", () => {
  it("are each named once, whatever the number of roles that share them", () => {
    assert.deepEqual(servicesOf("2007", ["Hub Transport", "Unified Messaging", "Management Tools"]), [
      "MSExchangeADTopology",
      "MSExchangeTransport",
      "MSExchangeTransportLogSearch",
      "MSExchangeEdgeSync",
      "MSExchangeFDS",
      "MSExchangeUM",
    ]);
  });

  it("are none for tools and for Edge Transport, which is proven in the registry only", () => {
    assert.deepEqual(servicesOf("2007", ["Edge Transport", "Management Tools"]), []);
  });

  it("are said to be what they are: unverified, documented as required, or not described at all", () => {
    const of2007 = roleServicesOf("2007");
    assert.ok(typeof of2007 !== "string");
    assert.deepEqual([of2007.evidence, of2007.required], ["unverified", false]);
    for (const product of ["2013", "2016", "2019", "SE"] as const) {
      const described = roleServicesOf(product);
      assert.ok(typeof described !== "string");
      assert.deepEqual([described.evidence, described.required], ["documented", true]);
      assert.deepEqual(servicesOf(product, ["Edge Transport", "Management Tools"]), [
        "ADAM_MSExchange",
        "MSExchangeDiagnostics",
        "MSExchangeHM",
        "MSExchangeServiceHost",
        "MSExchangeEdgeCredential",
        "MSExchangeTransport",
      ]);
      assert.ok(servicesOf(product, ["Mailbox"]).includes("MSExchangeIS"));
    }
    assert.equal(roleServicesOf("2010"), "not described");
    assert.deepEqual(servicesOf("2010", ["Mailbox"]), []);
  });
});
