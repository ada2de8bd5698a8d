/** A review as an HTML page: what stands in it, and that nothing of the data becomes a part of it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { compareReviews } from "../../lib/review/compare";
import { reviewHtml } from "../../lib/review/html";
import { escapeHtml } from "../../lib/review/htmlText";
import { fitted, widthOf, wrapped } from "../../lib/review/svgText";
import { contoso, hostile, hostileReview, large, review } from "./fixtures";

/** Elements and attributes of a page. */
function parts(page: string): {
  readonly tags: ReadonlySet<string>;
  readonly attributes: ReadonlySet<string>;
} {
  const body = page.replace(/<style>[\s\S]*?<\/style>/, "");
  const opened = [...body.matchAll(/<([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*\/?>/g)];
  assert.equal(
    (body.match(/</g) ?? []).length,
    opened.length + (body.match(/<\/[a-z0-9]+>|<!doctype html>/g) ?? []).length,
  );
  return {
    tags: new Set(opened.map((match) => match[1] ?? "")),
    attributes: new Set(
      opened.flatMap((match) => [...(match[2] ?? "").matchAll(/([a-zA-Z-]+)=/g)].map((one) => one[1] ?? "")),
    ),
  };
}

describe("review: HTML", () => {
  it("forbids everything but its own style, by hash, and loads nothing", () => {
    const page = reviewHtml(contoso());
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    assert.equal(
      policy,
      `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
    );
    assert.ok(page.indexOf("Content-Security-Policy") < page.indexOf("<style>"));
    assert.doesNotMatch(style, /url\(|@import/);
    assert.doesNotMatch(page, /https?:\/\//);
  });

  it("is made of the same elements and attributes, whatever the data", () => {
    const known = parts(reviewHtml(large(), { comparison: compareReviews(contoso(), large()) }));
    const found = parts(reviewHtml(hostileReview()));
    assert.deepEqual(
      [...found.tags].filter((tag) => !known.tags.has(tag)),
      [],
    );
    assert.deepEqual(
      [...found.attributes].filter((name) => !known.attributes.has(name)),
      [],
    );
    for (const name of ["style", "src", "onerror", "onclick"]) assert.ok(!known.attributes.has(name), name);
    for (const tag of ["script", "img", "iframe", "link", "object"]) assert.ok(!known.tags.has(tag), tag);
  });

  it("shows every hostile text as it is", () => {
    const page = reviewHtml(hostileReview());
    for (const text of hostile) assert.ok(page.includes(`<small>${escapeHtml(text)}</small>`), text);
  });

  it("says what a reviewer asks", () => {
    const page = reviewHtml(contoso());
    assert.match(page, /<h1>Exchange upgrade of contoso\.com to 2007 SP1<\/h1>/);
    assert.match(page, /<div class="verdict refused">Refused: 1 finding in the way<\/div>/);
    assert.match(page, /<p>Reason: CHG0042: the service is started by hand<\/p>/);
    for (const { plan, now, computer } of contoso().steps) {
      for (const part of [
        computer,
        plan.command,
        plan.account,
        plan.groups,
        plan.before,
        plan.after,
        plan.place,
        plan.rules,
        now,
      ]) {
        assert.ok(page.includes(escapeHtml(part)), part);
      }
    }
    for (const one of contoso().steps.flatMap(({ findings }) => findings)) {
      for (const line of one.text.split("\n")) assert.ok(page.includes(escapeHtml(line.trim())), line);
    }
  });

  it("has the commands around a step under its own, in their order", () => {
    const [first, ...others] = contoso().steps;
    assert.ok(first);
    const plan = { ...first.plan, commandsBefore: ["stop: a & b", "D6"], commandsAfter: ["start: x"] };
    const page = reviewHtml({ ...contoso(), steps: [{ ...first, plan }, ...others] });
    assert.match(
      page,
      /<small>before: stop: a &amp; b<\/small>\n<small>before: D6<\/small>\n<small>after: start: x<\/small>/,
    );
  });

  it("names the servers that the program takes for gone, each once for all steps", () => {
    const gone = ["cas9.contoso.com: CHG0051 <b>"];
    const steps = contoso().steps.map((step) => ({ ...step, plan: { ...step.plan, gone } }));
    const page = reviewHtml({ ...contoso(), steps });
    assert.equal(page.split("<p>cas9.contoso.com: CHG0051 &lt;b&gt;</p>").length, 2);
    assert.match(page, /Taken for gone/);
    assert.doesNotMatch(reviewHtml(contoso()), /Taken for gone/);
  });

  it("says how old the facts are, what changed, and what may be missing", () => {
    const early = { ...large(), incomplete: "pulumi preview ended with exit code 1" };
    const page = reviewHtml(early, { comparison: compareReviews(contoso(), early) });
    assert.match(page, /read at 2008-03-13 07:30 UTC, 26 hours before/);
    assert.match(page, /<p>Steps may be missing: pulumi preview ended with exit code 1<\/p>/);
    assert.match(page, /<h2 id="changes">\d+ differences since the review of 2008-03-14 09:30 UTC<\/h2>/);
    assert.match(
      reviewHtml(contoso(), { comparison: compareReviews(contoso(), contoso()) }),
      /None: steps, order, windows, findings and waivers are the same\./,
    );
  });

  it("draws each stage once per width, with a title, a description and a card per step", () => {
    const page = reviewHtml(large());
    assert.equal(page.match(/<svg /g)?.length, 3 * 8);
    assert.equal(page.match(/<g class="card /g)?.length, 3 * 64);
    assert.equal(page.match(/<path class="arrow" /g)?.length, 3 * 7);
    assert.match(
      page,
      /<title id="wide-3-title">3\. Domains<\/title>\n<desc id="wide-3-desc">2 steps, after 2\. Active Directory: dc1\.apac/,
    );
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("is a page also without a step", () => {
    const page = reviewHtml(review([], { forest: null }));
    assert.match(page, /<p>There is no step\.<\/p>/);
    assert.match(page, /Nothing to run: there is no step/);
    assert.doesNotMatch(page, /<svg/);
  });

  it("fits texts into the graph", () => {
    for (const text of hostile) {
      for (const room of [60, 120, 240]) {
        assert.ok(widthOf(fitted(text, room, 14), 14) <= room, text);
        for (const line of wrapped(text, room, 14)) assert.ok(widthOf(line, 14) <= room, text);
      }
    }
    assert.equal(fitted("cas-london", 120, 14), "cas-london");
    assert.deepEqual(wrapped("4. Client Access, Internet", 190, 15), ["4. Client Access,", "Internet"]);
  });
});
