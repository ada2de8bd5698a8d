/** R33 and R34: conditions of the schema and its master that an import of Exchange's schema files depends on. */
import { isDuplicateName, type SchemaNameFacts } from "../../facts/health";
import { isModern, type Release } from "../../releases";
import type { Case } from "../case";
import type { Verdict } from "../finding";
import { checkedBySetup, type Grounds } from "../rule";
import { mayPrepare, whenPreparing } from "./firstServer";
import { type Problem, verdictOf } from "./problems";

const property = "ms-Exch-Resource-Property-Schema";
const propertyName = "msExchResourcePropertySchema";
const ofClass = "ms-Exch-Resource-Schema";

/** The source of R33: an article about each product, and from 2013 on a rule of Setup. */
export function schemaNamesSource(target: Release): Grounds {
  if (isModern(target.product)) return checkedBySetup("ResourcePropertySchemaException")(target);
  return {
    evidence: "documented",
    source: target.product === "2007" ? "Microsoft KB 948214" : "Microsoft KB 2872882",
  };
}

/**
 * Applies a rule to the preparations that read the schema: /PrepareSchema, and /PrepareAD, which reads the same names.
 */
function whenSchemaIsMet(c: Case, judge: () => Verdict): Verdict {
  const what = mayPrepare(c, "schema") ? "schema" : "organization";
  return whenPreparing(c, what, judge);
}

/** Whether the directory cannot contain such a class or attribute, since the schema does not define it. */
export function schemaLacks({ facts: { health } }: Case, name: string): boolean {
  return health.schemaNames.known && health.schemaNames.value.lacks.includes(name);
}

/** R33: the attribute of resource mailboxes has its proper name. */
export function schemaNamesAreTheirOwn(c: Case): Verdict {
  return whenSchemaIsMet(c, () => {
    const { schemaNames } = c.facts.health;
    const problems: readonly Problem[] = schemaNames.known
      ? nameProblems(schemaNames.value)
      : [{ why: schemaNames.why, fix: "let `directory` read the schema, with an account that sees it" }];
    return verdictOf(problems, {
      problem: "a name in the schema is that of a duplicate, and Setup would stop halfway",
      should: { problem: "a name in the schema is that of a duplicate" },
      needed: `lDAPDisplayName ${propertyName} of CN=${property}, and no name that begins with DUP-`,
      where: "in the schema, on the schema master",
    });
  });
}

function nameProblems({
  resourceProperty,
  resourceMayContain,
  lacks,
  duplicates,
}: SchemaNameFacts): readonly Problem[] {
  const malformed = (resourceMayContain ?? []).filter(isDuplicateName);
  const isWrong = resourceProperty !== null && isDuplicateName(resourceProperty);
  const others = duplicates.filter(({ name }) => name !== resourceProperty);
  const fix = `set lDAPDisplayName of CN=${property} to ${propertyName} on the schema master (ADSI Edit, as Schema Admins), and let it replicate: mayContain of CN=${ofClass} then shows the new name`;
  return [
    ...(isWrong ? [{ found: `CN=${property} has lDAPDisplayName ${resourceProperty}`, fix }] : []),
    ...(malformed.length > 0
      ? [{ found: `mayContain of CN=${ofClass} holds ${malformed.join(", ")}`, fix }]
      : []),
    ...others.map(
      ({ dn, name }): Problem => ({
        level: "should",
        found: `${dn} has lDAPDisplayName ${name}`,
        fix: "find out which two definitions claimed the name, and let the maker of the other one change or deactivate it",
      }),
    ),
    // If the schema lacks the attribute, Setup adds it with its proper name.
    ...(resourceProperty === null && !lacks.includes(propertyName)
      ? [
          {
            level: "should",
            why: `CN=${property} does not show: the schema lacks it, or this account cannot see it`,
            fix: "let `directory` read the schema, with an account that sees it",
          } as const,
        ]
      : []),
  ];
}

/** R34: the schema master has replicated with a partner since it started. */
export function schemaMasterIsSynchronized(c: Case): Verdict {
  return whenSchemaIsMet(c, () => {
    const { schemaMaster } = c.facts.forest;
    const fact = schemaMaster.known ? c.facts.health.schemaMasterSynchronized : schemaMaster;
    const fix =
      "repair the replication of the schema master (repadmin /showrepl), and wait until it has replicated with a partner";
    const problems: readonly Problem[] = !fact.known
      ? [
          {
            level: "should",
            why: fact.why,
            fix: "let `directory` reach the schema master (`directory.domainControllers`), or ask it: isSynchronized in its root DSE",
          },
        ]
      : fact.value
        ? []
        : [{ level: "should", found: `isSynchronized FALSE (${fact.source})`, fix }];
    return verdictOf(problems, {
      problem:
        "the schema master has not replicated with a partner since its start, and refuses changes of the schema",
      needed: "isSynchronized TRUE in the root DSE of the schema master",
      where: "on the schema master",
    });
  });
}
