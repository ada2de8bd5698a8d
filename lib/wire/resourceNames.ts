/** Names by which resources wait for each other, in the program and in the provider. */

/** The resource's name: what follows stack, project and type in its URN, whatever a program puts into it. */
export function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Names of the stack and the project, as a resource's URN has them: `urn:pulumi:STACK::PROJECT::TYPE::NAME`. */
export function stackIn(urn: unknown): { readonly project?: string; readonly stack?: string } {
  const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(typeof urn === "string" ? urn : "") ?? [];
  return stack === undefined || project === undefined ? {} : { project, stack };
}

/** Commands are awaited like steps, under names with this prefix. */
const commandPrefix = "command ";

/** True for a name that {@link commandName} has made. */
export function isCommand(name: string): boolean {
  return name.startsWith(commandPrefix);
}

/** The name under which a resource waits for a command. */
export function commandName(name: string): string {
  return `${commandPrefix}${name}`;
}
