/**
 * Names arguments as the program writes them. A resource has its arguments at the top; a step of a component has a
 * place in the component's arguments.
 */

/** Where a step stands in the arguments of a component. */
export interface ProgramPlace {
  /** Path of the step's own arguments: `servers["mbx-lon"]`, `preparation.schema`. */
  readonly at: string;
  /** Arguments that the step inherits from elsewhere in the program, by their own path: `run` from `defaults.run`. */
  readonly elsewhere: { readonly [path: string]: string };
}

/** Reads a place from a resource's inputs; null for a resource without a component, and in states that lack it. */
export function placeFrom(input: unknown): ProgramPlace | null {
  const { at, elsewhere } = Object(input) as { readonly [name: string]: unknown };
  const isPlace =
    typeof at === "string" &&
    typeof elsewhere === "object" &&
    elsewhere !== null &&
    Object.values(elsewhere).every((path) => typeof path === "string");
  return isPlace ? { at, elsewhere: { ...elsewhere } } : null;
}

/** Arguments that a component has once for all of its steps. */
const ofAllSteps: readonly string[] = ["target", "directory"];

/** A path as a program writes it: `.name`, and `["mbx-lon"]` for a key that is not an identifier. */
export function members(keys: readonly string[]): string {
  return keys
    .map((key) =>
      /^[A-Za-z_$][\w$]*$/.test(key)
        ? `.${key}`
        : /^\d+$/.test(key)
          ? `[${key}]`
          : `[${JSON.stringify(key)}]`,
    )
    .join("");
}

/** The path of a step's argument in the program. @param keys its path in the step's own arguments */
export function argumentPath(place: ProgramPlace | null, keys: readonly string[]): string {
  const [first = "", ...rest] = keys;
  if (place === null || ofAllSteps.includes(first)) return `${first}${members(rest)}`;
  for (let length = keys.length; length > 0; length--) {
    const path = keys.slice(0, length).join(".");
    if (Object.hasOwn(place.elsewhere, path)) return `${place.elsewhere[path]}${members(keys.slice(length))}`;
  }
  return `${place.at}${members(keys)}`;
}

/** The part of a case that names of arguments depend on. */
interface InProgram {
  readonly place: ProgramPlace | null;
}

/** An argument of the step in backquotes: `account`, or in a component `servers["mbx-lon"].account`. */
export function argument({ place }: InProgram, path: string, value = ""): string {
  return `\`${argumentPath(place, path.split("."))}${value}\``;
}

/** How the program states that other servers are upgraded before this one; in a component, by waves. */
export function wayToOrder(
  { place }: InProgram,
  names: string,
): { readonly where: string; readonly fix: string } {
  return place === null
    ? { where: "in the program: the argument `after`", fix: `put ${names} in \`after\`` }
    : {
        where: "in the program: `servers`",
        fix: `let \`servers\` have ${names}, with their roles and, where they face the Internet, internetFacing: the waves are made from that`,
      };
}

/** How the program states whether another server faces the Internet. */
export function wayToSayFacing({ place }: InProgram, server: string): string {
  return place === null
    ? `say \`internetFacing\` of ${server} in the program`
    : `say of ${server} in \`servers\` whether it is internetFacing`;
}

/** How to have another server with the same role upgraded before this one. */
export function wayToBeLater({ place }: InProgram, role: string): string {
  return place === null
    ? `upgrade another server with ${role} before it, and put that one in \`after\``
    : `write another server of its site with ${role} before it in \`servers\`: they take turns in that order`;
}

/** Where the program states how the forest is prepared. */
export function preparationsText({ place }: InProgram): string {
  return place === null ? "the argument that names the step before this one" : "`preparation`";
}

/** For each preparation, its resource, and its argument in a component. */
const preparing = {
  schema: { resource: "ExchangeSchemaPrep", argument: "preparation.schema", passed: "pass it on" },
  organization: { resource: "ExchangeADPrep", argument: "preparation.activeDirectory", passed: "pass it on" },
  domain: {
    resource: "ExchangeDomainPrep",
    argument: "preparation.domains",
    passed: "pass it as `prepared`",
  },
} as const;

/**
 * How the program prepares what is not prepared.
 * @param domain DNS name of the domain, for a domain
 */
export function wayToPrepare({ place }: InProgram, what: keyof typeof preparing, domain?: string): string {
  const { resource, argument: own, passed } = preparing[what];
  if (place === null)
    return `add an ${resource}${domain === undefined ? "" : ` for ${domain}`} and ${passed}`;
  return `say in \`${own}${domain === undefined ? "" : members([domain])}\` where it is prepared`;
}

/**
 * How the program makes a preparation separately that it leaves to the first server.
 * @param computer the computer to use, e.g. `the schema master itself`
 */
export function wayToPrepareOn({ place }: InProgram, what: keyof typeof preparing, computer: string): string {
  const { resource, argument: own } = preparing[what];
  return place === null
    ? `add an ${resource} on ${computer}, and pass it as \`prepared\``
    : `say in \`${own}\`, instead of "byFirstServer", that it is prepared on ${computer}`;
}

/** How a program states that a server is Edge Transport, for which nothing is prepared. */
export function edgeText(c: InProgram): { readonly where: string; readonly how: string } {
  if (c.place === null)
    return {
      where: "where `prepared` is Prepared.edge",
      how: "an Edge Transport server takes Prepared.edge",
    };
  const own = argument(c, "roles");
  return { where: `where ${own} name it`, how: `an Edge Transport server has it in ${own}` };
}
