/**
 * Windows build of each server as the first gate saw it first (rule D5). The readiness gate keeps them in its inputs, because
 * check receives the previous inputs; they never change during a run, so that an approved plan stays valid.
 */
import type { ComputerFacts } from "../../facts";
import type { StepKind } from "../../model";
import { isRecord, type Props, unknownValue } from "../../wire/values";

/** The Windows builds of an organization's servers, by FQDN. */
type Builds = { readonly [computer: string]: number };

/** A step whose computer was read. */
export interface ReadStep {
  readonly kind: StepKind;
  readonly computer: string;
  readonly facts: ComputerFacts;
}

/** The Windows builds of servers that the state records. */
export class RecordedWindows {
  readonly #recorded = new Map<string, number>();

  /** The build that the first gate has recorded of a computer; null if it has recorded none. */
  recorded(computer: string): number | null {
    return this.#recorded.get(computer) ?? null;
  }

  /** Takes the builds of these computers from a gate's old inputs. */
  note(olds: Props, computers: readonly string[]): void {
    const builds = isRecord(olds.windows) ? olds.windows : {};
    for (const computer of computers) {
      const build = builds[computer];
      if (typeof build === "number") this.#recorded.set(computer, build);
      else this.#recorded.delete(computer);
    }
  }

  /** The recorded builds; for a server that is seen for the first time, its build of now. */
  seen(steps: readonly ReadStep[]): Builds {
    const builds = steps.flatMap(({ kind, computer, facts: { identity } }): [string, number][] => {
      const now = identity.known && identity.value.fqdn === computer ? identity.value.windowsBuild : null;
      const build = this.recorded(computer) ?? now;
      return kind === "server" && build !== null ? [[computer, build]] : [];
    });
    return Object.fromEntries(builds.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The same for preview, which records nothing: unknown while the build of one of the servers is not recorded. */
  planned(servers: number, steps: readonly ReadStep[]): unknown {
    const all = this.seen(steps.filter(({ computer }) => this.#recorded.has(computer)));
    return Object.keys(all).length === servers ? all : unknownValue;
  }
}
