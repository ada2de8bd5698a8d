import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  compareReleases,
  findRelease,
  formatBuild,
  products,
  type Release,
  releases,
} from "../../lib/releases";

/** The published table, kept apart from the code: tab-separated, an empty field for what was not published. */
function published(): readonly (readonly string[])[] {
  const text = readFileSync(join(__dirname, "releases.tsv"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("product\t"))
    .map((line) => line.split("\t"));
}

function cells(release: Release): readonly string[] {
  return [
    release.product,
    release.label,
    String(release.schema ?? ""),
    String(release.organization ?? ""),
    String(release.domain ?? ""),
    formatBuild(release.build),
  ];
}

/** The published builds before 2007 have three parts. */
function withRevision(build: string): string {
  return build.split(".").length === 3 ? `${build}.0` : build;
}

describe("release table", () => {
  it("should hold every published row, in the published order", () => {
    const expected = published().map((row) => [...row.slice(0, 5), withRevision(row[5] ?? "")]);
    assert.equal(expected.length, 81);
    assert.deepEqual(releases.map(cells), expected);
  });

  it("should name each release once, by product and label", () => {
    const names = releases.map((release) => release.name);
    assert.equal(new Set(names).size, 81);
    assert.deepEqual(
      names,
      releases.map((release) => `${release.product} ${release.label}`),
    );
  });

  it("should find a release by its exact name only", () => {
    assert.equal(findRelease("2007 SP1")?.schema, 11116);
    assert.equal(findRelease("2013 CU4 (SP1)")?.organization, 15844);
    assert.equal(findRelease("2000 SP1 / SP2")?.schema, null);
    for (const name of ["2007 sp1", "SP1", "2007", "2013 CU4", ""])
      assert.equal(findRelease(name), undefined, name);
  });

  it("should order products, and releases within a product, from old to new", () => {
    assert.deepEqual([...new Set(releases.map((release) => release.product))], [...products]);
    assert.deepEqual([...releases].reverse().sort(compareReleases), releases);
  });

  it("should give at least one source for every row", () => {
    for (const { name, sources } of releases) {
      assert.ok(sources.length > 0, name);
      for (const source of sources) assert.notEqual(source.trim(), "", name);
    }
  });

  it("should tell previews from supported releases", () => {
    assert.deepEqual(
      releases.filter((release) => release.preview).map((release) => release.name),
      ["2016 Preview", "2019 Preview"],
    );
  });

  it("should record where sources disagree, and who says what", () => {
    const disagreements = releases.flatMap(({ name, alternatives }) =>
      alternatives.map((other) => [
        name,
        other.attribute,
        other.attribute === "build" ? formatBuild(other.value) : other.value,
        other.source,
      ]),
    );
    assert.deepEqual(disagreements, [
      [
        "2003 SP2",
        "build",
        "6.5.7638.2",
        "public transcript of a server object; Microsoft, Exchange Server build numbers and release dates (builds)",
      ],
      [
        "2007 RTM",
        "build",
        "8.0.685.24",
        "Microsoft KB947168; johanveldhuis.nl, Exchange 2007 version numbers, 2008-09-22",
      ],
      ["2013 CU23", "schema", 15313, "Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange"],
      ["2013 CU23", "domain", 13238, "Microsoft's support scripts, microsoft/CSS-Exchange"],
      [
        "2016 CU22",
        "domain",
        13243,
        'Microsoft\'s support scripts, microsoft/CSS-Exchange; Microsoft Learn, "Prepare Active Directory and domains for Exchange Server"',
      ],
      [
        "2019 CU11",
        "domain",
        13243,
        'Microsoft\'s support scripts, microsoft/CSS-Exchange; Microsoft Learn, "Prepare Active Directory and domains for Exchange Server"',
      ],
      ["2019 CU15", "build", "15.2.1748.8", "michelderooij/Install-Exchange15"],
    ]);
  });
});
