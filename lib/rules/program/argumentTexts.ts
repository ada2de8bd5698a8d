/**
 * How texts name what the program that was written has: a resource of its own has its arguments at the top, and of a
 * component each step has a place in the component's arguments.
 */

/** Where a step stands in the arguments of a component. */
export interface ProgramPlace {
  /** Where its own arguments are: `servers["mbx-lon"]`, `preparation.schema`. */
  readonly at: string;
  /** Arguments that it takes from elsewhere in the program, by their own path: `run` from `defaults.run`. */
  readonly elsewhere: { readonly [path: string]: string };
}

/** A place out of a resource's inputs; null for a resource that belongs to no component, and in states without it. */
export function placeFrom(input: unknown): ProgramPlace | null {
  const { at, elsewhere } = Object(input) as { readonly [name: string]: unknown };
  const isPlace =
    typeof at === "string" &&
    typeof elsewhere === "object" &&
    elsewhere !== null &&
    Object.values(elsewhere).every((path) => typeof path === "string");
  return isPlace ? { at, elsewhere: { ...elsewhere } } : null;
}

/** Arguments that a component has once, for all of its steps. */
const ofAllSteps: readonly string[] = ["target", "directory"];

/** A path as a program reads it: `.name`, and `["mbx-lon"]` for what is no identifier. */
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

/** Where an argument of a step stands in the program. @param keys its path in the step's own arguments */
export function argumentPath(place: ProgramPlace | null, keys: readonly string[]): string {
  const [first = "", ...rest] = keys;
  if (place === null || ofAllSteps.includes(first)) return `${first}${members(rest)}`;
  for (let length = keys.length; length > 0; length--) {
    const path = keys.slice(0, length).join(".");
    if (Object.hasOwn(place.elsewhere, path)) return `${place.elsewhere[path]}${members(keys.slice(length))}`;
  }
  return `${place.at}${members(keys)}`;
}

/** What a text needs of the step that it is about. */
interface InProgram {
  readonly place: ProgramPlace | null;
}

/** An argument of the step in backquotes: `account`, or in a component `servers["mbx-lon"].account`. */
export function argument({ place }: InProgram, path: string, value = ""): string {
  return `\`${argumentPath(place, path.split("."))}${value}\``;
}

/** How the program says that other servers are upgraded before this one; of a component its waves do. */
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

/** How the program says of another server whether it faces the Internet. */
export function wayToSayFacing({ place }: InProgram, server: string): string {
  return place === null
    ? `say \`internetFacing\` of ${server} in the program`
    : `say of ${server} in \`servers\` whether it is internetFacing`;
}

/** How another server with the same role comes before this one. */
export function wayToBeLater({ place }: InProgram, role: string): string {
  return place === null
    ? `upgrade another server with ${role} before it, and put that one in \`after\``
    : `write another server of its site with ${role} before it in \`servers\`: they take turns in that order`;
}

/** Where the program says how the forest is prepared. */
export function preparationsText({ place }: InProgram): string {
  return place === null ? "the argument that names the step before this one" : "`preparation`";
}

/** What prepares: its resource, and its argument of a component. */
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
 * @param domain DNS name of the domain, where it is one
 */
export function wayToPrepare({ place }: InProgram, what: keyof typeof preparing, domain?: string): string {
  const { resource, argument: own, passed } = preparing[what];
  if (place === null)
    return `add an ${resource}${domain === undefined ? "" : ` for ${domain}`} and ${passed}`;
  return `say in \`${own}${domain === undefined ? "" : members([domain])}\` where it is prepared`;
}

/**
 * How the program prepares apart what it leaves to the first server.
 * @param computer on which computer, e.g. `the schema master itself`
 */
export function wayToPrepareOn({ place }: InProgram, what: keyof typeof preparing, computer: string): string {
  const { resource, argument: own } = preparing[what];
  return place === null
    ? `add an ${resource} on ${computer}, and pass it as \`prepared\``
    : `say in \`${own}\`, instead of "byFirstServer", that it is prepared on ${computer}`;
}

/** How a program says that a server is Edge Transport, for which nothing is prepared. */
export function edgeText(c: InProgram): { readonly where: string; readonly how: string } {
  if (c.place === null)
    return {
      where: "where `prepared` is Prepared.edge",
      how: "an Edge Transport server takes Prepared.edge",
    };
  const own = argument(c, "roles");
  return { where: `where ${own} name it`, how: `an Edge Transport server has it in ${own}` };
}
