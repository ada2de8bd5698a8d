import assert from "node:assert/strict";
import {
  describeUnreachable,
  describeUnreachableFrom,
  explainUnreachable,
  move,
  moves,
  releases,
  transition,
  transitions,
} from "../../lib/releases";
import { pathBetween } from "../../lib/releases/path";

function text(from: string, to: string): string {
  const found = explainUnreachable(from, to);
  assert.ok(found, `${from} > ${to} is reachable`);
  return describeUnreachable(found);
}

describe("explainUnreachable", () => {
  it("should have nothing to say about an upgrade in place", () => {
    for (const { from, to } of transitions)
      assert.equal(explainUnreachable(from, to), undefined, `${from} > ${to}`);
  });

  it("should have a reason and a text for every other pair of releases", () => {
    for (const from of releases) {
      for (const to of releases) {
        if (transition(from.name, to.name) !== undefined) continue;
        assert.match(text(from.name, to.name), /\S.*\.$/, `${from.name} > ${to.name}`);
      }
    }
  });

  it("should call an older release of the same product a rollback", () => {
    const found = explainUnreachable("2007 SP1", "2007 RTM");
    assert.equal(found?.reason, "rollback");
    assert.deepEqual(found.rule, {
      evidence: "documented",
      source: 'Microsoft TechNet, "How to Upgrade to Exchange 2007 SP1", 2008-03-11',
    });
    assert.equal(
      text("2007 SP1", "2007 RTM"),
      "Exchange 2007 RTM is older than 2007 SP1, and there is no way back: uninstalling removes Exchange from the server. 2007 SP1 can stay as it is, or go on to 2007 SP2 or 2007 SP3.",
    );
  });

  it("should call an older product a rollback, whenever it was published", () => {
    assert.equal(
      text("2016 RTM", "2013 CU23"),
      "Exchange 2013 CU23 is older than 2016 RTM, and there is no way back: uninstalling removes Exchange from the server. 2016 RTM can stay as it is, or go on to 2016 CU1 to 2016 CU23.",
    );
  });

  it("should say so when a release has nowhere to go", () => {
    assert.equal(
      text("SE RTM", "2019 CU15"),
      "Exchange 2019 CU15 is older than SE RTM, and there is no way back: uninstalling removes Exchange from the server. SE RTM can only stay as it is.",
    );
  });

  it("should name the stops on the way to SE", () => {
    const found = explainUnreachable("2019 CU13", "SE RTM");
    assert.equal(found?.reason, "stop first");
    assert.deepEqual(
      found.stops.map((release) => release.name),
      ["2019 CU15", "2019 CU14"],
    );
    assert.equal(
      text("2019 CU13", "SE RTM"),
      "No upgrade in place leads from Exchange 2019 CU13 straight to SE RTM: upgrade to 2019 CU14 or 2019 CU15 first.",
    );
  });

  it("should send another product to new servers", () => {
    assert.equal(
      text("2016 CU23", "2019 CU14"),
      "Exchange 2016 CU23 cannot be upgraded in place to 2019 CU14: install Exchange 2019 on a new server and move mailboxes and services to it; it needs Exchange 2016 CU11 on every Exchange 2016 server including Edge, and CU23 beside 2019 CU15.",
    );
    assert.equal(
      text("2007 SP1", "2010 RTM"),
      "Exchange 2007 SP1 cannot be upgraded in place to 2010 RTM: install Exchange 2010 on a new server and move mailboxes and services to it; it needs Exchange 2007 SP2 on the Exchange 2007 servers.",
    );
  });

  it("should give the reason of the path, for every pair of releases", () => {
    for (const from of releases)
      for (const to of releases) {
        const found = explainUnreachable(from.name, to.name);
        const answer = pathBetween(from, to);
        if (found === undefined || answer.kind !== "refused") continue;
        // New servers may ask for more of the old ones than an upgrade in place could bring there.
        if (answer.text.includes(" on new servers asks for ")) continue;
        assert.equal(answer.text, describeUnreachable(found), `${from.name} to ${to.name}`);
      }
    assert.match(text("2013 CU23", "2019 CU15"), /, and new servers are no way either: /);
  });

  it("should say where Setup refuses the old product altogether", () => {
    assert.equal(
      text("2013 CU23", "SE RTM"),
      "Exchange 2013 CU23 cannot be upgraded in place to SE RTM: Setup of Exchange Server Subscription Edition refuses an organization that has Exchange 2013; it needs every Exchange 2013 server removed first, by way of new Exchange 2016 or 2019 servers.",
    );
  });

  it("should admit what no source says", () => {
    assert.equal(explainUnreachable("2003 RTM", "2003 SP2")?.reason, "no way known");
    assert.equal(
      text("2003 RTM", "2003 SP2"),
      "No source says that Exchange 2003 RTM can be upgraded to 2003 SP2. No upgrade in place from 2003 RTM is known. No upgrade in place to 2003 SP2 is known.",
    );
    assert.equal(
      text("2019 Preview", "2019 CU1"),
      "No source says that Exchange 2019 Preview can be upgraded to 2019 CU1. No upgrade in place from 2019 Preview is known. 2019 CU1 is reached in place from 2019 RTM.",
    );
    assert.equal(
      text("2007 SP3", "2019 CU14"),
      "No source says that Exchange 2007 SP3 can be upgraded to 2019 CU14. No upgrade in place from 2007 SP3 is known. 2019 CU14 is reached in place from 2019 RTM to 2019 CU13.",
    );
  });

  it("should say that a release is there already", () => {
    assert.equal(
      text("2007 SP1", "2007 SP1"),
      "Exchange 2007 SP1 is what is there already: there is nothing to upgrade.",
    );
  });

  it("should list the names of the product that was meant, or the products", () => {
    assert.equal(
      text("2007 RTM", "2007 SP9"),
      'There is no Exchange release "2007 SP9" in the table. Exchange 2007 has "2007 RTM", "2007 SP1", "2007 SP2", "2007 SP3".',
    );
    assert.equal(
      text("SP1", "SP1"),
      'There is no Exchange release "SP1" in the table. A name is a product (2000, 2003, 2007, 2010, 2013, 2016, 2019, SE) and a release, such as "2007 SP1".',
    );
    const both = explainUnreachable("2007 SP9", "SP1");
    assert.deepEqual(both, { reason: "unknown release", names: ["2007 SP9", "SP1"], releases });
  });
});

describe("moves", () => {
  it("should lead forward between products, each with evidence and a source", () => {
    assert.deepEqual(
      moves.map(({ from, to, verdict, evidence }) => `${from} > ${to}: ${verdict}, ${evidence}`),
      [
        "2000 > 2007: new server and move, practice",
        "2003 > 2007: new server and move, practice",
        "2007 > 2010: new server and move, documented",
        "2007 > 2013: new server and move, documented",
        "2007 > 2016: refused, documented",
        "2010 > 2013: new server and move, documented",
        "2010 > 2016: new server and move, documented",
        "2010 > 2019: refused, documented",
        "2013 > 2016: new server and move, documented",
        "2013 > 2019: new server and move, documented",
        "2013 > SE: refused, documented",
        "2016 > 2019: new server and move, documented",
        "2016 > SE: new server and move, documented",
      ],
    );
    for (const { from, to, source } of moves) assert.notEqual(source.trim(), "", `${from} > ${to}`);
  });

  it("should know nothing of a pair that no source speaks of", () => {
    assert.equal(move("2003", "2010"), undefined);
    assert.equal(move("2019", "SE"), undefined);
    assert.equal(move("2019", "2016"), undefined);
  });
});

describe("describeUnreachableFrom", () => {
  const from = (to: string, ...names: readonly string[]): string =>
    describeUnreachableFrom(
      names.flatMap((name) => releases.find((release) => release.name === name) ?? []),
      to,
    );

  it("says each reason once, with the releases that it holds for", () => {
    assert.equal(
      from("2007 SP1", "2003 RTM", "2003 SP1", "2003 SP2"),
      "Exchange 2003 cannot be upgraded in place to 2007 SP1: install Exchange 2007 on a new server and move mailboxes and services to it; it needs Exchange 2003 SP2 on every Exchange 2003 server.",
    );
    assert.equal(
      from("SE RTM", "2019 CU12", "2019 CU13"),
      "No upgrade in place leads from Exchange 2019 CU12 or 2019 CU13 straight to SE RTM: upgrade to 2019 CU14 or 2019 CU15 first.",
    );
    assert.equal(
      from("2007 SP1", "2007 SP2", "2010 RTM"),
      "Exchange 2007 SP1 is older than 2007 SP2, and there is no way back: uninstalling removes Exchange from the server. 2007 SP2 can stay as it is, or go on to 2007 SP3. " +
        "Exchange 2007 SP1 is older than 2010 RTM, and there is no way back: uninstalling removes Exchange from the server. 2010 RTM can stay as it is, or go on to 2010 SP1 to 2010 SP3.",
    );
  });

  it("is empty where one of them leads there, or none is known", () => {
    assert.equal(from("2007 SP1", "2003 SP2", "2007 RTM"), "");
    assert.equal(from("2007 SP1"), "");
  });
});
