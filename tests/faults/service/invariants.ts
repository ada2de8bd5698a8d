/** What must hold of servers that go out of service, judged on a campaign's history. Pure. */

/** One thing that happened, from the lab's own records and never from the product's words, but for what a try was told. */
export type ServiceEvent =
  /** A phase of Setup, or of the update, worked on a server that was to be out of service. */
  | {
      readonly kind: "worked";
      readonly server: string;
      readonly phase: string;
      /** What kept the server in service; null if nothing did. */
      readonly inService: string | null;
      /** Other members of its group that were out of service. */
      readonly othersOut: readonly string[];
    }
  /** A try has come to an end for a server. */
  | {
      readonly kind: "tried";
      readonly number: number;
      readonly server: string;
      /** `unheard`: the process was killed, so that nobody was told anything. */
      readonly end: "done" | "failed" | "unheard";
      /** True where the program takes the server out of service, and puts it back. */
      readonly wantsService: boolean;
      readonly told: string;
      /** States, policy, node and services, as one text. */
      readonly settings: string;
      /** True while what was found before is kept on the server. */
      readonly isKept: boolean;
    };

export interface ServiceHistory {
  readonly events: readonly ServiceEvent[];
  /** What was found on each server before, as `settings` of an event. */
  readonly found: { readonly [server: string]: string };
  /** What every server must have at the end. */
  readonly build: string;
  readonly end: {
    /** Why the last try failed; null if each server is done. */
    readonly failure: string | null;
    readonly servers: {
      readonly [server: string]: {
        readonly settings: string;
        readonly build: string;
        /** Releases of the runs that have completed, in order. */
        readonly completed: readonly string[];
        /** What is left on it and belongs to nobody. */
        readonly left: readonly string[];
      };
    };
  };
}

export type ServiceInvariant =
  | "no server is upgraded while it is in service"
  | "no two members are out of service at once"
  | "no server is left out of service untold"
  | "states and policies are those that were found"
  | "nothing succeeds twice"
  | "everything is installed at the end"
  | "it converges"
  | "nothing is left";

export interface ServiceViolation {
  readonly invariant: ServiceInvariant;
  readonly what: string;
}

/** All breaches, each invariant's in order of time. */
export function serviceViolations({
  events,
  found,
  build,
  end,
}: ServiceHistory): readonly ServiceViolation[] {
  const worked = events.filter((event) => event.kind === "worked");
  const tried = events.filter((event) => event.kind === "tried");
  const servers = Object.entries(end.servers);
  const judged: readonly (readonly [ServiceInvariant, readonly string[]])[] = [
    [
      "no server is upgraded while it is in service",
      worked.flatMap(({ server, phase, inService }) =>
        inService === null ? [] : [`${server}, ${phase}: ${inService}`],
      ),
    ],
    [
      "no two members are out of service at once",
      worked.flatMap(({ server, phase, othersOut }) =>
        othersOut.length === 0 ? [] : [`${server}, ${phase}: ${othersOut.join(", ")} too`],
      ),
    ],
    [
      "no server is left out of service untold",
      tried.flatMap(({ number, server, end, told, settings, isKept }) =>
        end === "failed" && (isKept || settings !== found[server]) && !/out of service|R6[67]/.test(told)
          ? [`${server}, try ${number}: ${told}`]
          : [],
      ),
    ],
    [
      "states and policies are those that were found",
      [
        ...tried
          .filter(({ end, wantsService }) => end === "done" && wantsService)
          .map(({ number, server, settings }) => ({ server, settings, when: `try ${number}` })),
        ...(end.failure === null
          ? servers.map(([server, { settings }]) => ({ server, settings, when: "at the end" }))
          : []),
      ].flatMap(({ server, settings, when }) =>
        settings === found[server] ? [] : [`${server}, ${when}: ${settings}, found ${found[server]}`],
      ),
    ],
    [
      "nothing succeeds twice",
      servers.flatMap(([server, { completed }]) =>
        completed
          .filter((each, index) => completed.indexOf(each) < index)
          .map((each) => `${server}: ${each}`),
      ),
    ],
    [
      "everything is installed at the end",
      servers.flatMap(([server, own]) =>
        end.failure !== null || own.build === build ? [] : [`${server}: ${own.build}, not ${build}`],
      ),
    ],
    ["it converges", end.failure === null ? [] : [end.failure]],
    [
      "nothing is left",
      end.failure === null
        ? servers.flatMap(([server, { left }]) => left.map((what) => `${server}: ${what}`))
        : [],
    ],
  ];
  return judged.flatMap(([invariant, broken]) => broken.map((what) => ({ invariant, what })));
}
