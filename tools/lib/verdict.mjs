/** Whether the environment says that this is a continuous-integration run, where nothing may be skipped. */
export function isCI(env) {
  return /^(true|1)$/i.test(env.CI ?? "");
}

/**
 * Judges a mocha run. `counts` is what the reporter wrote, undefined when the run did not come to its end;
 * `unavailable` are the suites, `{ name, why }`, for which something is missing on this machine; `left` is
 * what the tests have left in the temporary folder; `others` are reasons of what ran beside them. Answers the summary line, undefined without counts, and every reason why the run is a failure.
 */
export function verdict({ counts, mochaExit, unavailable, ci, left = [], others = [] }) {
  const reasons = [];
  if (!counts) {
    reasons.push(`mocha ended with exit code ${mochaExit} and without a result; its own words are above.`);
  } else {
    if (counts.failed > 0) reasons.push(`${counts.failed} failed; mocha's list is above.`);
    else if (mochaExit !== 0)
      reasons.push(`mocha ended with exit code ${mochaExit} although no test failed.`);
    if (counts.passed + counts.failed === 0) {
      reasons.push("no test ran. Check the spec patterns and -g, and what skips the tests.");
    }
    if (ci && counts.skipped > 0) {
      reasons.push(`${counts.skipped} skipped, and with CI=true every test has to run.`);
    }
  }
  if (left.length > 0) {
    reasons.push(`the tests have left in the temporary folder: ${left.join(", ")}`);
  }
  if (ci) {
    for (const { name, why } of unavailable) {
      reasons.push(`the ${name} suites cannot run, and with CI=true they have to: ${why}`);
    }
  }
  reasons.push(...others);
  const line = counts && `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  return { line, reasons };
}
