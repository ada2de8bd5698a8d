import type * as pulumi from "@pulumi/pulumi";
import { output } from "@pulumi/pulumi";
import type { Planned } from "../model";
import type { DirectoryArgs } from "./args";
import { directoryNames, type NamesOf, refuseStrays } from "./knownArguments";
import type { Definition, UpgradeTarget } from "./releases";
import { setChain } from "./resource";

/** Arguments of {@link Prepared.verify}. */
export interface PreparedVerifyArgs {
  /** The domain controller on which each step checks the preparations. */
  readonly directory: DirectoryArgs;
  /** Release for which the directory must be prepared, e.g. `2007 SP1`. */
  readonly target: pulumi.Input<UpgradeTarget>;
  /**
   * Releases and updates that this version of the package does not know ({@link defineRelease}, {@link defineUpdate}). Plans
   * say that they are defined by the program, and the state keeps them.
   * @default none
   */
  readonly releases?: readonly Definition[];
}

/** Arguments of {@link Prepared.edge}. */
export interface PreparedEdgeArgs {
  /** Release to which the server is upgraded, e.g. `2007 SP1`. */
  readonly target: pulumi.Input<UpgradeTarget>;
  /**
   * Releases and updates that this version of the package does not know ({@link defineRelease}, {@link defineUpdate}). Plans
   * say that they are defined by the program, and the state keeps them.
   * @default none
   */
  readonly releases?: readonly Definition[];
}

const verifyNames = {
  directory: directoryNames,
  target: null,
  releases: null,
} satisfies NamesOf<PreparedVerifyArgs>;
const edgeNames = { target: null, releases: null } satisfies NamesOf<PreparedEdgeArgs>;

/**
 * Stands for preparations that are not part of this program. A step takes it instead of the resource before it.
 *
 * @example
 * // The Exchange team's stack. The AD team prepares in a stack of its own, whose credentials are not needed here.
 * const prepared = Prepared.verify({ directory, target: "2007 SP1" });
 * new ExchangeRoleUpgrade("mbx1", { prepared, computer: mbx1 });
 */
export class Prepared {
  /** The preparations planned before the step: none, so that the live directory decides. */
  readonly planned: pulumi.Output<Planned>;

  /**
   * Distinguishes it from the resources, which also have `planned`: a domain's preparation cannot replace the schema's.
   */
  declare protected readonly step: "prepared";

  private constructor(target: pulumi.Input<string>, how: Pick<Planned, "verify" | "edge" | "byFirstServer">) {
    this.planned = output(target).apply((name) => ({
      target: name,
      from: "as found",
      schema: false,
      organization: false,
      domains: [],
      ...how,
    }));
  }

  /** For preparations by somebody else: each step that rests on it checks the levels in the live directory, in preview too. */
  static verify(args: PreparedVerifyArgs): Prepared {
    refuseStrays("Prepared.verify", args, verifyNames, ["directory", "target"]);
    const prepared = new Prepared(args.target, { verify: true });
    setChain(prepared, args);
    return prepared;
  }

  /**
   * For an upgrade without steps of its own for the preparations: the first server's `/mode:upgrade` prepares the forest. Its
   * account then needs the groups of P5, P7 and P9, and its computer the site of P6 and P8. Name it in `after` of later servers.
   */
  static byFirstServer(args: PreparedVerifyArgs): Prepared {
    refuseStrays("Prepared.byFirstServer", args, verifyNames, ["directory", "target"]);
    const prepared = new Prepared(args.target, { byFirstServer: true });
    setChain(prepared, args);
    return prepared;
  }

  /** For an Edge Transport server, which belongs to no domain and needs no preparation. The package refuses other roles. */
  static edge(args: PreparedEdgeArgs): Prepared {
    refuseStrays("Prepared.edge", args, edgeNames, ["target"]);
    const prepared = new Prepared(args.target, { edge: true });
    setChain(prepared, { target: args.target, releases: args.releases });
    return prepared;
  }
}
