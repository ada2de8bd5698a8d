/** The JSON of a review: written, read again, refused with all that is wrong; and the published schema. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { FormatError, parseReview, reviewJson, reviewJsonSchema } from "../../lib/review/format";
import { reviewSchemaFile } from "../../tools/review-schema";
import { contoso, hostileReview, large, review } from "./fixtures";

function refusal(text: string): string {
  try {
    parseReview(text, "plan.json");
  } catch (error) {
    assert.ok(error instanceof FormatError);
    return error.message;
  }
  return "accepted";
}

describe("review: JSON", () => {
  it("is read as it was written", () => {
    for (const one of [contoso(), large(), hostileReview(), review([])]) {
      assert.deepEqual(parseReview(reviewJson(one)), one);
    }
  });

  it("ignores a byte order mark, and what a later version may add", () => {
    const later = { ...contoso(), added: 1 };
    assert.deepEqual(parseReview(`\uFEFF${JSON.stringify(later)}`), contoso());
  });

  it("names every field that is wrong, and what is needed", () => {
    const { forest: _, ...rest } = contoso();
    const [step] = rest.steps;
    const wrong = { ...rest, madeAt: "yesterday", steps: [{ ...step, kind: "forest" }] };
    assert.equal(
      refusal(JSON.stringify(wrong)),
      `plan.json is not in the expected format:
  madeAt: Invalid ISO datetime
  forest: Invalid input: expected string, received undefined
  steps[0].kind: Invalid option: expected one of "schema"|"organization"|"domain"|"server"
  Needed: a review that \`exchange-upgrade plan --format json\` has written`,
    );
  });

  it("lists ten problems, and counts the others", () => {
    const steps = Array.from({ length: 12 }, () => "x");
    const lines = refusal(JSON.stringify({ ...contoso(), steps })).split("\n");
    assert.equal(lines.length, 13);
    assert.equal(lines[11], "  and 2 more");
  });

  it("is refused in words where it is another thing", () => {
    assert.equal(
      refusal(JSON.stringify({ ...contoso(), schemaVersion: 2 })),
      "plan.json: schemaVersion is 2, and this version reads 1; use the version of pulumi-exchange-upgrade that wrote it",
    );
    assert.match(refusal("null"), /the whole: Invalid input: expected object, received null/);
    assert.match(refusal("<html>"), /^plan\.json is no JSON: /);
    assert.match(refusal(""), /^plan\.json is no JSON: /);
  });

  it("has a published schema that is current", () => {
    const committed = JSON.parse(readFileSync(join(__dirname, "..", "..", reviewSchemaFile), "utf8"));
    assert.deepEqual(
      committed,
      reviewJsonSchema(),
      `${reviewSchemaFile} is not the format; run: npm run docs`,
    );
  });

  it("has a schema that others' validators take, with which they accept what is written and refuse what is not", () => {
    const ajv = new Ajv2020({ allErrors: true, formats: { "date-time": /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/ } });
    const valid = ajv.compile(
      JSON.parse(readFileSync(join(__dirname, "..", "..", reviewSchemaFile), "utf8")),
    );
    for (const one of [contoso(), large(), hostileReview(), review([])])
      assert.ok(valid(JSON.parse(reviewJson(one))), ajv.errorsText(valid.errors));
    const { madeAt: _, ...undated } = contoso();
    const [first] = contoso().steps;
    for (const [wrong, where] of [
      [undated, "data must have required property 'madeAt'"],
      [
        { ...contoso(), steps: [{ ...first, kind: "forest" }] },
        "data/steps/0/kind must be equal to one of the allowed values",
      ],
      [{ ...contoso(), schemaVersion: 2 }, "data/schemaVersion must be equal to constant"],
    ] as const) {
      assert.equal(valid(wrong), false);
      assert.equal(ajv.errorsText(valid.errors), where);
    }
  });

  it("has a schema that says what each field means", () => {
    const properties = (reviewJsonSchema() as { properties: Record<string, { description?: string }> })
      .properties;
    for (const name of ["madeAt", "forest", "version", "incomplete", "steps"]) {
      assert.ok(properties[name]?.description, name);
    }
  });
});
