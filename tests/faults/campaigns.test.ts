/** A few campaigns, the same in every run of the tests; `npm run test:faults` does hundreds, from new seeds. FAULTS_SEED gives another seed. */
import assert from "node:assert/strict";
import { build } from "../compiled";
import { type ProgramFolder, programFolder, providerTexts } from "../provider/process";
import { campaignsOf, describeCampaign } from "./campaign";
import { runCampaign } from "./drive";
import type { ProviderHome } from "./provider-stack";
import { describeServiceCampaign, serviceCampaignsOf } from "./service/campaign";
import { runServiceCampaign } from "./service/drive";

const count = 6;
const seed = Number(process.env.FAULTS_SEED ?? 20261126);

describe(`fault campaigns (seed ${seed})`, function () {
  this.timeout(600_000);
  let folder: ProgramFolder;
  let home: ProviderHome;

  before(() => {
    build();
    folder = programFolder();
    home = { folder, texts: providerTexts(folder) };
  });
  after(() => folder.remove());

  it(`end well, ${count} at a time, whatever goes wrong`, async () => {
    const campaigns = campaignsOf(seed, count, "provider");
    const [around] = serviceCampaignsOf(seed, 1);
    assert.ok(around);
    const [service, ...verdicts] = await Promise.all([
      runServiceCampaign(around, home),
      ...campaigns.map((campaign) => runCampaign(campaign, home)),
    ]);
    const broken = verdicts.flatMap(({ violations }, number) =>
      violations.map(({ invariant, what }) => {
        const campaign = campaigns[number];
        const told = campaign === undefined ? "" : describeCampaign(campaign);
        return `${invariant}: ${what}\n  campaign ${number}: ${told}\n  again: npm run test:faults -- --seed ${seed} --only ${number}`;
      }),
    );
    assert.deepEqual(broken, []);
    const again = `${describeServiceCampaign(around)}\nagain: npm run test:faults -- --seed ${seed} --only service-0`;
    assert.deepEqual(service.violations, [], again);
  });
});
