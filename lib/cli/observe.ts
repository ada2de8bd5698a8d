/** Runs a preview, and keeps what it found with the facts that it read. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FactsFile } from "../provider/facts/factsFile";
import { assembleReview, missingSteps } from "../review/assemble";
import type { Review } from "../review/review";
import { CliError } from "./exit";
import { packageVersion, readText } from "./files";
import { noReport, type PreviewOptions, runPreview } from "./preview";
import { readSnapshot } from "./snapshotCounts";

export interface Observed {
  readonly review: Review;
  /** null where the preview stopped before any fact was read, which the review's refusals explain. */
  readonly facts: FactsFile | null;
  /** Names of steps that the preview did not come to. */
  readonly missing: readonly string[];
  /** What the program defines of releases, as it was given. */
  readonly definitions: readonly unknown[];
}

/** @throws CliError where the preview told of no step at all; Pulumi's own words are then shown */
export async function observe(options: PreviewOptions, operands: readonly string[]): Promise<Observed> {
  const folder = mkdtempSync(join(tmpdir(), "exchange-upgrade-facts-"));
  const file = join(folder, "facts.json");
  try {
    const { report, failure, show } = await runPreview(options, operands, {
      EXCHANGE_UPGRADE_RECORD_FACTS: file,
    });
    const { lines, refused, clusters } = report;
    if (lines.length + refused.length + clusters.length === 0) {
      show();
      throw new CliError("XU-PREVIEW", noReport(failure));
    }
    return {
      review: assembleReview(lines, { version: packageVersion(), refused, clusters }),
      facts: existsSync(file) ? readSnapshot(readText(file), "the snapshot") : null,
      missing: missingSteps(report),
      definitions: report.definitions,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
