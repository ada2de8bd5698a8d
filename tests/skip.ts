/** Suites that need what a machine may not have. EXCHANGE_UPGRADE_SKIP names what is not there, separated by commas. */

/** Where each of them can be run. */
const places = {
  chromium: "Chromium is installed",
  kdc: "MIT Kerberos' key distribution center is",
  pulumi: "the Pulumi CLI is",
  samba: "Samba is installed",
  sshd: "sshd is installed and the tests are root",
} as const;

export type Need = keyof typeof places;

const skipped = (process.env.EXCHANGE_UPGRADE_SKIP ?? "").split(/[\s,]+/);

export function isSkipped(need: Need): boolean {
  return skipped.includes(need);
}

/** A suite that needs all of these; where one is skipped, one pending test that says so. */
export function describeWith(needs: readonly Need[], name: string, suite: (this: Mocha.Suite) => void): void {
  const missing = needs.filter(isSkipped);
  if (missing.length === 0) {
    describe(name, suite);
    return;
  }
  describe(`${name} (skipped: EXCHANGE_UPGRADE_SKIP names ${missing.join(" and ")})`, () => {
    for (const need of missing) it(`should be run where ${places[need]}`);
  });
}
