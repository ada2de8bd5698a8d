/** Reads the facts on the directory's health that the rules of a step need. The steps of a run share the answers. */

import type { Cause } from "../../cause";
import type { DirectorySession } from "../../directory";
import { type Fact, known, type Unknown, unknown } from "../../facts";
import { type HealthFacts, unreadHealth } from "../../facts/health";
import type { Case } from "../../rules/case";
import { healthAsked } from "../../rules/organization/healthAsked";
import { objectOf } from "../../rules/organization/serverObjects";
import type { Ask } from "./answers";

/**
 * The facts on health that the rules of the step need.
 * @param c the step without these facts
 * @param causeOf the cause of a directory that has stopped to answer with this reason
 */
export async function healthOf(
  c: Case,
  session: DirectorySession,
  ask: Ask,
  causeOf: (why: string) => Cause | undefined,
): Promise<HealthFacts> {
  const asked = healthAsked(c);
  const not = unknown("it was not asked", c.computer);
  const once = <T>(question: string, wanted: boolean, read: () => Promise<Fact<T>>): Promise<Fact<T>> =>
    wanted ? ask(`health: ${question}`, read) : Promise.resolve(not);
  const { groupNames, synchronized, systemMailboxes } = asked;
  const withNames = systemMailboxes === "with names";
  const objects = once("server objects", asked.server, () => session.serverObjects());
  const domains = asked.domains.map(
    async (name) => [name, await once(`domain ${name}`, true, () => session.domainObjects(name))] as const,
  );
  const [groups, schemaNames, schemaMasterSynchronized, organization, mailboxes] = await Promise.all([
    once(`groups ${groupNames}`, groupNames !== null, () => session.securityGroups(groupNames ?? [])),
    once("schema names", asked.schemaNames, () => session.schemaNames()),
    once(`synchronized ${synchronized}`, synchronized !== null, () =>
      session.synchronized(synchronized ?? ""),
    ),
    once("organization", asked.organization, () => session.organizationObjects()),
    once(`system mailboxes ${systemMailboxes}`, systemMailboxes !== "not", () =>
      session.systemMailboxes(withNames),
    ),
  ]);
  const ofServer = await objects;
  const facts: HealthFacts = {
    ...unreadHealth(not),
    groups,
    schemaNames,
    schemaMasterSynchronized,
    organization,
    systemMailboxes: mailboxes,
    domains: Object.fromEntries(await Promise.all(domains)),
    relationships: ofServer.known ? known(ofServer.value.relationships, ofServer.source) : ofServer,
    virtualDirectories: ofServer.known ? directoriesOf(c, ofServer) : ofServer,
  };
  return withLoss(facts, not, causeOf);
}

/**
 * Gives unread facts their cause, where two questions have failed for one reason: the domain controller has stopped to answer
 * since the forest was read. What an account may not see is named by its reason, and differs.
 */
function withLoss(
  facts: HealthFacts,
  not: Unknown,
  causeOf: (why: string) => Cause | undefined,
): HealthFacts {
  const { groups, schemaNames, organization, systemMailboxes, virtualDirectories } = facts;
  const asked = [groups, schemaNames, organization, systemMailboxes, virtualDirectories];
  const reasons = [...asked, ...Object.values(facts.domains)].flatMap((fact) =>
    fact.known || fact.why === not.why ? [] : [fact.why],
  );
  const lost = reasons.find((why, index) => reasons.indexOf(why) !== index);
  const cause = lost === undefined ? undefined : causeOf(lost);
  if (cause === undefined) return facts;
  const caused = <T>(fact: Fact<T>): Fact<T> => (fact.known || fact.why !== lost ? fact : { ...fact, cause });
  return {
    groups: caused(groups),
    schemaNames: caused(schemaNames),
    schemaMasterSynchronized: caused(facts.schemaMasterSynchronized),
    organization: caused(organization),
    systemMailboxes: caused(systemMailboxes),
    domains: Object.fromEntries(Object.entries(facts.domains).map(([name, fact]) => [name, caused(fact)])),
    relationships: caused(facts.relationships),
    virtualDirectories: caused(virtualDirectories),
  };
}

function directoriesOf(
  { computer, facts: { forest } }: Case,
  { value, source }: Extract<Awaited<ReturnType<DirectorySession["serverObjects"]>>, { known: true }>,
): HealthFacts["virtualDirectories"] {
  if (!forest.servers.known) return forest.servers;
  const own = objectOf(forest.servers.value, computer);
  return known((own && value.directories.get(own.dn)) ?? [], source);
}
