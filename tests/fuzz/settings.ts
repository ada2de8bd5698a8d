/**
 * How much is tried, and from which seed. `npm test` tries little; `npm run test:fuzz` sets EXCHANGE_UPGRADE_FUZZ, by which
 * every number of runs is multiplied. EXCHANGE_UPGRADE_FUZZ_SEED repeats a run.
 */

const given = Number(process.env.EXCHANGE_UPGRADE_FUZZ_SEED);

/** The seed of every property of this run. */
export const seed =
  Number.isInteger(given) && process.env.EXCHANGE_UPGRADE_FUZZ_SEED !== "" && given !== 0
    ? given
    : Math.floor(Math.random() * 0x7fffffff);

const times = Math.max(1, Number(process.env.EXCHANGE_UPGRADE_FUZZ) || 1);

let printed = false;

/** fast-check's parameters for so many runs. Says the seed once. */
export function runs(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  if (!printed) console.log(`    fuzz: EXCHANGE_UPGRADE_FUZZ_SEED=${seed}, ${times} times the runs`);
  printed = true;
  return { seed, numRuns: numRuns * times };
}
