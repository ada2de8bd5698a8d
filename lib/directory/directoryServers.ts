/**
 * Which domain controller answers which question: the first one for the whole forest, one of each domain for the
 * domain.
 */
import type { DomainFacts, Fact } from "../facts";
import type { Logons } from "../logons";
import { Server } from "./client";
import { type DirectoryConnection, endpointOf, endpointOfDomainController } from "./directoryConnection";
import { DirectoryFailure, sessionClosed } from "./failure";
import type { LocatedController, LocatedUnread, RootDse } from "./topology";

/** What is known of the forest's shape. */
export interface Topology {
  readonly dse: RootDse;
  readonly domains: Fact<readonly DomainFacts[]>;
  readonly sites: Fact<readonly string[]>;
  readonly controllers: Fact<readonly LocatedController[]>;
  /** Domain controllers whose name or place could not be read. */
  readonly unread: readonly LocatedUnread[];
  /** Functional level of the forest. */
  readonly functionalLevel: Fact<number>;
}

/** Asks one server; `name` is its FQDN. */
export type Ask<T> = (server: Server, name: string) => Promise<T>;

/** How many domain controllers of one domain are tried before it counts as unreachable. */
const maximumTries = 3;

/**
 * Milliseconds in which a domain whose domain controllers kept silent is skipped when all domains are read. Each of
 * them would take its whole time limit, and readings in a row would use up the time in which a step's facts must be
 * there.
 */
const silenceMs = 60_000;

/** Connections of one session, made when first needed. */
export class Servers {
  /** The server that the user named. */
  readonly first: Server;
  private readonly byName = new Map<string, Server>();
  private readonly failed = new Set<string>();
  /** By DNS name of the domain, why it could not be asked, and until when it is skipped. */
  private readonly silent = new Map<string, { readonly failure: DirectoryFailure; readonly until: number }>();
  private closed = false;

  /** @param onSearch is called for each search that is sent. @throws Error for an unusable URL or logon. */
  constructor(
    private readonly connection: DirectoryConnection,
    private readonly logons: Logons,
    private readonly onSearch: () => void,
  ) {
    this.first = new Server(endpointOf(connection), logons, onSearch);
  }

  /**
   * Asks a writable domain controller of a domain: the first server when it is one, else those in the first
   * server's site, else any; up to three. A refused logon ends the tries, because each one counts towards the
   * account's lockout. An object that one of them does not have is an answer.
   * @throws DirectoryFailure
   */
  async inDomain<T>(topology: Topology, domain: string, ask: Ask<T>): Promise<T> {
    if (this.closed) {
      throw sessionClosed(this.first.label);
    }
    const reasons: string[] = [];
    let isSilent = false;
    for (const name of this.candidates(topology, domain).slice(0, maximumTries)) {
      try {
        const answer = await ask(this.server(topology, name), name);
        this.failed.delete(name);
        this.silent.delete(domain);
        return answer;
      } catch (error) {
        if (!(error instanceof DirectoryFailure) || error.kind === "absent") {
          throw error;
        }
        this.failed.add(name);
        reasons.push(error.message);
        isSilent ||= error.kind === "timeout" && name !== topology.dse.server;
        if (error.kind === "credentials") {
          break;
        }
      }
    }
    const failure = new DirectoryFailure(
      reasons.length === 0
        ? withoutControllers(topology, domain)
        : `no domain controller of ${domain} could be asked: ${reasons.join("; ")}`,
      "connect",
    );
    if (isSilent) this.silent.set(domain, { failure, until: performance.now() + silenceMs });
    throw failure;
  }

  /** The same, for one of many domains: a domain that has just kept silent is skipped. */
  async inEachDomain<T>(topology: Topology, domain: string, ask: Ask<T>): Promise<T> {
    const silence = this.silent.get(domain);
    if (silence !== undefined && performance.now() < silence.until) {
      throw silence.failure;
    }
    return this.inDomain(topology, domain, ask);
  }

  /** One domain controller by its FQDN in lower case, and no other in its place. */
  named(topology: Topology, name: string): Server {
    if (this.closed) {
      throw sessionClosed(this.first.label);
    }
    return this.server(topology, name);
  }

  /** Ends every connection; none is made afterwards. */
  close(): void {
    this.closed = true;
    for (const server of [this.first, ...this.byName.values()]) {
      server.close();
    }
  }

  private candidates({ dse, controllers }: Topology, domain: string): readonly string[] {
    if (!controllers.known) {
      throw new DirectoryFailure(
        `the domain controllers of ${domain} cannot be found: ${controllers.why}`,
        "connect",
      );
    }
    const site = controllers.value.find((controller) => controller.name === dse.server)?.site;
    const cost = (controller: LocatedController): number =>
      (this.failed.has(controller.name) ? 4 : 0) +
      (controller.name === dse.server ? 0 : controller.site === site ? 1 : 2);
    return controllers.value
      .filter((controller) => controller.domain === domain)
      .sort((a, b) => cost(a) - cost(b))
      .map((controller) => controller.name);
  }

  private server({ dse }: Topology, name: string): Server {
    if (name === dse.server) {
      return this.first;
    }
    const server =
      this.byName.get(name) ??
      new Server(endpointOfDomainController(this.connection, name), this.logons, this.onSearch);
    this.byName.set(name, server);
    return server;
  }
}

/** A domain whose domain controllers have all gone stays in the forest until somebody removes its crossRef. */
function withoutControllers({ unread }: Topology, domain: string): string {
  const open = unread.filter((each) => (each.domain ?? domain) === domain).map(({ why }) => why);
  const gone = "if the domain is gone for good, remove it from the forest (ntdsutil, metadata cleanup)";
  return [
    `the forest shows no writable domain controller of ${domain}`,
    ...(open.length === 0 ? [gone] : open),
  ].join("; ");
}
