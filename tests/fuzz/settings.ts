/**
 * How much is tried, and from which seed. `npm test` tries little, and always the same, so that what it says is about the
 * change at hand; `npm run test:fuzz` tries something new each time: it sets EXCHANGE_UPGRADE_FUZZ, by which every number of
 * runs is multiplied. EXCHANGE_UPGRADE_FUZZ_SEED gives the seed.
 */

const given = Number(process.env.EXCHANGE_UPGRADE_FUZZ_SEED);

const times = Math.max(1, Number(process.env.EXCHANGE_UPGRADE_FUZZ) || 1);

/** The seed of every property of this run. */
export const seed =
  Number.isInteger(given) && process.env.EXCHANGE_UPGRADE_FUZZ_SEED !== "" && given !== 0
    ? given
    : times > 1
      ? Math.floor(Math.random() * 0x7fffffff)
      : 20261126;

let printed = false;

/** fast-check's parameters for so many runs. Says the seed once. */
export function runs(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  if (!printed) console.log(`    fuzz: EXCHANGE_UPGRADE_FUZZ_SEED=${seed}, ${times} times the runs`);
  printed = true;
  return { seed, numRuns: numRuns * times };
}
