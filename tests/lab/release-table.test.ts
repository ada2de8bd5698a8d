/** The lab's own table of releases, against the published list; and which release a build is. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { labRelease, labReleaseOfBuild, labReleases } from "../../lab/release-table";

const published = readFileSync(join(__dirname, "..", "releases", "releases.tsv"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .slice(1)
  .map((line) => line.split("\t"));

function build(text: string) {
  const [major = 0, minor = 0, number = 0, revision = 0] = text.split(".").map(Number);
  return { major, minor, build: number, revision };
}

describe("the lab's table of releases", () => {
  it("has every release of the published list, with its levels and its build", () => {
    const number = (text = "") => (text === "" ? null : Number(text));
    const expected = published.map(([product, label, schema, organization, domain, version = ""]) => ({
      name: `${product} ${label}`,
      product,
      label,
      schema: number(schema),
      organization: number(organization),
      domain: number(domain),
      build: build(version),
    }));
    assert.ok(expected.length > 70);
    assert.deepEqual(
      [...labReleases].sort((a, b) => a.name.localeCompare(b.name)),
      expected.sort((a, b) => a.name.localeCompare(b.name)),
    );
  });

  it("knows a release by its name, and no other name", () => {
    assert.equal(labRelease("2007 SP1")?.schema, 11116);
    assert.equal(labRelease("2007 SP9"), undefined);
  });

  it("takes an update for the release that it updates, by four numbers", () => {
    const nameOf = (version: string) => labReleaseOfBuild(build(version))?.name;
    assert.equal(nameOf("15.2.1748.10"), "2019 CU15");
    assert.equal(nameOf("15.2.1748.36"), "2019 CU15");
    assert.equal(nameOf("15.2.2562.16"), "2019 CU15");
    assert.equal(nameOf("15.2.2562.17"), "SE RTM");
    assert.equal(nameOf("15.2.2562.53"), "SE RTM");
    assert.equal(nameOf("8.1.240.6"), "2007 SP1");
    assert.equal(nameOf("8.1.436.0"), "2007 SP1");
    assert.equal(nameOf("8.1.240.5"), undefined);
    assert.equal(nameOf("16.0.1.1"), undefined);
  });
});
