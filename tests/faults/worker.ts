/** A process of the long run: does the campaigns that it is told, one after the other. */
import { programFolder, providerTexts } from "../provider/process";
import { campaignsOf, describeCampaign, type Kind } from "./campaign";
import { runCampaign } from "./drive";

/** A campaign to do. */
export interface Work {
  readonly seed: number;
  readonly number: number;
  readonly kind: Kind;
}

/** What came of it. */
export interface Outcome {
  /** As `--only` takes it. */
  readonly name: string;
  /** The campaign in words. */
  readonly told: string;
  readonly seconds: number;
  readonly tries: number;
  readonly struck: readonly string[];
  /** Invariants that were broken, one text each. */
  readonly broken: readonly string[];
  /** Everything, for whoever looks into it. */
  readonly details: unknown;
}

const folder = programFolder();
const texts = providerTexts(folder);

async function outcomeOf({ seed, number, kind }: Work): Promise<Outcome> {
  const campaign = campaignsOf(seed, number + 1, kind)[number];
  if (campaign === undefined) throw new Error(`there is no campaign ${number}`);
  const began = performance.now();
  const verdict = await runCampaign(campaign, { folder, texts });
  return {
    name: kind === "provider" ? String(number) : `${kind}-${number}`,
    told: describeCampaign(campaign),
    seconds: Math.round((performance.now() - began) / 1_000),
    tries: verdict.tries,
    struck: verdict.struck,
    broken: verdict.violations.map(({ invariant, what }) => `${invariant}: ${what}`),
    details: { campaign, ...verdict },
  };
}

process.on("message", (work: Work) => {
  outcomeOf(work).then(
    (outcome) => process.send?.(outcome),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => {
  folder.remove();
  process.exit();
});
