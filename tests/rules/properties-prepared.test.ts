/** R3 against a model of its own: what a step rests on, in words, and in three values (true, false, "?"). */
import assert from "node:assert/strict";
import fc from "fast-check";
import { known } from "../../lib/facts";
import type { Planned } from "../../lib/model";
import type { Case } from "../../lib/rules/case";
import type { Verdict } from "../../lib/rules/finding";
import { rules } from "../../lib/rules/table";
import {
  aCase,
  domainsAt,
  installed,
  organizationAt,
  plannedUpTo,
  rolesAre,
  schemaAt,
  silent,
} from "./builder";

type Judge = (c: Case) => Verdict;

function judgeOf(id: "R3"): Judge {
  const { enforced } = rules[id];
  assert.ok(enforced.by === "judge", id);
  return enforced.judge;
}

const parts = ["schema", "organization", "domain"] as const;
type Part = (typeof parts)[number];
const levels = ["never", "RTM", "SP1", "SP2", "?"] as const;
type Level = (typeof levels)[number];

/** A step, what the program says is before it, and what the directory shows. */
interface Situation {
  readonly step: "organization" | "domain" | "server";
  /** What the computer carries. */
  readonly carries: "a role" | "Edge Transport" | "the tools alone" | "nothing" | "?";
  /** The parts that are planned; null while that is not known. */
  readonly planned: readonly Part[] | null;
  readonly says: "nothing" | "Prepared.edge" | "Prepared.byFirstServer";
  readonly live: { readonly [part in Part]: Level };
  readonly domain: "of the forest" | "of no forest" | "not read";
  readonly apply: boolean;
}

const level = fc.constantFrom<Level>("never", "RTM", "SP1", "SP1", "SP1", "SP2", "?");

const situation: fc.Arbitrary<Situation> = fc.record({
  step: fc.constantFrom("organization", "domain", "server", "server", "server"),
  carries: fc.constantFrom("a role", "a role", "Edge Transport", "the tools alone", "nothing", "?"),
  planned: fc.option(fc.subarray([...parts]), { freq: 6 }),
  says: fc.constantFrom("nothing", "nothing", "nothing", "Prepared.edge", "Prepared.byFirstServer"),
  live: fc.record({ schema: level, organization: level, domain: level }),
  domain: fc.constantFrom("of the forest", "of the forest", "of the forest", "of no forest", "not read"),
  apply: fc.boolean(),
});

const numbers = {
  schema: { RTM: 10637, SP1: 11116, SP2: 14622 },
  organization: { RTM: 10666, SP1: 11221, SP2: 11222 },
  domain: { RTM: 10628, SP1: 11221, SP2: 11222 },
} as const;

function caseOf(s: Situation): Case {
  const number = (part: Part) => {
    const at = s.live[part];
    return at === "never" ? null : at === "?" ? silent : numbers[part][at];
  };
  const schema = number("schema");
  const organization = number("organization");
  const roles = {
    "a role": rolesAre(installed("Mailbox"), installed("Management Tools")),
    "Edge Transport": rolesAre(installed("Edge Transport"), installed("Management Tools")),
    "the tools alone": rolesAre(installed("Management Tools")),
    nothing: rolesAre(),
    "?": { roles: silent },
  }[s.carries];
  return aCase({
    step: s.step,
    computer: s.domain === "of no forest" ? "pc1.fabrikam.com" : "pc1.contoso.com",
    apply: s.apply,
    planned: s.planned === null ? null : plannedOf(s, s.planned),
    machine: roles,
    forest: {
      ...(schema === silent ? { schema } : schemaAt(schema as number | null)),
      ...(organization === silent ? { organization } : organizationAt(organization as number | null)),
      ...(s.domain === "not read" ? { domains: silent } : {}),
    },
    domainLevels: domainsAt({ "contoso.com": number("domain") }),
  });
}

function plannedOf(s: Situation, planned: readonly Part[]): Planned {
  return plannedUpTo({
    schema: planned.includes("schema"),
    organization: planned.includes("organization"),
    domains: planned.includes("domain") ? ["contoso.com"] : [],
    ...(s.says === "Prepared.edge" ? { edge: true } : {}),
    ...(s.says === "Prepared.byFirstServer" ? { byFirstServer: true } : {}),
  });
}

/** What the step rests on. */
const restsOn: Readonly<Record<Situation["step"], readonly Part[]>> = {
  organization: ["schema"],
  domain: ["schema", "organization"],
  server: ["schema", "organization", "domain"],
};

/** The preparation's topic, and P4 for the tools: they need local Administrators and nothing more. */
function expected(s: Situation): Verdict["verdict"] {
  if (s.step === "server" && s.carries === "the tools alone") return "ok";
  if (s.planned === null && !s.apply) return "unknown";
  const says = s.planned === null ? "nothing" : s.says;
  if (says === "Prepared.edge")
    return s.carries === "?" ? "unknown" : s.carries === "a role" ? "fails" : "ok";
  if (s.step === "server" && s.domain !== "of the forest") return "unknown";
  if (says === "Prepared.byFirstServer") return "ok";
  const open = restsOn[s.step].filter((part) => s.apply || s.planned?.includes(part) !== true);
  const at = open.map((part) => s.live[part]);
  if (at.some((l) => l === "never" || l === "RTM")) return "fails";
  return at.includes("?") ? "unknown" : "ok";
}

function property(judge: Judge) {
  return fc.property(situation, (s) => {
    assert.equal(judge(caseOf(s)).verdict, expected(s));
  });
}

describe("preparations, for any plan and any directory", () => {
  it("R3 says what its topic says", () => {
    fc.assert(property(judgeOf("R3")), { numRuns: 1500 });
  });

  it("R3 says all of its words on these situations, for each step and for the tools", () => {
    const sampled = fc.sample(situation, { numRuns: 2000, seed: 7 });
    for (const step of ["organization", "domain", "server"] as const) {
      const words = new Set(sampled.filter((s) => s.step === step).map(expected));
      assert.deepEqual([...words].sort(), ["fails", "ok", "unknown"], step);
    }
    assert.ok(sampled.some((s) => s.step === "server" && s.carries === "the tools alone"));
  });
});

const okay: Verdict = { verdict: "ok" };
const on =
  (change: (c: Case) => Partial<Case>) =>
  (judge: Judge): Judge =>
  (c) =>
    judge({ ...c, ...change(c) });
const withRoles = (c: Case, roles: Case["facts"]["computer"]["roles"]): Partial<Case> => ({
  facts: { ...c.facts, computer: { ...c.facts.computer, roles } },
});
const isTools = (c: Case) => {
  const { roles } = c.facts.computer;
  return roles.known && roles.value.length > 0 && roles.value.every((r) => r.role === "Management Tools");
};

const mistakes: readonly (readonly [string, (judge: Judge) => Judge])[] = [
  [
    "the tools alone rest on the directory, too",
    on((c) =>
      isTools(c) && c.planned?.edge !== true ? withRoles(c, known([installed("Mailbox")], "")) : {},
    ),
  ],
  [
    "roles that could not be read are the tools alone",
    on((c) => (c.facts.computer.roles.known ? {} : withRoles(c, known([installed("Management Tools")], "")))),
  ],
  [
    "a preparation on a computer with only the tools needs nothing",
    (judge) => (c) => (isTools(c) ? okay : judge(c)),
  ],
  ["what is planned counts right before Setup", on(() => ({ apply: false }))],
  ["what is planned never counts", on(() => ({ apply: true }))],
  [
    "what could not be read is in order",
    (judge) => (c) => {
      const said = judge(c);
      return said.verdict === "unknown" && c.planned !== null ? okay : said;
    },
  ],
];

describe("these properties of preparations", () => {
  for (const [what, mistake] of mistakes) {
    it(`find the mistake in R3: ${what}`, () => {
      assert.equal(fc.check(property(mistake(judgeOf("R3"))), { numRuns: 3000, seed: 7 }).failed, true);
    });
  }
});
