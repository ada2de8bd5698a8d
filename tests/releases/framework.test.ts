import assert from "node:assert/strict";
import fc from "fast-check";
import { releases } from "../../lib/releases";
import {
  describeFrameworks,
  type FrameworkSupport,
  type FrameworkVerdict,
  frameworkOf,
  frameworkOfRelease,
  judgeFramework,
} from "../../lib/releases/framework";
import { named } from "./named";

function supportOf(name: string): FrameworkSupport {
  const support = frameworkOf(named(name));
  assert.ok(typeof support !== "string", name);
  return support;
}

describe(".NET Framework", () => {
  it("is what the releases support, in words", () => {
    const texts = releases.map((release): readonly [string, string] => {
      const support = frameworkOf(release);
      return [release.name, typeof support === "string" ? support : describeFrameworks(support)];
    });
    const groups: (readonly [string, string])[] = [];
    for (const [name, text] of texts) {
      const last = groups.at(-1);
      if (last?.[1] === text) groups[groups.length - 1] = [`${last[0].split(" to ")[0]} to ${name}`, text];
      else groups.push([name, text]);
    }
    assert.deepEqual(groups, [
      ["2000 RTM to 2010 SP3", "not described"],
      ["2013 RTM to 2013 CU3", "4.5"],
      ["2013 CU4 (SP1) to 2013 CU12", "4.5, 4.5.1 or 4.5.2"],
      ["2013 CU13 to 2013 CU14", "4.5, 4.5.1, 4.5.2 or 4.6.1"],
      ["2013 CU15", "4.5.1, 4.5.2, 4.6.1 or 4.6.2"],
      ["2013 CU16 to 2013 CU18", "4.6.2"],
      ["2013 CU19 to 2013 CU20", "4.6.2 or 4.7.1"],
      ["2013 CU21 to 2013 CU22", "4.7.1 or 4.7.2"],
      ["2013 CU23", "4.7.2 or 4.8"],
      ["2016 Preview", "not described"],
      ["2016 RTM to 2016 CU1", "4.5.2"],
      ["2016 CU2", "4.5.2 or 4.6.1"],
      ["2016 CU3 to 2016 CU4", "4.5.2, 4.6.1 or 4.6.2"],
      ["2016 CU5 to 2016 CU7", "4.6.2"],
      ["2016 CU8 to 2016 CU9", "4.6.2 or 4.7.1"],
      ["2016 CU10", "4.7.1"],
      ["2016 CU11 to 2016 CU12", "4.7.1 or 4.7.2"],
      ["2016 CU13 to 2016 CU14", "4.7.2 or 4.8"],
      ["2016 CU15 to 2016 CU23", "4.8"],
      ["2019 Preview", "not described"],
      ["2019 RTM to 2019 CU1", "4.7.2"],
      ["2019 CU2 to 2019 CU3", "4.7.2 or 4.8"],
      ["2019 CU4 to 2019 CU13", "4.8"],
      ["2019 CU14 to SE RTM", "4.8, or 4.8.1 on Windows Server 2022 and later"],
    ]);
  });

  const versions: readonly (readonly [value: number, name: string | undefined])[] = [
    [378388, undefined],
    [378389, "4.5"],
    [380035, "4.5.2"],
    [394271, "4.6.1"],
    [394294, "4.6.1"],
    [461814, "4.7.2"],
    [528039, "4.7.2"],
    [528049, "4.8"],
    [528372, "4.8"],
    [533320, "4.8.1"],
    [533509, "4.8.1"],
  ];
  for (const [value, name] of versions)
    it(`${name ?? "below 4.5"} is Release ${value}`, () => {
      assert.equal(frameworkOfRelease(value), name);
    });

  const cases: readonly (readonly [string, number, number | null, FrameworkVerdict, why: string])[] = [
    ["2013 RTM", 378388, null, "too low", "below 4.5"],
    ["2013 CU13", 394254, null, "supported", "4.6.1"],
    ["2013 CU13", 393297, null, "not supported", "4.6 is supported nowhere"],
    ["2013 CU13", 394802, null, "not supported", "4.6.2 came with CU15"],
    ["2016 CU9", 460798, null, "not supported", "4.7 is supported nowhere"],
    ["2016 CU23", 461814, null, "too low", "4.7.2"],
    ["2016 CU23", 528049, 14393, "supported", "4.8"],
    ["2016 CU23", 533320, 14393, "not supported", "4.8.1"],
    ["2019 CU13", 533320, 20348, "not supported", "4.8.1 came with CU14"],
    ["2019 CU14", 533320, 20348, "supported", "4.8.1 on Windows Server 2022"],
    ["SE RTM", 533509, 26100, "supported", "4.8.1 on Windows Server 2025"],
    ["SE RTM", 533320, 17763, "not supported", "4.8.1 on Windows Server 2019"],
    ["SE RTM", 533320, null, "unknown", "4.8.1 on a Windows that is not known"],
    ["SE RTM", 528049, null, "supported", "4.8 on every Windows"],
  ];
  for (const [name, value, windows, verdict, why] of cases)
    it(`is ${verdict} for ${name}: ${why}`, () => {
      assert.equal(judgeFramework(supportOf(name), value, windows), verdict);
    });

  it("is judged by numbers as the published table gives them", () => {
    // [from, to, Release at least, below; null: no upper limit], with 4.6 and 4.7 between them supported nowhere.
    const limits: readonly (readonly [string, string, number, number | null])[] = [
      ["2013 RTM", "2013 CU3", 378389, 378675],
      ["2013 CU4 (SP1)", "2013 CU12", 378389, 393295],
      ["2013 CU13", "2013 CU14", 378389, 394802],
      ["2013 CU15", "2013 CU15", 378675, 460798],
      ["2013 CU16", "2013 CU18", 394802, 460798],
      ["2013 CU19", "2013 CU20", 394802, 461808],
      ["2013 CU21", "2013 CU22", 461308, 528040],
      ["2013 CU23", "2013 CU23", 461808, 533320],
      ["2016 RTM", "2016 CU1", 379893, 393295],
      ["2016 CU2", "2016 CU2", 379893, 394802],
      ["2016 CU3", "2016 CU4", 379893, 460798],
      ["2016 CU5", "2016 CU7", 394802, 460798],
      ["2016 CU8", "2016 CU9", 394802, 461808],
      ["2016 CU10", "2016 CU10", 461308, 461808],
      ["2016 CU11", "2016 CU12", 461308, 528040],
      ["2016 CU13", "2016 CU14", 461808, 533320],
      ["2016 CU15", "2016 CU23", 528040, 533320],
      ["2019 RTM", "2019 CU1", 461808, 528040],
      ["2019 CU2", "2019 CU3", 461808, 533320],
      ["2019 CU4", "2019 CU13", 528040, 533320],
      ["2019 CU14", "SE RTM", 528040, null],
    ];
    const place = (name: string) => releases.indexOf(named(name));
    const described = releases.filter((release) => frameworkOf(release) !== "not described");
    fc.assert(
      fc.property(
        fc.constantFrom(...described),
        fc.oneof(
          fc.integer({ min: 378_000, max: 534_000 }),
          fc.constantFrom(...versions.map(([value]) => value)),
        ),
        (release, value) => {
          const limit = limits.find(
            ([from, to]) =>
              place(from) <= releases.indexOf(release) && releases.indexOf(release) <= place(to),
          );
          assert.ok(limit, release.name);
          const [, , least, below] = limit;
          const nowhere = (value >= 393295 && value < 394254) || (value >= 460798 && value < 461308);
          const verdict = judgeFramework(supportOf(release.name), value, 20348);
          if (value < least) assert.equal(verdict, "too low");
          else if (nowhere || (below !== null && value >= below)) assert.equal(verdict, "not supported");
          else assert.equal(verdict, "supported");
        },
      ),
      { numRuns: 3000 },
    );
  });
});
