/** R11: which domain controllers a preparation is awaited on, and what is said of those that lack it. */
import assert from "node:assert/strict";
import { known, unknown } from "../../lib/facts";
import type { StepKind } from "../../lib/model";
import { type Fails, type NotVerified, ok } from "../../lib/rules/finding";
import {
  awaitedLevels,
  type HeldReading,
  namedControllers,
  reachable,
  replicated,
} from "../../lib/rules/organization/replication";
import { aCase, alsoLeft, leftController, silent } from "./builder";

const dc1 = "dc1.contoso.com";
const dc2 = "dc2.contoso.com";
const emeaDc1 = "emea-dc1.emea.contoso.com";

/** What is awaited, each as `controller: level`. */
function awaited(step: StepKind, among: "all" | readonly string[] = "all", domains?: readonly string[]) {
  const levels = awaitedLevels(aCase({ step, ...(domains === undefined ? {} : { domains }) }), among);
  assert.ok(levels.known);
  return levels.value.map(({ controller, attribute, domain }) =>
    [`${controller}: ${attribute}`, ...(domain === undefined ? [] : [domain])].join(" "),
  );
}

describe("what is awaited after a preparation", () => {
  it("is the schema, on every domain controller of the forest", () => {
    assert.deepEqual(awaited("schema"), [`${dc1}: schema`, `${dc2}: schema`, `${emeaDc1}: schema`]);
  });

  it("is the organization everywhere, and the computer's own domain on the domain controllers of that", () => {
    assert.deepEqual(awaited("organization"), [
      `${dc1}: organization`,
      `${dc1}: domain contoso.com`,
      `${dc2}: organization`,
      `${dc2}: domain contoso.com`,
      `${emeaDc1}: organization`,
    ]);
  });

  it("is a domain on its own domain controllers only, and all domains on all", () => {
    assert.deepEqual(awaited("domain"), [`${emeaDc1}: domain emea.contoso.com`]);
    assert.deepEqual(awaited("domain", "all", ["*"]), [
      `${dc1}: domain contoso.com`,
      `${dc2}: domain contoso.com`,
      `${emeaDc1}: domain emea.contoso.com`,
    ]);
  });

  it("is what those hold that the program names: others have nothing of the domain", () => {
    assert.deepEqual(awaited("schema", [dc2, emeaDc1]), [`${dc2}: schema`, `${emeaDc1}: schema`]);
    assert.deepEqual(awaited("domain", [dc1]), []);
  });

  it("is awaited where one cannot be named, too, with why it cannot be asked", () => {
    const left = leftController();
    const of = (step: StepKind, among: "all" | readonly string[], forest = alsoLeft(left)) => {
      const levels = awaitedLevels(aCase({ step, forest }), among);
      assert.ok(levels.known);
      return levels.value.filter(({ unread }) => unread !== undefined);
    };
    const about = { controller: "DC9 in site London", unread: left.why };
    assert.deepEqual(of("organization", "all"), [
      { ...about, attribute: "organization" },
      { ...about, attribute: "domain", domain: "contoso.com" },
    ]);
    assert.deepEqual(of("schema", [dc1, dc2]), []);
    assert.deepEqual(of("schema", ["dc9.contoso.com"]), [{ ...about, attribute: "schema" }]);
    // Of another domain than the one that is prepared, and of one that does not show.
    assert.deepEqual(of("domain", "all"), []);
    assert.deepEqual(of("domain", "all", alsoLeft(leftController({ domain: null }))), [
      { ...about, attribute: "domain", domain: "emea.contoso.com" },
    ]);
  });

  it("cannot be said where the domain controllers, or the domains, cannot be read", () => {
    assert.deepEqual(
      awaitedLevels(aCase({ step: "schema", forest: { domainControllers: silent } }), "all"),
      silent,
    );
    assert.deepEqual(
      awaitedLevels(aCase({ step: "domain", domains: ["*"], forest: { domains: silent } }), "all"),
      silent,
    );
  });
});

const schema = aCase({ step: "schema" });
const has = (controller: string, level: number | null): HeldReading => ({
  controller,
  attribute: "schema",
  level: known(level, controller),
});
const hidden = (controller: string): HeldReading => ({
  controller,
  attribute: "schema",
  level: unknown(`ldaps://${controller}:636 refuses connections`, controller),
});
const where = "in the directory, on each of these domain controllers";
const replicate =
  "let them replicate (`repadmin /showrepl` on each shows what stops it, `repadmin /syncall` starts it), then run pulumi up again, also with the same approved plan: it waits again, and does not run Setup again";
const reach =
  "let each of them be reached from where Pulumi runs (name in DNS, port, certificate, or its URL in `directory.domainControllers`); remove from the directory what is left of one that is gone for good; or name those to wait for in `replication.domainControllers`, or accept it with `waive: { R11: reason }`";

describe("a level that is awaited", () => {
  it("has arrived where every one has it, or a later one", () => {
    assert.deepEqual(replicated(schema, [has(dc1, 11116), has(dc2, 14622)], 15), ok);
    assert.deepEqual(replicated(schema, [], 15), ok);
  });

  it("fails where one lacks it at the end, and lists each with what it has", () => {
    const verdict = replicated(schema, [has(dc1, 11116), hidden(emeaDc1), has(dc2, 10637)], 15);
    assert.deepEqual(verdict, {
      verdict: "fails",
      problem: "after 15 min, 1 of 3 domain controllers has an earlier level",
      found: `${dc2} (schema 10637, 2007 RTM); ${emeaDc1} (not read: ldaps://${emeaDc1}:636 refuses connections)`,
      needed: "schema 11116 on 3 domain controllers",
      where,
      fix: `${replicate}; ${reach}`,
    } satisfies Fails);
  });

  it("fails where several lack it, and one has nothing yet", () => {
    const verdict = replicated(schema, [has(dc1, null), has(dc2, 10637)], 0.5);
    assert.deepEqual(verdict, {
      verdict: "fails",
      problem: "after 0.5 min, 2 of 2 domain controllers have an earlier level",
      found: `${dc1} (schema none); ${dc2} (schema 10637, 2007 RTM)`,
      needed: "schema 11116 on 2 domain controllers",
      where,
      fix: replicate,
    } satisfies Fails);
  });

  it("is open where the rest cannot be read, before Setup and after it", () => {
    const readings = [has(dc1, 11116), hidden(dc2)];
    const why = `it could not be seen to arrive on ${dc2} (not read: ldaps://${dc2}:636 refuses connections)`;
    const needed = "schema 11116 on 2 domain controllers";
    const open: NotVerified = { verdict: "unknown", why, needed, where, fix: reach };
    assert.deepEqual(replicated(schema, readings, 15), open);
    const level = unknown(`ldaps://${dc2}:636 refuses connections; see that it runs`, `ldaps://${dc2}`);
    assert.deepEqual(reachable(schema, [has(dc1, 10637), { ...hidden(dc2), level }]), {
      ...open,
      needed: `${needed}, after Setup; each is looked at before it, too`,
    });
    const before = { ...open, needed: `${needed}, after Setup; each is looked at before it, too` };
    assert.deepEqual(reachable(schema, [has(dc1, 10637), hidden(dc2)]), before);
    assert.deepEqual(reachable(schema, [has(dc1, 10637)]), ok);
  });

  it("is counted by domain controllers, and told with the domain it belongs to", () => {
    const organization = aCase({ step: "organization" });
    const reading = (attribute: "organization" | "domain", level: number): HeldReading => ({
      controller: dc2,
      attribute,
      ...(attribute === "domain" ? { domain: "contoso.com" } : {}),
      level: known(level, dc2),
    });
    const verdict = replicated(organization, [reading("organization", 10666), reading("domain", 10628)], 15);
    assert.deepEqual(verdict, {
      verdict: "fails",
      problem: "after 15 min, 1 of 1 domain controller has an earlier level",
      found: `${dc2} (organization 10666, 2007 RTM); ${dc2} (domain contoso.com 10628, 2007 RTM)`,
      needed: "organization 11221 and domain contoso.com 11221 on 1 domain controller",
      where,
      fix: replicate,
    } satisfies Fails);
  });
});

describe("domain controllers that the program names", () => {
  it("are writable ones of the forest", () => {
    assert.deepEqual(namedControllers(schema, "all"), ok);
    assert.deepEqual(namedControllers(schema, [dc1, emeaDc1]), ok);
    assert.deepEqual(namedControllers(schema, [dc1, "dc9.contoso.com", "rodc1.contoso.com"]), {
      verdict: "fails",
      problem: "dc9.contoso.com and rodc1.contoso.com are no writable domain controller of the forest",
      found: "dc9.contoso.com, rodc1.contoso.com in `replication.domainControllers`",
      needed: `names out of ${dc1}, ${dc2}, ${emeaDc1}`,
      where: "in the program: `replication.domainControllers`",
      fix: "correct the names; a read-only domain controller is never waited for",
    } satisfies Fails);
  });

  it("may be one whose own name does not show", () => {
    const forest = alsoLeft(leftController());
    assert.deepEqual(namedControllers(aCase({ step: "schema", forest }), ["dc9.contoso.com"]), ok);
    const known = alsoLeft(leftController({ name: "dc9.emea.contoso.com" }));
    assert.equal(
      namedControllers(aCase({ step: "schema", forest: known }), ["dc9.contoso.com"]).verdict,
      "fails",
    );
  });
});
