import assert from "node:assert/strict";
import { foreignWriters } from "../../lib/host/launch/access";

describe("who may write into a folder, from its list in SDDL", () => {
  const cases = [
    ["administrators and the system", "D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)", []],
    ["users who read, and whoever made a file", "D:AI(A;OICIID;0x1200a9;;;BU)(A;OICIIOID;GA;;;CO)", []],
    ["users who write, by digits", "D:(A;OICI;0x1301bf;;;BU)", ["BU"]],
    ["somebody who may only add files, by a code", "D:(A;CI;DC;;;AU)", ["AU"]],
    ["somebody who may change the list", "D:(A;;RCWD;;;S-1-5-21-1-2-3-1104)", ["S-1-5-21-1-2-3-1104"]],
    ["a refusal", "D:(D;OICI;FA;;;BU)(A;OICI;FA;;;BA)", []],
    ["a code that nobody knows", "D:(A;;ZZ;;;BU)", ["BU"]],
    ["a generic right of everybody, once", "O:BAG:SYD:(A;;GW;;;WD)(A;;GA;;;WD)S:(AU;FA;FA;;;WD)", ["WD"]],
    ["no list, which lets everybody in", "D:NO_ACCESS_CONTROL", ["WD"]],
    ["nothing", "ExchangeUpgrade", null],
  ] as const;
  for (const [what, sddl, writers] of cases)
    it(`tells ${what}`, () => {
      assert.deepEqual(foreignWriters(sddl), writers);
    });
});
