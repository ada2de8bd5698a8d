import assert from "node:assert/strict";
import {
  describeSign,
  products,
  restartAfterSetup,
  restartSignsOf,
  restartSignsToRead,
} from "../../lib/releases";

const updates = "HKLM\\SOFTWARE\\Microsoft\\Updates";
const classic = [
  `${updates}\\UpdateExeVolatile`,
  `${updates}\\UpdateExeVolatile\\Flags`,
  "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\PendingFileRenameOperations",
];
const currentVersion = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion";
const modern = [...classic, `${currentVersion}\\Component Based Servicing\\RebootPending`];

describe("signs of a pending restart", () => {
  for (const product of products) {
    const wanted =
      product === "2000" || product === "2003" ? [] : /^20(07|10)$/.test(product) ? classic : modern;
    it(`should be ${wanted.length} for ${product}, each with its source`, () => {
      const signs = restartSignsToRead(product);
      assert.deepEqual(signs.map(describeSign), wanted);
      assert.deepEqual(restartSignsOf(product), wanted.length === 0 ? "not described" : signs);
      for (const sign of signs) assert.ok(sign.source.length > 0);
    });
  }
});

describe("a restart after Setup", () => {
  it("should be asked for by each release of 2013 and later, whatever Windows shows", () => {
    const asking = products.filter((product) => restartAfterSetup(product) !== null);
    assert.deepEqual(asking, ["2013", "2016", "2019", "SE"]);
    for (const product of asking) assert.equal(restartAfterSetup(product)?.evidence, "documented");
  });
});
