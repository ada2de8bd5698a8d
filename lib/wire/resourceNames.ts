/** Names by which resources wait for each other, on both sides of the engine. */

/** The resource's name: what follows stack, project and type in its URN, whatever a program puts into it. */
export function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Names of the stack and the project, as a resource's URN has them: `urn:pulumi:STACK::PROJECT::TYPE::NAME`. */
export function stackIn(urn: unknown): { readonly project?: string; readonly stack?: string } {
  const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(typeof urn === "string" ? urn : "") ?? [];
  return stack === undefined || project === undefined ? {} : { project, stack };
}

/** Commands wait in line with steps, under names that say what they are. */
const commandPrefix = "command ";

/** True for what {@link commandName} has named. */
export function isCommand(name: string): boolean {
  return name.startsWith(commandPrefix);
}

/** How what waits for a command speaks of it. */
export function commandName(name: string): string {
  return `${commandPrefix}${name}`;
}
