/** An organization's upgrade as a list of steps: what makes none, and what every list keeps. No engine. */
import assert from "node:assert/strict";
import { output, RunError } from "@pulumi/pulumi";
import * as fc from "fast-check";
import { type Role, roles } from "../../lib/facts";
import { blueprintOf, type OrganizationBlueprint, waveToken } from "../../lib/program/upgrade/blueprint";
import type { ExchangeUpgradeArgs, UpgradeServerArgs } from "../../lib/program/upgrade/upgradeArgs";
import { organizationOf } from "../../lib/provider/gates/organizationSteps";
import { Run } from "../../lib/provider/memory/run";
import { caseOf } from "../../lib/provider/step/case";
import type { Step } from "../../lib/provider/step/step";
import { evaluate } from "../../lib/rules/evaluate";
import { renderFindings } from "../../lib/rules/sharedFindings";
import {
  aCase,
  account,
  buildOf,
  domainsAt,
  facingTheInternet,
  identityIs,
  installed,
  loggedOnAs,
  organizationAt,
  rolesAre,
  schemaAt,
  serverObject,
  serversAre,
  sids,
} from "../rules/builder";

const connection = { host: "127.0.0.1", user: "CONTOSO\\exadmin", password: "Exadmin-Secret-1" };
const media = "D:\\SP1";
const on = (name: string, who = "CONTOSO\\exadmin") => ({
  computer: { name, media, connection },
  account: { name: who },
});
const preparation = {
  schema: on("dc1.contoso.com", "CONTOSO\\prep"),
  domains: { "emea.contoso.com": on("emea-dc1.emea.contoso.com", "EMEA\\emeaprep") },
};
const server = (name: string, own: readonly Role[], site?: string): UpgradeServerArgs => ({
  ...on(name),
  roles: own,
  ...(site === undefined ? {} : { site }),
});
const directory = {
  url: "ldaps://dc1.contoso.com",
  user: "CONTOSO\\reader",
  password: "Reader-Secret-1",
};
const args = (changes: Partial<ExchangeUpgradeArgs> = {}): ExchangeUpgradeArgs => ({
  target: "2007 SP1",
  directory,
  preparation,
  servers: { mbx: server("mbx.contoso.com", ["Mailbox"], "London") },
  ...changes,
});

describe("the blueprint of an organization", () => {
  const refused = (changes: object): string => {
    try {
      blueprintOf("contoso", { ...args(), ...changes } as ExchangeUpgradeArgs);
    } catch (error) {
      assert.ok(RunError.isInstance(error), String(error));
      return error.message;
    }
    throw new Error("it was not refused");
  };

  it("is refused with everything that no order can be made of, and without a secret", () => {
    const mbx = args().servers.mbx;
    assert.equal(
      refused({
        atOnce: 0,
        edge: "never",
        preparation: { domains: { "emea.contoso.com": { computer: connection } } },
        servers: {
          late: { ...mbx, computer: { ...mbx?.computer, name: output("late.contoso.com") } },
          nowhere: { roles: ["Mailbox"], site: "London" },
          none: { ...on("none.contoso.com"), roles: [] },
          wrong: {
            ...on("wrong.contoso.com"),
            roles: ["Hubtransport"],
            site: 7,
            internetFacing: output(true),
          },
          first: server("same.contoso.com", ["Mailbox"], "London"),
          second: server("SAME.contoso.com", ["Mailbox"], "London"),
          homeless: server("homeless.contoso.com", ["Mailbox"]),
        },
      }),
      `ExchangeUpgrade "contoso" cannot be planned:
  preparation.domains["emea.contoso.com"].computer.host: is no argument here
  preparation.domains["emea.contoso.com"].computer.user: is no argument here
  preparation.domains["emea.contoso.com"].computer.password: is no argument here
  atOnce: 0 is no whole number from 1
  edge: "never" is none of "first", "afterMailbox", "last"
  preparation.schema.computer: missing; say where the step runs
  preparation.domains["emea.contoso.com"].computer.name: nothing is no name
  servers.late.computer.name: an Output (the order of the steps is made before its value is known) is no name
  servers.nowhere.computer: missing; say where the step runs
  servers.none.roles: name at least one role, in a list
  servers.wrong.roles: "Hubtransport" is none of ${roles.map((role) => `"${role}"`).join(", ")}
  servers.wrong.site: 7 is no name
  servers.wrong.internetFacing: an Output (the order of the steps is made before its value is known) is neither true nor false
  servers.second: same.contoso.com is servers.first already
  servers.homeless.site: missing; servers of one role take turns within their site
  Code:   XU-ARGUMENT`,
    );
    assert.equal(
      refused({ preparation: undefined, servers: [mbx] }),
      `ExchangeUpgrade "contoso" cannot be planned:
  preparation: nothing is neither { schema: … } nor "verify", "byFirstServer"
  servers: an array is no map of servers by a short name
  Code:   XU-ARGUMENT`,
    );
  });

  it("is refused where two steps would be one to the gates", () => {
    const edge = (name: string) => server(`${name}.contoso.com`, ["Edge Transport"]);
    const domains = {
      "Emea.contoso.com": on("a.emea.contoso.com"),
      "emea.contoso.com": on("b.emea.contoso.com"),
    };
    assert.equal(
      refused({
        preparation: { ...preparation, domains, allDomains: preparation.schema },
        servers: {
          ad: edge("a"),
          schema: edge("s"),
          "all-domains": edge("d"),
          "emea.contoso.com": edge("e"),
        },
      }),
      `ExchangeUpgrade "contoso" cannot be planned:
  preparation.domains["emea.contoso.com"]: its resource would be contoso-emea.contoso.com, as preparation.domains["emea.contoso.com"] is; give it another name
  servers.ad: its resource would be contoso-ad, as preparation.activeDirectory is; give it another name
  servers.schema: its resource would be contoso-schema, as preparation.schema is; give it another name
  servers["all-domains"]: its resource would be contoso-all-domains, as preparation.allDomains is; give it another name
  servers["emea.contoso.com"]: its resource would be contoso-emea.contoso.com, as preparation.domains["emea.contoso.com"] is; give it another name
  Code:   XU-ARGUMENT`,
    );
  });

  it("takes defaults part by part, and what a step says of its own first", () => {
    const mailbox = server("mbx.contoso.com", ["Mailbox"], "London");
    const { preparations, servers } = blueprintOf(
      "contoso",
      args({
        preparation: { schema: on("dc1.contoso.com", "CONTOSO\\prep") },
        defaults: {
          setup: { acceptLicenseTerms: true, diagnosticData: false, extendedProtection: "on" },
          timeouts: { setup: 90 },
        },
        servers: {
          mbx: { ...mailbox, setup: { extendedProtection: "off" }, timeouts: { facts: 30 } },
        },
      }),
    );
    const answers = { acceptLicenseTerms: true, diagnosticData: false, extendedProtection: "on" };
    for (const { name, args: given } of preparations) assert.deepEqual(given.setup, answers, name);
    const [own] = servers;
    assert.deepEqual(own?.args.setup, { ...answers, extendedProtection: "off" });
    assert.deepEqual(own?.args.timeouts, { setup: 90, facts: 30 });
    assert.equal(own?.place.elsewhere["setup.diagnosticData"], "defaults.setup.diagnosticData");
  });

  it("breaks no rule on a healthy forest, whatever the organization: neither a must nor a recommendation", () => {
    fc.assert(
      fc.property(organizations, (organization) => {
        const run = new Run();
        for (const step of stepsOf(organization, run)) {
          const c = caseOf(run, step, factsFor(step, organization), {
            recorded: false,
            apply: false,
            recordedWindows: null,
          });
          assert.deepEqual(renderFindings(evaluate(c)), [], step.computer);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("waits over no more than four dependencies for each step, and one for each further role", () => {
    fc.assert(
      fc.property(organizations, (organization) => {
        const { preparations, servers, waves } = blueprintOf("contoso", organization);
        const edges = [...preparations, ...servers].reduce(
          (sum, { after, rests }) => sum + after.length + (rests === undefined ? 0 : 1),
          waves.reduce((sum, wave) => sum + wave.servers.length, 0),
        );
        const carried = Object.values(organization.servers).reduce(
          (sum, { roles: own }) => sum + own.length,
          0,
        );
        assert.ok(edges <= 3 * servers.length + carried + preparations.length, `${edges} dependencies`);
      }),
    );
  });
});

/** Sites of the forest that have a global catalog (D4). */
const sites = ["London", "Operations", "Dublin"];
const own: readonly Role[] = ["Client Access", "Hub Transport", "Mailbox", "Unified Messaging"];
const serverArbitrary = fc.record({
  roles: fc.oneof(
    { weight: 8, arbitrary: fc.subarray([...own], { minLength: 1 }) },
    { weight: 1, arbitrary: fc.constant<readonly Role[]>(["Edge Transport"]) },
    { weight: 1, arbitrary: fc.constant<readonly Role[]>(["Management Tools"]) },
  ),
  site: fc.constantFrom(...sites),
  facing: fc.boolean(),
  domain: fc.constantFrom("contoso.com", "emea.contoso.com"),
});

/** Organizations of up to thirty servers, prepared by their own programs. */
const organizations: fc.Arbitrary<ExchangeUpgradeArgs> = fc
  .record({
    servers: fc.array(serverArbitrary, { minLength: 1, maxLength: 30 }),
    atOnce: fc.integer({ min: 1, max: 4 }),
    edge: fc.constantFrom("first" as const, "afterMailbox" as const, "last" as const),
    allDomains: fc.boolean(),
  })
  .map(({ servers, atOnce, edge, allDomains }) =>
    args({
      atOnce,
      edge,
      preparation: allDomains ? { schema: preparation.schema, allDomains: preparation.schema } : preparation,
      servers: Object.fromEntries(
        servers.map(({ roles: carried, site, facing, domain }, i) => [
          `s${i}`,
          {
            ...on(`s${i}.${domain}`),
            roles: carried,
            ...(carried.includes("Edge Transport") ? {} : { site }),
            ...(facing && carried.includes("Client Access") ? { internetFacing: true } : {}),
          },
        ]),
      ),
    }),
  );

/** The steps as the gates get them. */
function stepsOf(organization: ExchangeUpgradeArgs, run = new Run()): readonly Step[] {
  const blueprint = blueprintOf("contoso", organization);
  const { steps } = organizationOf(run, {
    target: organization.target,
    directory,
    steps: Object.fromEntries(
      [...blueprint.preparations, ...blueprint.servers].map((each) => [each.name, entryOf(each)]),
    ),
    waves: Object.fromEntries(blueprint.waves.map((wave) => [waveToken(wave.name), wave.servers])),
  });
  return steps.map(({ name, step, parsed }) => {
    assert.deepEqual(parsed.problems, [], name);
    assert.ok(step, name);
    return step;
  });
}

const edgePlanned = {
  target: "2007 SP1",
  from: "2007 RTM",
  schema: false,
  organization: false,
  domains: [],
  edge: true,
};

function entryOf({
  kind,
  args: given,
  own: of,
  after,
  rests,
  directory: has,
  place,
}: OrganizationBlueprint["servers"][number]) {
  const known = Object.fromEntries(
    Object.entries({ ...given, ...of }).filter(([, value]) => value !== undefined),
  );
  return {
    kind,
    place,
    ...known,
    after: [...after],
    ...(rests === undefined ? {} : { rests }),
    ...(has ? {} : { directory: null, prepared: edgePlanned }),
  };
}

/** What is read of a step before anything is done: everything at 2007 RTM, and as the program says. */
function factsFor(step: Step, { servers }: ExchangeUpgradeArgs) {
  const all = Object.entries(servers);
  const [, given] = all.find(([, each]) => each.computer.name === step.computer) ?? [];
  const objects = all.flatMap(([name, { roles: carried, site, computer }]) =>
    carried.some((role) => role !== "Management Tools")
      ? [serverObject(name, carried, "8.0.685.25", { fqdn: computer.name, site: site ?? null })]
      : [],
  );
  const facing = all.filter(([, each]) => each.internetFacing === true).map(([name]) => name);
  const who = { schema: "prep", organization: "prep", domain: "emeaprep", server: "exadmin" } as const;
  const whole = step.kind === "domain" && step.domains.includes("*");
  const carried = given === undefined ? [] : [...given.roles, "Management Tools" as const];
  const site = given === undefined ? "Operations" : (given.site ?? null);
  const { facts } = aCase({
    step: step.kind,
    computer: step.computer,
    found: account(whole ? "prep" : who[step.kind]),
    forest: {
      ...schemaAt(10637),
      ...organizationAt(10666),
      ...serversAre(...objects),
      ...facingTheInternet(...facing),
    },
    domainLevels: domainsAt({ "contoso.com": 10628, "emea.contoso.com": 10628 }),
    machine: {
      ...identityIs(step.computer, site),
      ...(whole ? loggedOnAs(sids.prep, "CONTOSO\\prep") : {}),
      ...(given === undefined ? {} : rolesAre(...[...new Set(carried)].map((role) => installed(role)))),
      media: { known: true, value: buildOf("8.1.240.6"), source: "D:\\SP1\\Setup.com" },
    },
  });
  return facts;
}
