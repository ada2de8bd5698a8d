/** R31 to R42 against a second, naive judgement of random directories. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type AccessEntry, known } from "../../lib/facts";
import type { HealthFacts, RegisteredGroupFacts, SystemMailboxFacts } from "../../lib/facts/health";
import { evaluate } from "../../lib/rules/evaluate";
import type { RuleId } from "../../lib/rules/ids";
import { aCase, type Changes, installed, registeredGroup, rolesAre, soundHealth } from "./builder";

/** What a rule says of a case: `must` or `should`, and whether it fails or could not be judged. */
function said(id: RuleId, changes: Changes): string {
  const found = evaluate(aCase(changes)).find(({ rule }) => rule === id);
  return found === undefined ? "ok" : `${found.level} ${found.verdict.verdict}`;
}

/** The worst of several answers. */
function worst(answers: readonly string[]): string {
  const order = ["must fails", "must unknown", "should fails", "should unknown"];
  return order.find((answer) => answers.includes(answer)) ?? "ok";
}

const source = "dc1.contoso.com";
const exchange = "CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com";
const servers = "A7D2016C83F003458132789EEB127B84";
const modernServer: Changes = {
  target: "2016 CU23",
  machine: rolesAre(installed("Mailbox", "15.1.2375.7")),
};
const organization = (target: string): Changes => ({ step: "organization", target });

const anyGroup: fc.Arbitrary<RegisteredGroupFacts> = fc
  .record({
    container: fc.constantFrom(exchange, "CN=Configuration,DC=contoso,DC=com"),
    guid: fc.constantFrom(servers, "00000000000000000000000000000000", null),
    state: fc.constantFrom("malformed", "deleted", "unseen", "other", "group"),
    groupType: fc.constantFrom(-2147483640, -2147483646, -2147483644, 8, 2, null),
    mailEnabled: fc.boolean(),
  })
  .map((each) =>
    registeredGroup({ ...each, guid: each.state === "malformed" ? null : (each.guid ?? servers) }),
  );

/** groupType in words, by a table instead of bits. */
const kinds: ReadonlyMap<number, "sound" | "wrong"> = new Map([
  [-2147483640, "sound"],
  [-2147483646, "wrong"],
  [-2147483644, "wrong"],
  [8, "wrong"],
  [2, "wrong"],
]);

function ofGroup({ container, guid, state, groupType, mailEnabled }: RegisteredGroupFacts): string {
  const level = container === exchange || guid === servers ? "must" : "should";
  if (state === "malformed") return "should fails";
  if (state === "deleted") return `${level} fails`;
  if (state === "unseen") return `${level} unknown`;
  if (state === "other") return "ok";
  const kind =
    groupType === null ? `${level} unknown` : kinds.get(groupType) === "wrong" ? `${level} fails` : "ok";
  return worst([kind, mailEnabled ? "should fails" : "ok"]);
}

const users = "S-1-5-21-1-1-1-513";
const others = "S-1-5-21-9-9-9-513";
const anyEntry: fc.Arbitrary<AccessEntry> = fc.record({
  sid: fc.constantFrom(users, others, "S-1-5-11"),
  allow: fc.boolean(),
  mask: fc.constantFrom(0x40000, 0xf01ff, 0x20094, 0x10),
});

const anyMailbox: fc.Arbitrary<SystemMailboxFacts> = fc.record({
  dn: fc.constant("CN=Arbiter"),
  kinds: fc.constantFrom(["arbitration" as const], ["public folder" as const]),
  database: fc.constantFrom("there", "absent", "deleted", "unseen"),
  homeServer: fc.constantFrom("there", "absent", "unseen"),
  userPrincipalName: fc.constant("arbiter@contoso.com"),
  sameName: fc.constantFrom([], ["CN=Namesake"]),
});

function health(changes: Partial<HealthFacts>): { readonly health: Partial<HealthFacts> } {
  return { health: changes };
}

describe("rules on what Setup is known to stop at, judged twice", () => {
  it("R31: each registered value by itself, and the worst of them decides", () => {
    fc.assert(
      fc.property(fc.array(anyGroup, { maxLength: 4 }), (registered) => {
        const { groups } = soundHealth;
        if (!groups.known) return;
        const changes = health({ groups: { ...groups, value: { ...groups.value, registered } } });
        assert.equal(
          said("R31", { ...organization("2007 SP1"), ...changes }),
          worst(registered.map(ofGroup)),
        );
      }),
    );
  });

  it("R32: an OU at the root is enough; without one it is a must from 2010 on", () => {
    const targets = fc.constantFrom("2007 SP1", "2010 SP3", "2016 CU23");
    const unit = fc.record({ dn: fc.constant("OU=x"), atRoot: fc.boolean() });
    fc.assert(
      fc.property(
        targets,
        fc.array(unit, { maxLength: 2 }),
        fc.boolean(),
        fc.boolean(),
        (target, units, readable, stray) => {
          const changes = health({
            groups: known({ registered: [], units, readable, unregistered: stray ? ["CN=y"] : [] }, source),
          });
          const level = target === "2007 SP1" ? "should" : "must";
          const seen = units.length > 0 || readable;
          const atRoot = units.filter((each) => each.atRoot).length;
          assert.equal(
            said("R32", { ...organization(target), ...changes }),
            worst([
              atRoot > 0 ? "ok" : `${level} ${seen ? "fails" : "unknown"}`,
              stray ? "should fails" : "ok",
            ]),
          );
        },
      ),
    );
  });

  it("R33: two objects of KB 948214 must not, and no other should, have a duplicate's name", () => {
    const name = fc.constantFrom("msExchResourcePropertySchema", "DUP-a", "dup-a", null);
    fc.assert(
      fc.property(
        name,
        fc.array(fc.constantFrom("x", "DUP-x"), { maxLength: 2 }),
        fc.boolean(),
        fc.subarray(["msExchResourcePropertySchema", "homeMDB"]),
        (own, may, more, lacks) => {
          const changes = health({
            schemaNames: known(
              {
                resourceProperty: own,
                resourceMayContain: may,
                lacks,
                duplicates: more ? [{ dn: "CN=b", name: "DUP-b" }] : [],
              },
              source,
            ),
          });
          const wrong = own === "DUP-a" || own === "dup-a" || may.includes("DUP-x");
          assert.equal(
            said("R33", { step: "schema", ...changes }),
            worst([
              wrong ? "must fails" : "ok",
              more ? "should fails" : "ok",
              own === null && !lacks.includes("msExchResourcePropertySchema") ? "should unknown" : "ok",
            ]),
          );
        },
      ),
    );
  });

  it("R38: by the list walked entry by entry", () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 5 }), (entries) => {
        let granted: boolean | undefined;
        let anybody = false;
        for (const { sid, allow, mask } of entries) {
          if (mask !== 0x40000 && mask !== 0xf01ff) continue;
          anybody ||= allow;
          if (sid !== others && granted === undefined) granted = allow;
        }
        const bad = granted === false || (entries.length > 0 && !anybody);
        const changes = health({
          organization: known(
            { hierarchies: null, readable: false, trees: [], access: { "CN=Contoso": entries } },
            source,
          ),
        });
        assert.equal(said("R38", { ...organization("2007 SP1"), ...changes }), bad ? "should fails" : "ok");
      }),
    );
  });

  it("R40: databases are a must of a server, home servers from 2013 on, and names of Active Directory alone", () => {
    fc.assert(
      fc.property(fc.array(anyMailbox, { minLength: 1, maxLength: 3 }), (mailboxes) => {
        const changes = health({ systemMailboxes: known(mailboxes, source) });
        const answers = mailboxes.flatMap(({ database, homeServer }) => [
          database === "there" ? "ok" : database === "unseen" ? "must unknown" : "must fails",
          homeServer === "there" ? "ok" : homeServer === "unseen" ? "should unknown" : "should fails",
        ]);
        assert.equal(said("R40", { ...modernServer, ...changes }), worst(answers));
        assert.equal(
          said("R40", { ...organization("2016 CU23"), ...changes }),
          mailboxes.some(({ sameName }) => sameName.length > 0) ? "should fails" : "ok",
        );
      }),
    );
  });

  it("R41: clients have one ActiveSync directory, whatever else is there", () => {
    const directory = fc.record({
      name: fc.constantFrom("a (Default Web Site)", "a (Exchange Back End)", "a (EXCHANGE BACK END)", "b"),
      dn: fc.constant("CN=a"),
      activeSync: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(directory, { maxLength: 4 }), (directories) => {
        const changes = health({ virtualDirectories: known(directories, source) });
        let clients = 0;
        for (const { name, activeSync } of directories)
          if (activeSync && (name === "b" || name === "a (Default Web Site)")) clients++;
        assert.equal(said("R41", { ...modernServer, ...changes }), clients > 1 ? "must fails" : "ok");
      }),
    );
  });
});
