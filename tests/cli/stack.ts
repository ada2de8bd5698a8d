/** What `pulumi stack export` prints of a stack that upgrades an organization of the lab: its first gate, and finished steps. */
import type { Lab } from "../../lab";
import { coordinatesOf } from "../../lab/coordinates";

export interface StackOptions {
  readonly target: string;
  /** By FQDN; default none. Both accounts are of the lab. */
  readonly servers: readonly string[];
  readonly reader: string;
  readonly account: string;
  readonly schemaOn?: string;
  /** More arguments of every server's step. */
  readonly more?: object;
  /** Names of steps at which the engine is at work. */
  readonly pending?: readonly string[];
}

const marked = (secret: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(secret),
});

/** The state of `pulumi up` right after its first gate. */
export function stackOf(lab: Lab, options: StackOptions): string {
  const { computers, directory, accounts } = coordinatesOf(lab);
  const logon = (name: string) => {
    const { user, password } = accounts[name] ?? { user: name, password: "none" };
    return { user, password: marked(password) };
  };
  const computer = (name: string) => ({
    name,
    media: "D:\\Setup",
    connection: { ...computers[name], ...logon(options.account) },
  });
  const steps = {
    ...(options.schemaOn === undefined
      ? {}
      : { schema: { kind: "schema", computer: computer(options.schemaOn) } }),
    ...Object.fromEntries(
      options.servers.map((name) => [
        name.split(".")[0],
        { kind: "server", computer: computer(name), ...options.more },
      ]),
    ),
  };
  const urn = (type: string, name: string) =>
    `urn:pulumi:prod::exchange::pulumi-nodejs:dynamic/exchange:${type}::${name}`;
  const gate = {
    urn: urn("ExchangeReadiness", "contoso-readiness"),
    type: "pulumi-nodejs:dynamic/exchange:ExchangeReadiness",
    inputs: {
      __provider: "…",
      target: options.target,
      directory: { ...directory, ...logon(options.reader) },
      steps,
      waves: {},
    },
    outputs: { ready: true },
  };
  const pending = (options.pending ?? []).map((name) => ({
    type: "creating",
    resource: {
      urn: urn("ExchangeRoleUpgrade", name),
      type: "pulumi-nodejs:dynamic/exchange:ExchangeRoleUpgrade",
      inputs: {},
    },
  }));
  const stack = {
    urn: "urn:pulumi:prod::exchange::pulumi:pulumi:Stack::exchange-prod",
    type: "pulumi:pulumi:Stack",
  };
  return JSON.stringify({
    version: 3,
    deployment: { resources: [stack, gate], pending_operations: pending },
  });
}
