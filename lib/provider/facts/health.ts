/** Reads the facts on the directory's health that the rules of a step need. The steps of a run share the answers. */
import type { DirectorySession } from "../../directory";
import { type Fact, known, unknown } from "../../facts";
import { type HealthFacts, unreadHealth } from "../../facts/health";
import type { Case } from "../../rules/case";
import { healthAsked } from "../../rules/organization/healthAsked";
import { objectOf } from "../../rules/organization/serverObjects";
import type { Ask } from "./answers";

/** The facts on health that the rules of the step need. @param c the step without these facts */
export async function healthOf(c: Case, session: DirectorySession, ask: Ask): Promise<HealthFacts> {
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
  return {
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
}

function directoriesOf(
  { computer, facts: { forest } }: Case,
  { value, source }: Extract<Awaited<ReturnType<DirectorySession["serverObjects"]>>, { known: true }>,
): HealthFacts["virtualDirectories"] {
  if (!forest.servers.known) return forest.servers;
  const own = objectOf(forest.servers.value, computer);
  return known((own && value.directories.get(own.dn)) ?? [], source);
}
