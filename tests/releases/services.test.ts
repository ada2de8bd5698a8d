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

  it("are said to be what they are: unverified, or not described at all", () => {
    const of2007 = roleServicesOf("2007");
    assert.equal(typeof of2007 === "string" ? of2007 : of2007.evidence, "unverified");
    assert.equal(roleServicesOf("2019"), "not described");
    assert.deepEqual(servicesOf("2019", ["Mailbox"]), []);
  });
});
