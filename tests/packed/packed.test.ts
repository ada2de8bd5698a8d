/** The package as its users get it: packed, installed beside a clean SDK, and run through the real CLI. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { assertNoPassword } from "../passwords";
import { rollback } from "../rollback";
import { describeWith } from "../skip";
import type { Ended } from "./command";
import { inLanes, type Journey, travel, type Variant } from "./journey";
import { small } from "./organization";
import { pack } from "./tarball";

/** The oldest SDK of the peer range, the last one for Node.js 20, and the newest when this was written. */
const [oldest, middle, newest] = ["3.216.0", "3.248.0", "3.270.0"];

/** The longest first, so that none is left alone at the end. npm with the middle SDK is what readme.test.ts runs. */
const variants: readonly Variant[] = [
  { manager: "npm", sdk: newest, node: "22.23.3" },
  { manager: "yarn", sdk: middle },
  { manager: "npm", sdk: oldest },
  { manager: "pnpm", sdk: middle },
];

/** What the first preview says of each step, under the resource itself. */
const announced = [
  `pulumi-nodejs:dynamic/exchange:ExchangeSchemaPrep (schema):
    dc1.contoso.com: D:\\SP1\\Setup.com /PrepareSchema as CONTOSO\\prep: schema 10637 (2007 RTM) -> schema 11116 (2007 SP1)
      needs Schema Admins and Enterprise Admins (P5)
      now   schema 10637 (2007 RTM)`,
  `pulumi-nodejs:dynamic/exchange:ExchangeADPrep (ad):
    dc1.contoso.com: D:\\SP1\\Setup.com /PrepareAD as CONTOSO\\prep: organization 10666 (2007 RTM) -> organization 11221 (2007 SP1)
      needs Enterprise Admins (P7)
      now   organization 10666 (2007 RTM), domain contoso.com 10628 (2007 RTM)`,
  `pulumi-nodejs:dynamic/exchange:ExchangeRoleUpgrade (cas-lon):
    cas-lon.contoso.com: D:\\SP1\\Setup.com /mode:upgrade as CONTOSO\\exadmin: 2007 RTM (8.0.685.25) -> 2007 SP1 (8.1.240.6)
      needs Exchange Organization Administrators (P1), or Exchange Server Administrator (P3); local Administrators, enough where there are only the tools (P4)
      now   Client Access 8.0.685.25 (2007 RTM), Management Tools 8.0.685.25 (2007 RTM)`,
];

const levels = {
  "Client Access": "8.1.240.6",
  "Management Tools": "8.1.240.6",
  "domain contoso.com": "11221",
  organization: "11221",
  schema: "11116",
};

describeWith(["pulumi"], "packed: installed as users install it", function () {
  this.timeout(600_000);
  let base: string;
  let journeys: readonly Promise<Journey>[] = [];

  before(async () => {
    base = mkdtempSync(join(tmpdir(), "exchange-upgrade-packed-"));
    const folder = join(base, "tarball");
    mkdirSync(folder);
    const tarball = await pack(folder);
    journeys = inLanes(variants, availableParallelism(), (variant) =>
      travel(variant, tarball, join(base, `${variant.manager}-${variant.sdk}`)),
    );
  });
  after(async () => {
    await Promise.allSettled(journeys);
    rmSync(base, { recursive: true, force: true });
  });

  variants.forEach(({ manager, sdk, node }, index) => {
    const version = node === undefined ? process.version : `v${node}`;

    describe(`with ${manager}, @pulumi/pulumi ${sdk} and Node.js ${version}`, () => {
      let journey: Journey;
      before(async () => {
        const started = journeys[index];
        assert.ok(started);
        journey = await started;
      });

      it("has the files that were packed", () => assert.deepEqual(journey.otherFiles, []));

      it("has no @pulumi/command, which its program does not use", () =>
        assert.equal(journey.hasCommand, false));

      it("type-checks, its own declarations included", () => succeeded(journey.types));

      it("can be imported by name from an ES module", () => {
        const names = JSON.parse(succeeded(journey.moduleNames)) as string[];
        for (const name of ["ExchangeSchemaPrep", "ExchangeADPrep", "ExchangeDomainPrep", "Prepared"]) {
          assert.ok(names.includes(name), `${name} is not among ${names}`);
        }
      });

      it("previews every step, under its own resource", () => {
        const text = succeeded(journey.preview);
        assert.match(text, /^ {4}\+ 4 to create$/m);
        for (const part of announced) assert.ok(text.includes(part), `${part}\nis not in\n${text}`);
        assert.deepEqual(remarks(journey.preview), []);
      });

      it("goes up, on that Node.js and that SDK", () => {
        const text = succeeded(journey.up);
        assert.match(text, /^ {4}\+ 4 created$/m);
        assert.deepEqual(remarks(journey.up), []);
        const versions = { node: version, sdk };
        assert.deepEqual(JSON.parse(succeeded(journey.outputs)), { levels, versions });
      });

      it("changes nothing when run again, and sees no drift", () => {
        assert.match(succeeded(journey.upAgain), /^Resources:\n {4}4 unchanged$/m);
        assert.match(succeeded(journey.refresh), /^Resources:\n {4}4 unchanged$/m);
        assert.deepEqual(remarks(journey.upAgain), []);
        assert.deepEqual(remarks(journey.refresh), []);
      });

      it("refuses a rollback", () => {
        assert.notEqual(journey.rollback.code, 0, journey.rollback.text);
        const { text } = journey.rollback;
        assert.ok(text.includes(rollback), `${rollback}\nis not in\n${text}`);
        assert.deepEqual(journey.setupRuns, ["completed", "completed", "completed"]);
      });

      it("leaves no secret in the state or on the screen", () => {
        const { preview, up, upAgain, refresh, state } = journey;
        const seen = [preview, up, upAgain, refresh, state, journey.rollback].map(({ text }) => text).join();
        assertNoPassword(seen, small);
      });
    });
  });

  describe("however it was installed", () => {
    it("records the same providers", async () => {
      const texts = (await Promise.all(journeys)).map(({ state }) => providersOf(succeeded(state)));
      const [first] = texts;
      assert.equal(Object.keys(first ?? {}).length, 3);
      for (const each of texts) assert.deepEqual(each, first);
    });
  });
});

function succeeded({ code, text }: Ended): string {
  assert.equal(code, 0, text);
  return text;
}

/** The lines that warn, or tell of drift; a failure then shows them, and not the whole screen. */
function remarks({ text }: Ended): readonly string[] {
  return text.split("\n").filter((line) => /warning|drift/i.test(line));
}

/** The serialized provider of each type of resource in an exported state. */
function providersOf(exported: string): { readonly [type: string]: unknown } {
  const state = JSON.parse(exported) as {
    deployment: { resources: { type: string; inputs?: { __provider?: unknown } }[] };
  };
  const ours = state.deployment.resources.filter(({ type }) =>
    type.startsWith("pulumi-nodejs:dynamic/exchange:"),
  );
  return Object.fromEntries(ours.map(({ type, inputs }) => [type, inputs?.__provider]));
}
