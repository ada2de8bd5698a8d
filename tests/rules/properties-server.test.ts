/** What the rules on a server judge, against naive models: services (R50 to R52), folders (R55), listings of a drive (R56). */
import assert from "node:assert/strict";
import fc from "fast-check";
import { known, type Role, type ServiceReading } from "../../lib/facts";
import { parseFreeBytes } from "../../lib/host/facts/freeSpace";
import { servicesToRead } from "../../lib/releases";
import { isWithin } from "../../lib/rules/computer/placeOfSetup";
import { evaluate } from "../../lib/rules/evaluate";
import { aCase, installed, releaseNamed, rolesAre } from "./builder";

const names = servicesToRead(releaseNamed("SE RTM"));

const aService: fc.Arbitrary<ServiceReading | null> = fc.option(
  fc.record({
    start: fc.constantFrom(2, 3, 4),
    state: fc.integer({ min: 1, max: 7 }),
    deleted: fc.boolean(),
  }),
);

const someServices = fc.dictionary(fc.constantFrom(...names), aService, { maxKeys: 6 }).map((others) => ({
  ...Object.fromEntries(names.map((name) => [name, { start: 2, state: 4, deleted: false }])),
  ...others,
}));

/** Needs by service, once more: r(unning), a(utomatic), e(nabled); on an Edge Transport server only those in capitals. */
const wanted: { readonly [service: string]: string } = {
  MSDTC: "r",
  EventSystem: "R",
  MpsSvc: "R",
  W3SVC: "e",
  WinRM: "e",
  msiserver: "E",
  NetTcpPortSharing: "a",
};

function isBroken(need: string, service: ServiceReading | null): boolean {
  if (service === null) return true;
  // It can be neither set nor started, which is R52's alone to tell.
  if (service.deleted) return false;
  if (need === "r") return ![4, 2, 5].includes(service.state);
  return need === "a" ? service.start !== 2 : service.start === 4;
}

describe("services before Setup, against a model", () => {
  it("are refused, named or let pass alike", () => {
    fc.assert(
      fc.property(
        someServices,
        fc.constantFrom<Role>("Mailbox", "Edge Transport", "Management Tools"),
        fc.boolean(),
        (services, role, underWay) => {
          const change = underWay ? { watermark: "4f2", action: "BuildToBuildUpgrade" } : {};
          const of = aCase({
            target: "SE RTM",
            machine: {
              ...rolesAre(installed(role, "15.2.1544.4", change)),
              services: known(services, "sc query"),
            },
          });
          const found = new Map(evaluate(of).map((finding) => [finding.rule, finding]));
          const needs = Object.entries(wanted).filter(([, need]) =>
            role === "Mailbox" ? true : role === "Edge Transport" && need === need.toUpperCase(),
          );
          const broken = needs.some(([name, need]) => isBroken(need.toLowerCase(), services[name] ?? null));
          assert.equal(found.has("R50"), broken);
          const deleted = Object.values(services).some((service) => service?.deleted === true);
          assert.equal(found.has("R52"), deleted);
          const isDisabled = (name: string) =>
            services[name]?.start === 4 && services[name]?.deleted !== true;
          const hostIsDisabled = isDisabled("MSExchangeServiceHost");
          const topologyIsDisabled = role === "Mailbox" && isDisabled("MSExchangeADTopology");
          const stops = role !== "Management Tools" && (hostIsDisabled || topologyIsDisabled);
          if (stops) assert.equal(found.get("R51")?.level, underWay ? "should" : "must");
          else assert.notEqual(found.get("R51")?.level, "must");
          if (role === "Management Tools") assert.equal(found.has("R51"), false);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("a folder within another, against a model", () => {
  const aName = fc.constantFrom("Bin", "bin", "V15", "v15x", "a b");
  const aPath = fc.array(aName, { maxLength: 3 });
  const written = (path: readonly string[], slash: string, end: string) =>
    `C:${slash}${path.join(slash)}${path.length === 0 ? "" : end}`;

  it("is one whose names begin with the other's, whatever their letters and slashes", () => {
    fc.assert(
      fc.property(
        aPath,
        aPath,
        fc.constantFrom("\\", "/"),
        fc.constantFrom("", "\\", "/"),
        (one, other, slash, end) => {
          const begins = other.every((name, i) => one[i]?.toLowerCase() === name.toLowerCase());
          assert.equal(isWithin(written(one, slash, end), written(other, "\\", end)), begins);
          assert.equal(isWithin(written(one, slash, end), "D:\\"), false);
        },
      ),
    );
  });
});

describe("free bytes in a listing", () => {
  it("are the larger number of its last line, in any order of words", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 501, max: Number.MAX_SAFE_INTEGER }),
        fc.constantFrom("D", "F"),
        (folders, bytes, first) => {
          const words =
            first === "D"
              ? `  ${folders} Dir(s)  ${bytes} bytes free`
              : `  ${bytes} Bytes frei, ${folders} Verz.`;
          assert.equal(
            parseFreeBytes(` Volume 1A2B-3C4D\r\n\r\n   3 File(s)   999999999999999 bytes\r\n${words}\r\n`),
            bytes,
          );
        },
      ),
    );
    for (const text of ["", "\r\n", "File Not Found\r\n", "  1 Dir(s)  1,234 bytes free"])
      assert.equal(parseFreeBytes(text), null, text);
  });
});
