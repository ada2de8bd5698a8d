/**
 * How many of the slowest spec files a run is to name: EXCHANGE_UPGRADE_SLOWEST, and none where that is not set. Throws where it is
 * no whole number.
 */
export function slowestWanted(env) {
  const wanted = env.EXCHANGE_UPGRADE_SLOWEST ?? "";
  if (!/^\d*$/.test(wanted)) {
    throw new Error(`EXCHANGE_UPGRADE_SLOWEST is "${wanted}"; it takes a number of files, such as 10.`);
  }
  return Number(wanted);
}

/**
 * The lines that tell of the `count` spec files that took the most of a processor, and of all of them: `times` is what
 * mocha-times.cjs has written.
 */
export function slowestLines(times, count) {
  const files = times
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
    .sort((a, b) => b.cpu - a.cpu);
  const row = ({ cpu, wall, file }) =>
    `${cpu.toFixed(1).padStart(8)} ${wall.toFixed(1).padStart(8)}  ${file}`;
  const sum = (kind) => files.reduce((seconds, each) => seconds + each[kind], 0);
  return [
    "Slowest spec files, by seconds of a processor, and seconds from begin to end:",
    ...files.slice(0, count).map(row),
    row({ cpu: sum("cpu"), wall: sum("wall"), file: `all ${files.length}` }),
  ];
}
