/** A process of the long run: does the campaigns that it is told, one after the other. */
import { programFolder, providerTexts } from "../provider/process";
import { campaignsOf, describeCampaign, type Kind } from "./campaign";
import { runCampaign } from "./drive";
import { describeServiceCampaign, serviceCampaignsOf } from "./service/campaign";
import { runServiceCampaign } from "./service/drive";

/** A campaign to do. */
export interface Work {
  readonly seed: number;
  readonly number: number;
  readonly kind: Kind | "service";
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
  const began = performance.now();
  const { told, campaign, verdict } = await (kind === "service"
    ? serviceVerdict(seed, number)
    : verdictOf(seed, number, kind));
  return {
    name: kind === "provider" ? String(number) : `${kind}-${number}`,
    told,
    seconds: Math.round((performance.now() - began) / 1_000),
    tries: verdict.tries,
    struck: verdict.struck,
    broken: verdict.violations.map(({ invariant, what }) => `${invariant}: ${what}`),
    details: { campaign, ...verdict },
  };
}

async function verdictOf(seed: number, number: number, kind: Kind) {
  const campaign = requireOne(campaignsOf(seed, number + 1, kind), number);
  return {
    told: describeCampaign(campaign),
    campaign,
    verdict: await runCampaign(campaign, { folder, texts }),
  };
}

async function serviceVerdict(seed: number, number: number) {
  const campaign = requireOne(serviceCampaignsOf(seed, number + 1), number);
  const verdict = await runServiceCampaign(campaign, { folder, texts });
  return { told: describeServiceCampaign(campaign), campaign, verdict };
}

function requireOne<C>(campaigns: readonly C[], number: number): C {
  const campaign = campaigns[number];
  if (campaign === undefined) throw new Error(`there is no campaign ${number}`);
  return campaign;
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
