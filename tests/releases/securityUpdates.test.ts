/** Updates of each cumulative update, as Microsoft's list has them, and what they ask for. */
import assert from "node:assert/strict";
import {
  appliedCodes,
  compareBuilds,
  describeUpdate,
  directoryWorkOf,
  findRelease,
  formatBuild,
  installerAnswers,
  isSameCumulativeUpdate,
  knownUpdates,
  newestKnownUpdate,
  parseBuild,
  releaseOfUpdate,
  releases,
} from "../../lib/releases";
import { named } from "./named";

const build = (text: string) => parseBuild(text) ?? assert.fail(text);

describe("security updates", () => {
  it("are each of their own cumulative update, newer than it, in order, and known by article and name once", () => {
    let count = 0;
    for (const release of releases) {
      const updates = knownUpdates(release);
      count += updates.length;
      let last = release.build;
      for (const { build: own, kb, name, source } of updates) {
        assert.ok(isSameCumulativeUpdate(own, release.build), `${release.name} ${kb}`);
        assert.ok(compareBuilds(own, last) > 0, `${release.name} ${name}`);
        assert.match(kb, /^KB\d{7}$/);
        assert.match(name, /^[A-Z][a-z]{2}\d\d[SH]U(v2)?$/);
        assert.notEqual(source, "");
        last = own;
      }
      assert.equal(new Set(updates.map(({ name }) => name)).size, updates.length, release.name);
    }
    assert.equal(count, 159);
  });

  it("are as the pages of four of them say", () => {
    const shown = (name: string) => {
      const newest = newestKnownUpdate(named(name));
      return newest && `${describeUpdate(newest)} ${newest.evidence}`;
    };
    assert.equal(shown("2019 CU15"), "Aug26SU (KB5121574, 15.2.1748.49) documented");
    assert.equal(shown("2016 CU23"), "Aug26SU (KB5121576, 15.1.2507.72) documented");
    assert.equal(shown("2013 CU23"), "Mar23SU (KB5024296, 15.0.1497.48) documented");
    assert.equal(shown("SE RTM"), "Sep26SUv2 (KB5129955, 15.2.2562.53) practice");
    assert.equal(shown("2007 SP3"), undefined);
  });

  it("lead to the release of their first three numbers, known or not, and to none else", () => {
    const of = (text: string) => releaseOfUpdate(build(text), releases)?.name;
    assert.equal(of("15.2.1748.43"), "2019 CU15");
    // Newer than anything that is known.
    assert.equal(of("15.2.2562.99"), "SE RTM");
    assert.equal(of("15.1.225.50"), "2016 RTM");
    // The release itself is no update of it.
    assert.equal(of("15.2.1748.10"), undefined);
    assert.equal(of("15.2.9999.1"), undefined);
  });

  it("ask for work in the directory from the one on that brought it", () => {
    const of = (name: string, text: string) =>
      directoryWorkOf(named(name), build(text)).map(
        ({ command, domainLevel }) => `${command} ${domainLevel}`,
      );
    assert.deepEqual(of("2019 CU11", "15.2.986.22"), []);
    assert.deepEqual(of("2019 CU11", "15.2.986.26"), ["/PrepareAllDomains 13243"]);
    assert.deepEqual(of("2019 CU11", "15.2.986.42"), ["/PrepareAllDomains 13243"]);
    assert.deepEqual(of("2013 CU23", "15.0.1497.18"), []);
    assert.deepEqual(of("2013 CU23", "15.0.1497.48"), ["/PrepareSchema null", "/PrepareAllDomains 13238"]);
    assert.deepEqual(of("2016 CU20", "15.1.2242.12"), ["/PrepareSchema null"]);
    assert.deepEqual(of("2019 CU15", "15.2.1748.49"), []);
    for (const name of ["2013 CU23", "2016 CU20", "2016 CU22", "2019 CU9", "2019 CU11"]) {
      const release = findRelease(name) ?? assert.fail(name);
      const first = knownUpdates(release).find((each) => directoryWorkOf(release, each.build).length > 0);
      assert.match(first?.name ?? "", /^(Jul21|May22)SU$/, name);
    }
  });

  it("have exit codes that are either good or explained", () => {
    for (const code of appliedCodes) assert.equal(installerAnswers[code], undefined);
    for (const { cause, action } of Object.values(installerAnswers))
      for (const text of [cause, action]) assert.match(text, /^\S.*[^.\s]$/);
    assert.equal(formatBuild(build("15.02.1748.010")), "15.2.1748.10");
  });
});
