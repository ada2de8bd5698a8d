/** What users write: the arguments that the four resources share. */
import * as pulumi from "@pulumi/pulumi";
import type { RunMode } from "../model";
import { type Credential, credentialKeys } from "../wire/secrets";

export type { Credential } from "../wire/secrets";

/** Where Active Directory is read, and who reads it. Reading needs no privileges beyond an ordinary account's. */
export interface DirectoryArgs {
  /** A domain controller: `ldaps://dc1.contoso.com`, or `ldap://…`, which then requires StartTLS before the logon. */
  readonly url: pulumi.Input<string>;
  /** Who reads: `CONTOSO\\reader` or `reader@contoso.com`. */
  readonly user: pulumi.Input<string>;
  /** The reader's password. */
  readonly password: pulumi.Input<Credential>;
  /** Certificates (PEM) of the authorities to trust. @default those that Node.js trusts */
  readonly ca?: pulumi.Input<string>;
  /** Name that the certificate must carry. @default the host of `url` */
  readonly serverName?: pulumi.Input<string>;
  /** Lowest TLS version; older ones are for domain controllers before 2008 R2. @default "TLSv1.2" */
  readonly minVersion?: pulumi.Input<"TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3">;
  /** Do not verify certificates: whoever is in between can then read the password. @default false */
  readonly insecureSkipVerify?: pulumi.Input<boolean>;
  /** URLs of domain controllers, by FQDN, whose names do not resolve where Pulumi runs. @default none */
  readonly domainControllers?: pulumi.Input<{ readonly [fqdn: string]: pulumi.Input<string> }>;
}

/** One SSH server, in the shape of @pulumi/command's remote connection. */
export interface EndpointArgs {
  /** Name or address. */
  readonly host: pulumi.Input<string>;
  /** @default 22 */
  readonly port?: pulumi.Input<number>;
  /** Account that logs on, e.g. `CONTOSO\\exadmin`. @default "root" */
  readonly user?: pulumi.Input<string>;
  /** Its password. With run "direct" a preparation needs one: a key logon has no network credentials. */
  readonly password?: pulumi.Input<Credential>;
  /** A private key, OpenSSH or PEM. */
  readonly privateKey?: pulumi.Input<Credential>;
  /** Passphrase of the private key. */
  readonly privateKeyPassword?: pulumi.Input<Credential>;
  /** The server's host key: an OpenSSH public key line or a `SHA256:…` fingerprint. Required unless opted out. */
  readonly hostKey?: pulumi.Input<string>;
  /** Socket of an ssh-agent. @default the environment variable SSH_AUTH_SOCK */
  readonly agentSocketPath?: pulumi.Input<string>;
  /** Failed dials before giving up; -1 for any number. @default 10 */
  readonly dialErrorLimit?: pulumi.Input<number>;
  /** Seconds for one dial; 0 for no limit. @default 15 */
  readonly perDialTimeout?: pulumi.Input<number>;
  /** Accept any host key: whoever answers can then read the password. @default false */
  readonly insecureIgnoreHostKey?: pulumi.Input<boolean>;
  /** Old algorithms that this server needs, appended to the defaults. @default none */
  readonly algorithms?: pulumi.Input<{
    readonly kex?: readonly string[];
    readonly cipher?: readonly string[];
    readonly serverHostKey?: readonly string[];
    readonly hmac?: readonly string[];
  }>;
}

/** How a computer is reached over SSH; one object serves @pulumi/command as well. */
export interface ConnectionArgs extends EndpointArgs {
  /** Jump host in front of the computer. @default none */
  readonly proxy?: pulumi.Input<EndpointArgs>;
}

/** A Windows computer on which a step runs. */
export interface ComputerArgs {
  /** Its own fully qualified domain name (D10), e.g. `cas1.contoso.com`. */
  readonly name: pulumi.Input<string>;
  /**
   * DNS name of its Active Directory domain, where its DNS suffix is another (a disjoint namespace).
   * @default the DNS suffix of `name`; for a domain controller what the directory says
   */
  readonly domain?: pulumi.Input<string>;
  /** How it is reached. Only a preparation that an operator runs (`manual`) can do without. */
  readonly connection?: ConnectionArgs | pulumi.Output<ConnectionArgs>;
  /** Folder on that computer with Setup of the target release, e.g. `D:\\Exchange2007SP1`. Not needed for run "manual". */
  readonly media?: pulumi.Input<string>;
}

/** The account that runs Setup: it is the one that P1 to P9 judge. With run "task" the one that the task runs as. */
export interface AccountArgs {
  /** `DOMAIN\\name`. */
  readonly name: pulumi.Input<string>;
  /** Its password, for run "scheduled", which starts Setup under it. @default none */
  readonly password?: pulumi.Input<Credential>;
}

/** How long a step may take. */
export interface TimeoutArgs {
  /** Minutes for Setup, or for the operator who runs it. @default 240, for run "manual" 1440 */
  readonly setup?: pulumi.Input<number>;
  /**
   * Minutes for Active Directory to show what Setup has written: on the domain controller of `directory`, and after a
   * preparation on those of `replication`.
   * @default 15
   */
  readonly replication?: pulumi.Input<number>;
  /**
   * Minutes that the step's Setup is expected to take: what a change window must have left when it starts, with those of `reboot`
   * added where the program allows a restart. They refuse, and stop nothing that runs.
   * @default 15 for a preparation, 60 for a server (75 where it prepares, too), 40 for Edge Transport: Microsoft's estimates for
   * later products, unverified for 2007
   */
  readonly expected?: pulumi.Input<number>;
  /** Minutes for a server that was restarted (`reboot`) to come back. @default 30, unverified */
  readonly reboot?: pulumi.Input<number>;
  /** Seconds for reading the facts that a step is judged on. @default 60 */
  readonly facts?: pulumi.Input<number>;
}

/** A command line that is run on a computer over SSH, by cmd.exe. */
export interface CommandLineArgs {
  /** One line. It may be seen by others, and stands in the error when it fails: no secret goes here. */
  readonly command: pulumi.Input<string>;
  /** What the command reads from its standard input; kept as a secret. @default nothing */
  readonly stdin?: pulumi.Input<string>;
  /** Where it is run instead. @default `computer.connection` of the step */
  readonly connection?: ConnectionArgs | pulumi.Output<ConnectionArgs>;
  /** It runs again when one of these changes. @default when the step's target or computer changes */
  readonly triggers?: readonly pulumi.Input<string | number | boolean>[];
}

/** Plain commands around a step. They need the package @pulumi/command, version 1.2.1 (docs/commands.md). */
export interface StepCommandsArgs {
  /**
   * Folder with the extracted media, on the machine that runs Pulumi. They are copied to the folder that `computer.media`
   * names, which has that name only when every file was checked. @default the media are on the computer already
   */
  readonly media?: string;
}

/** Plain commands around a server's upgrade. They need the package @pulumi/command, version 1.2.1 (docs/commands.md). */
export interface ServerCommandsArgs extends StepCommandsArgs {
  /** Stops and starts the Remote Registry service right before Setup, as is recommended (D6). @default false */
  readonly restartRemoteRegistry?: boolean;
  /**
   * Commands before the upgrade, by name, in the order in which they are written. Each runs once; one that fails keeps the
   * upgrade from being started. @default none
   */
  readonly before?: { readonly [name: string]: pulumi.Input<string> | CommandLineArgs };
  /** Likewise after the upgrade. What comes after this server waits for them, too. @default none */
  readonly after?: { readonly [name: string]: pulumi.Input<string> | CommandLineArgs };
}

/** When steps may be started, in local time; the clock of the machine that runs Pulumi decides. */
export interface ChangeWindowArgs {
  /** First minute, e.g. `2026-12-05T22:00`. */
  readonly start: pulumi.Input<string>;
  /** End; a time that summer time skips or shows twice is refused. */
  readonly end: pulumi.Input<string>;
  /** IANA name, e.g. `Europe/Berlin`. @default "UTC" */
  readonly timeZone?: pulumi.Input<string>;
}

/** Which domain controllers must have a preparation's new level before the step is done. */
export interface ReplicationArgs {
  /**
   * `"all"`: every writable domain controller that holds it, which is all of the forest for schema and organization, and
   * those of the domain for a domain. Their names (FQDN): only these. `"none"`: only the one that is read. @default "all"
   */
  readonly domainControllers?: pulumi.Input<"all" | "none" | readonly pulumi.Input<string>[]>;
  /** Minutes until all of them must have it. @default `timeouts.replication` */
  readonly minutes?: pulumi.Input<number>;
}

/** What every step takes. */
export interface StepArgs {
  /** Where the step runs. */
  readonly computer: ComputerArgs;
  /** The account that runs Setup. Needed for run "task" and "scheduled". @default with run "direct" the one that connects */
  readonly account?: AccountArgs;
  /**
   * How Setup is started: `task` by a scheduled task that an administrator has registered once; `scheduled` by a task
   * that is registered under `account` for this run and removed (Windows Server 2008 and later); `direct` over SSH, in
   * the session of `computer.connection`; `manual` by an operator on the computer, while the step waits for the result
   * and verifies it. docs/running-setup.md compares them. @default "direct"
   */
  readonly run?: pulumi.Input<RunMode>;
  /** Name of the registered task, for run "task". @default "ExchangeUpgrade" */
  readonly taskName?: pulumi.Input<string>;
  readonly timeouts?: TimeoutArgs;
  /** Plain commands around the step, with @pulumi/command. @default none */
  readonly commands?: StepCommandsArgs;
  /**
   * A step that is not done is started only inside this window, and only when its expected duration (`timeouts.expected`)
   * fits into what is left (R10). What runs is followed, and what is done is adopted, at any time. Preview only says what
   * would fit. @default any time
   */
  readonly changeWindow?: pulumi.Input<ChangeWindowArgs>;
  /**
   * What a preparation waits for (R11). Domain controllers are reached like the one of `directory`, with the same account; names
   * that do not resolve have a URL in `directory.domainControllers`. A server's upgrade takes no notice of it.
   * @default every writable domain controller that holds what was changed
   */
  readonly replication?: pulumi.Input<ReplicationArgs>;
  /**
   * Findings that a reviewer accepts: the rule, and the reason. A recommendation, or what could not be verified, can be
   * waived; a *must* that fails cannot. Shown in preview, kept in the state. @default none
   */
  readonly waive?: pulumi.Input<{ readonly [rule: string]: pulumi.Input<string> }>;
  /**
   * Exchange servers that are gone for good while their objects are still in the directory: the reason, by FQDN or by DN of the
   * object. No rule waits for them, or rests on them. One that this program upgrades is refused. Shown in preview, kept in the
   * state. @default none
   */
  readonly gone?: pulumi.Input<{ readonly [server: string]: pulumi.Input<string> }>;
}

/** Arguments with their credentials marked as secrets, at the top and in `proxy`. */
export function withSecrets<T extends object>(args: pulumi.Input<T>): pulumi.Input<T> {
  // Of an Output the inside is not known here: all of it becomes a secret.
  if (pulumi.Output.isInstance(args) || args instanceof Promise)
    return pulumi.secret(args) as unknown as pulumi.Input<T>;
  const copy: Record<string, unknown> = { ...(args as object) };
  for (const name of credentialKeys) {
    if (copy[name] !== undefined && !namesVariable(copy[name])) copy[name] = pulumi.secret(copy[name]);
  }
  for (const nested of ["proxy", "connection"]) {
    if (copy[nested] !== undefined) copy[nested] = withSecrets(copy[nested] as object);
  }
  return copy as unknown as pulumi.Input<T>;
}

function namesVariable(credential: unknown): boolean {
  return (
    typeof credential === "object" &&
    credential !== null &&
    typeof (credential as { env?: unknown }).env === "string"
  );
}

/** An object whose parts the program has in plain sight. */
export function isPlain(value: unknown): value is { readonly [name: string]: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Promise) &&
    !pulumi.Output.isInstance(value)
  );
}
