/**
 * Asks each candidate in turn and returns the first answer. A candidate is `{ name, find, slow }`; `find`
 * returns what was found, or throws an Error that says why not. Before a slow one, `log` gets what has failed
 * so far, so that nobody waits without knowing why. When none has it, one Error names all, in the order in
 * which they were tried, and ends with `remedy`.
 */
export async function firstThatWorks({ wanted, candidates, remedy, log }) {
  const failures = [];
  let told = 0;
  for (const { name, find, slow = false } of candidates) {
    if (slow) {
      for (const failure of failures.slice(told)) log(`${failure.name}: ${failure.reason}`);
      told = failures.length;
    }
    try {
      return await find();
    } catch (error) {
      failures.push({ name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  throw new Error(
    [
      `${wanted} was not found. Tried, in this order:`,
      ...failures.map(({ name, reason }, index) => `  ${index + 1}. ${name}: ${indented(reason)}`),
      `To fix it: ${remedy}`,
    ].join("\n"),
  );
}

function indented(text) {
  return text.trimEnd().split("\n").join("\n     ");
}
