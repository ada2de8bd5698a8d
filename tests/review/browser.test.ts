/** The page of a review in a real browser: Debian's Chromium, without a screen. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { compareReviews } from "../../lib/review/compare";
import { reviewHtml } from "../../lib/review/html";
import type { Review } from "../../lib/review/review";
import { visible } from "../../lib/text";
import { describeWith } from "../skip";
import { clustered } from "./clusterFixture";
import { contoso, hostileReview, large, night, nightOfPhases } from "./fixtures";

const reviews: { readonly [name: string]: () => Review } = {
  contoso,
  large,
  night,
  nightOfPhases,
  clustered,
  hostile: hostileReview,
};

/** Widths of a small and of an ordinary phone, a tablet, and a desk. */
const widths = [360, 390, 768, 1280] as const;

/** Text and background of every text on the page, as the browser has computed them. */
const contrasts = `(() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const back = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const ratios = [...document.querySelectorAll("body *")]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ""))
    .filter((element) => element.closest("svg, head, title") === null)
    .map((element) => {
      const [a, b] = [light(parse(getComputedStyle(element).color)), light(back(element))];
      return { ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), text: element.textContent.slice(0, 40), look: element.className };
    });
  return ratios.filter(({ ratio }) => ratio < 4.5);
})()`;

/** Texts of the graph that is shown which stand outside their box, or over another text. */
const graphFaults = `(() => {
  const svgs = [...document.querySelectorAll(".graph svg")].filter((svg) => svg.getClientRects().length > 0);
  const faults = [];
  for (const card of svgs.flatMap((svg) => [...svg.querySelectorAll(".card")])) {
    const box = card.querySelector(".back").getBoundingClientRect();
    const texts = [...card.querySelectorAll("text")].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
    for (const one of texts) {
      if (one.box.left < box.left || one.box.right > box.right + 1) faults.push("outside: " + one.text);
      for (const other of texts) {
        const apart = one.box.right <= other.box.left || other.box.right <= one.box.left ||
          one.box.bottom <= other.box.top + 2 || other.box.bottom <= one.box.top + 2;
        if (one !== other && !apart) faults.push("over each other: " + one.text + " and " + other.text);
      }
    }
  }
  // Bars and lines may stand behind the texts of a timeline, other texts may not.
  for (const svg of svgs.filter((svg) => svg.closest(".timeline") !== null)) {
    const box = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
    for (const [at, one] of texts.entries()) {
      if (one.box.left < box.left || one.box.right > box.right + 1) faults.push("outside: " + one.text);
      for (const other of texts.slice(at + 1)) {
        const apart = one.box.right <= other.box.left || other.box.right <= one.box.left ||
          one.box.bottom <= other.box.top + 2 || other.box.bottom <= one.box.top + 2;
        if (!apart) faults.push("over each other: " + one.text + " and " + other.text);
      }
    }
  }
  return { shown: svgs.length, faults };
})()`;

/** Sizes of all texts that are shown, those of the graph as they are scaled. */
const smallest = `(() => {
  const sizes = [...document.querySelectorAll("body *")]
    .filter((element) => element.getClientRects().length > 0 && element.textContent.trim() !== "")
    .map((element) => {
      const svg = element.closest("svg");
      const scale = svg === null ? 1 : svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      return parseFloat(getComputedStyle(element).fontSize) * scale;
    });
  return Math.min(...sizes);
})()`;

describeWith(["chromium"], "review: HTML in a browser", function () {
  this.timeout(60_000);
  let folder: string;
  let browser: Browser;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-browser-"));
    const executablePath = execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
    // Root may not use the sandbox; the page that is opened is our own.
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a review's page; what the browser complained of, or wanted to load, stands in `complaints`. */
  async function open(
    name: string,
    width: number,
    colorScheme: "light" | "dark" = "light",
  ): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
    const review = reviews[name]?.();
    assert.ok(review);
    const file = join(folder, `${name}.html`);
    const earlier = { ...review, steps: review.steps.slice(1) };
    writeFileSync(file, reviewHtml(review, { comparison: compareReviews(earlier, review) }));
    const address = pathToFileURL(file).href;
    const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => complaints.push(dialog.message()));
    page.on("request", (request) => {
      if (request.url() !== address) complaints.push(`request: ${request.url()}`);
    });
    await page.goto(address);
    return { page, complaints };
  }

  for (const name of Object.keys(reviews)) {
    it(`${name}: fits every width, shows every command line, and the browser has nothing to complain of`, async () => {
      for (const width of widths) {
        const { page, complaints } = await open(name, width);
        const scroll = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok(Number(scroll) <= width, `${width}: ${scroll}`);
        const shown = await page.locator("main").innerText();
        for (const { plan } of reviews[name]?.().steps ?? []) {
          assert.ok(squeezed(shown).includes(squeezed(visible(plan.command))), `${width}: ${plan.command}`);
        }
        assert.deepEqual(complaints, []);
        await page.close();
      }
    });

    it(`${name}: the graph of each width has its texts inside their cards, apart, and large enough`, async () => {
      for (const width of widths) {
        const { page } = await open(name, width);
        const { shown, faults } = await page.evaluate<{ shown: number; faults: string[] }>(graphFaults);
        assert.ok(shown > 0);
        assert.deepEqual(faults, [], String(width));
        const size = await page.evaluate<number>(smallest);
        assert.ok(size >= 11.5, `${width}: ${size}`);
        await page.close();
      }
    });
  }

  it("can be read in the light and in the dark", async () => {
    for (const scheme of ["light", "dark"] as const) {
      const { page } = await open("contoso", 1280, scheme);
      assert.deepEqual(await page.evaluate(contrasts), [], scheme);
      await page.close();
    }
  });

  it("is printed with all of it, and its tables stay tables for who cannot see them", async () => {
    const { page } = await open("contoso", 390);
    assert.equal(await page.getByRole("table").count(), 8);
    assert.equal(await page.getByRole("columnheader").count(), 8 * 5);
    assert.equal(await page.getByRole("row").count(), 8 + 12);
    assert.equal(await page.getByRole("img").count(), 8);
    const pdf = await page.pdf({ format: "A4" });
    assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
    await page.close();
  });
});

/** Without white space, which the browser breaks lines at. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}
