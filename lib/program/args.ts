/** The arguments that the four resources share, as a program writes them. */
import * as pulumi from "@pulumi/pulumi";
import type { RunMode } from "../model";
import type { RuleId } from "../rules/ids";
import { type Credential, credentialKeys } from "../wire/secrets";

export type { Credential } from "../wire/secrets";

/** A reviewer's reasons by the id of the rule (docs/rules.md): `{ D6: "CHG0042: checked by hand" }`. */
export type WaiverArgs = { readonly [Rule in RuleId]?: pulumi.Input<string> };

/** The domain controller that the package reads, and the account that reads it. An ordinary account is enough. */
export interface DirectoryArgs {
  /** URL of a domain controller: `ldaps://dc1.contoso.com`. With `ldap://…` the package requires StartTLS before it logs on. */
  readonly url: pulumi.Input<string>;
  /** Account that reads: `CONTOSO\\reader` or `reader@contoso.com`. */
  readonly user: pulumi.Input<string>;
  /** The reader's password. */
  readonly password: pulumi.Input<Credential>;
  /** Certificates (PEM) of the authorities to trust. @default those that Node.js trusts */
  readonly ca?: pulumi.Input<string>;
  /** Name that the domain controller's certificate must carry. @default the host of `url` */
  readonly serverName?: pulumi.Input<string>;
  /** Lowest TLS version. Only domain controllers before 2008 R2 need less than the default. @default "TLSv1.2" */
  readonly minVersion?: pulumi.Input<"TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3">;
  /** Skips the verification of certificates: an attacker between the machines can then read the password. @default false */
  readonly insecureSkipVerify?: pulumi.Input<boolean>;
  /** URLs, by FQDN, of domain controllers whose names do not resolve on the machine that runs Pulumi. @default none */
  readonly domainControllers?: pulumi.Input<{ readonly [fqdn: string]: pulumi.Input<string> }>;
}

/** One SSH server, in the shape of @pulumi/command's remote connection. */
export interface EndpointArgs {
  /** Name or address of the server. */
  readonly host: pulumi.Input<string>;
  /** TCP port of the server. @default 22 */
  readonly port?: pulumi.Input<number>;
  /** Account that logs on, e.g. `CONTOSO\\exadmin`. @default "root" */
  readonly user?: pulumi.Input<string>;
  /** Password of that account. With run "direct" a preparation needs it, because a key logon has no network credentials. */
  readonly password?: pulumi.Input<Credential>;
  /** Text of a private key, in OpenSSH or PEM form. */
  readonly privateKey?: pulumi.Input<Credential>;
  /** Passphrase of the private key. */
  readonly privateKeyPassword?: pulumi.Input<Credential>;
  /**
   * The server's host key: an OpenSSH public key line or a `SHA256:…` fingerprint. Required unless `insecureIgnoreHostKey` is
   * true.
   */
  readonly hostKey?: pulumi.Input<string>;
  /** Socket of an ssh-agent. @default the environment variable SSH_AUTH_SOCK */
  readonly agentSocketPath?: pulumi.Input<string>;
  /** Number of failed dials after which the package gives up; -1 for any number. @default 10 */
  readonly dialErrorLimit?: pulumi.Input<number>;
  /** Seconds for one dial; 0 for no limit. @default 15 */
  readonly perDialTimeout?: pulumi.Input<number>;
  /** Accepts any host key: any machine that answers can then read the password. @default false */
  readonly insecureIgnoreHostKey?: pulumi.Input<boolean>;
  /** Old algorithms that this server needs; the package appends them to its defaults. @default none */
  readonly algorithms?: pulumi.Input<{
    readonly kex?: readonly string[];
    readonly cipher?: readonly string[];
    readonly serverHostKey?: readonly string[];
    readonly hmac?: readonly string[];
  }>;
}

/** What only a connection over WinRM has. */
export interface WinRmArgs {
  /** DNS name of the account's domain, where `user` does not end in it. @default what stands behind the @ of `user` */
  readonly realm?: pulumi.Input<string>;
  /**
   * Domain controllers of that domain, as host or host:port, to which the package logs on.
   * @default those that `directory` names, else those that DNS has for the domain
   */
  readonly kdc?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * Reaches the computer over HTTPS, and how its certificate is proven; `true`: an authority that Node.js trusts. `user` may then be
   * an account of the computer itself, as in a workgroup. @default HTTP, on which Kerberos seals every message
   */
  readonly https?: pulumi.Input<true | WinRmHttpsArgs>;
}

/** What proves a computer's certificate: an authority, or the fingerprint alone. */
export interface WinRmHttpsArgs {
  /** Certificates (PEM) of the authorities to trust; the certificate carries the computer's `name`. @default those that Node.js trusts */
  readonly ca?: pulumi.Input<string>;
  /** SHA-256 of the computer's certificate, in hexadecimal: whoever has issued it, and whatever its name and dates. @default none */
  readonly fingerprint?: pulumi.Input<string>;
}

/**
 * How the package reaches a computer: over SSH, or over WinRM. Over SSH you can pass the same object to `@pulumi/command`.
 */
export interface ConnectionArgs extends EndpointArgs {
  /**
   * Reaches the computer over WinRM instead of SSH: Kerberos proves both sides and seals every message. `port` is 5985 then (with
   * `https` 5986), and `user` an account of a domain, such as `exadmin@contoso.com`, with its `password`. The arguments of SSH's keys
   * are not used.
   * @default none, so SSH
   */
  readonly winrm?: pulumi.Input<true | WinRmArgs>;
  /** Jump host, over SSH, through which the package reaches the computer, and over WinRM the domain controllers. @default none */
  readonly proxy?: pulumi.Input<EndpointArgs>;
}

/** A Windows computer on which a step runs. */
export interface ComputerArgs {
  /** The computer's own fully qualified domain name (D10), e.g. `cas1.contoso.com`. */
  readonly name: pulumi.Input<string>;
  /**
   * DNS name of the computer's Active Directory domain. Needed only in a disjoint namespace, if the DNS suffix is another name.
   * @default the DNS suffix of `name`; for a domain controller the domain that the directory shows
   */
  readonly domain?: pulumi.Input<string>;
  /** How the package reaches the computer. Only a preparation with run "manual" can do without. */
  readonly connection?: ConnectionArgs | pulumi.Output<ConnectionArgs>;
  /** Folder on that computer with Setup of the target release, e.g. `D:\\Exchange2007SP1`. Not needed for run "manual". */
  readonly media?: pulumi.Input<string>;
}

/** The account that runs Setup; P1 to P9 judge it. With run "task" it is the account of the scheduled task. */
export interface AccountArgs {
  /** Name of the account: `DOMAIN\\name`. */
  readonly name: pulumi.Input<string>;
  /** Password of the account. Only run "scheduled" needs it, because it starts Setup under this account. @default none */
  readonly password?: pulumi.Input<Credential>;
}

/** How long a step may take. */
export interface TimeoutArgs {
  /** Minutes that the step waits for Setup, or for the operator who runs it. @default 240, for run "manual" 1440 */
  readonly setup?: pulumi.Input<number>;
  /**
   * Minutes that the step waits until Active Directory shows what Setup has written: on the domain controller of `directory`,
   * and after a preparation on the domain controllers of `replication`.
   * @default 15
   */
  readonly replication?: pulumi.Input<number>;
  /**
   * Minutes that Setup is expected to take; if the program allows a restart, the minutes of `reboot` are added, and those of
   * `maintenance`. If the change window has less time left, the step is not started. A running Setup is never stopped.
   * @default 15 for a preparation, 60 for a server (75 if it prepares the forest, too), 40 for Edge Transport: Microsoft's estimates for
   * later products, unverified for 2007
   */
  readonly expected?: pulumi.Input<number>;
  /** Minutes that the step waits for a server after a restart (`reboot`). @default 30, unverified */
  readonly reboot?: pulumi.Input<number>;
  /** Seconds in which the package reads the facts on which the rules judge a step. @default 60 */
  readonly facts?: pulumi.Input<number>;
}

/**
 * Answers to questions of the target's Setup that only the person who runs it can give. Nothing is answered by default:
 * rule R14 tells which answers the target's Setup needs.
 */
export interface SetupArgs {
  /** Whether the Exchange Server license terms are accepted: Setup of 2013 and later runs only with `true`. */
  readonly acceptLicenseTerms?: pulumi.Input<boolean>;
  /**
   * Whether Setup sends diagnostic data to Microsoft, and the server from then on. Setup of 2016 CU22, 2019 CU11 and later asks
   * for it together with the license terms.
   */
  readonly diagnosticData?: pulumi.Input<boolean>;
  /**
   * Extended Protection on a server. Setup of 2019 CU14 and later enables it by default, and does not check whether
   * clients still connect. `"off"`: for a load balancer that terminates TLS with another certificate (SSL offloading or
   * bridging). `"offForFrontEndEws"`: for a server that the Hybrid Agent publishes. Preparations ignore it.
   */
  readonly extendedProtection?: pulumi.Input<"on" | "off" | "offForFrontEndEws">;
  /**
   * A license switch that replaces the one of the other answers, for media that take another: public sources disagree
   * about 2016 CU22 and CU23. E.g. `/IAcceptExchangeServerLicenseTerms`. @default none
   */
  readonly licenseSwitch?: pulumi.Input<string>;
}

/**
 * How a server is taken out of service before Setup, and put back after it and its restart. All of it runs under one
 * lock of the computer, in Microsoft's order for its release. The state before is recorded on the computer, and
 * restored.
 */
export interface MaintenanceArgs {
  /**
   * FQDN of the server to which queued messages are redirected; `"none"` to redirect none. @default a member of the
   * same database availability group that accepts messages, else a server of the same site, else none
   */
  readonly redirectTo?: pulumi.Input<string>;
  /** Minutes to wait until the server is out of service, and until it is back. @default 60, unverified */
  readonly patience?: pulumi.Input<number>;
  /** Minutes that both are expected to take together, for the change window. @default 25, unverified */
  readonly expected?: pulumi.Input<number>;
  /**
   * True if databases with one copy may go down with a member of a group: their users lose them until the server is
   * back. @default false
   */
  readonly allowSingleCopies?: pulumi.Input<boolean>;
  /** True if a group of two may continue with one copy of its databases (-overrideMinimumTwoCopies). @default false */
  readonly overrideMinimumTwoCopies?: pulumi.Input<boolean>;
}

/** The security update that a server's upgrade applies after Setup and its restart. */
export interface SecurityUpdateArgs {
  /** Path of the update's .msp on a drive of the server, e.g. `D:\\SU\\ExchangeSE-KB5066366-x64-en.msp`. */
  readonly file: pulumi.Input<string>;
  /** Number of the update's article, e.g. `KB5066366`. */
  readonly kb: pulumi.Input<string>;
  /** The build that the update brings, with four parts, e.g. `15.2.2562.29`. It must be an update of the target (R80). */
  readonly build: pulumi.Input<string>;
  /** Minutes that the update is expected to take, for the change window. @default 60, as for Setup; unverified */
  readonly expected?: pulumi.Input<number>;
}

/** A command line that cmd.exe runs on a computer, over SSH. */
export interface CommandLineArgs {
  /** The line. Others may see it, and the error shows it if the command fails: do not put a secret here. */
  readonly command: pulumi.Input<string>;
  /** Text that the command reads from its standard input; Pulumi keeps it as a secret. @default empty */
  readonly stdin?: pulumi.Input<string>;
  /** Another computer on which the command runs. @default `computer.connection` of the step */
  readonly connection?: ConnectionArgs | pulumi.Output<ConnectionArgs>;
  /** The command runs again if one of these values changes, or the step's target or computer. @default none */
  readonly triggers?: readonly pulumi.Input<string | number | boolean>[];
}

/** Plain commands around a step. They need the package @pulumi/command, version 1.2.1 (docs/commands.md). */
export interface StepCommandsArgs {
  /**
   * Folder with the extracted media, on the machine that runs Pulumi. The package copies them to the computer, and gives the copy
   * the name of `computer.media` when it has checked every file. @default the media are on the computer already
   */
  readonly media?: string;
}

/** Plain commands around a server's upgrade. They need the package @pulumi/command, version 1.2.1 (docs/commands.md). */
export interface ServerCommandsArgs extends StepCommandsArgs {
  /** Stops and starts the Remote Registry service right before Setup, as D6 recommends. @default false */
  readonly restartRemoteRegistry?: boolean;
  /**
   * Commands before the upgrade, by name. They run once, in the order in which you write them. If one fails, the upgrade is not
   * started. @default none
   */
  readonly before?: { readonly [name: string]: pulumi.Input<string> | CommandLineArgs };
  /** Commands after the upgrade, by name. Steps that wait for this server wait for these commands, too. @default none */
  readonly after?: { readonly [name: string]: pulumi.Input<string> | CommandLineArgs };
}

/** The time in which steps may be started, in local time. The clock of the machine that runs Pulumi decides. */
export interface ChangeWindowArgs {
  /** First minute of the window, e.g. `2026-12-05T22:00`. */
  readonly start: pulumi.Input<string>;
  /** End of the window. The package refuses a time that summer time skips or shows twice, here and in `start`. */
  readonly end: pulumi.Input<string>;
  /** Time zone of both, as an IANA name, e.g. `Europe/Berlin`. @default "UTC" */
  readonly timeZone?: pulumi.Input<string>;
}

/** The domain controllers that must show a preparation's new level before the step is done. */
export interface ReplicationArgs {
  /**
   * `"all"`: every writable domain controller that holds the level. For schema and organization these are all in the forest, for
   * a domain those of the domain. A list of FQDNs: only these. `"none"`: only the one of `directory`. @default "all"
   */
  readonly domainControllers?: pulumi.Input<"all" | "none" | readonly pulumi.Input<string>[]>;
  /** Minutes after which the step fails if one of them does not show the level. @default `timeouts.replication` */
  readonly minutes?: pulumi.Input<number>;
}

/** The arguments of every step. */
export interface StepArgs {
  /** The computer on which Setup runs. */
  readonly computer: ComputerArgs;
  /** The account that runs Setup. Run "task" and "scheduled" need it. @default with run "direct" the account of the connection */
  readonly account?: AccountArgs;
  /**
   * Who starts Setup. `direct`: the SSH session of `computer.connection`. `task`: a scheduled task that an administrator has
   * registered once. `scheduled`: a task that the package registers under `account` for this run and removes afterwards (Windows
   * Server 2008 and later). `manual`: an operator on the computer; the step waits for the result and verifies it.
   * docs/running-setup.md compares them. @default "direct"
   */
  readonly run?: pulumi.Input<RunMode>;
  /** Name of the registered task, for run "task". @default "ExchangeUpgrade" */
  readonly taskName?: pulumi.Input<string>;
  /** How long the step waits, and how long Setup is expected to take. @default see {@link TimeoutArgs} */
  readonly timeouts?: TimeoutArgs;
  /** Plain commands around the step, with @pulumi/command. @default none */
  readonly commands?: StepCommandsArgs;
  /**
   * The window in which the step may be started, if its expected duration (`timeouts.expected`) fits into the rest of it (R10). A
   * Setup that runs is followed, and a step that is done is adopted, at any time. Preview only forecasts what would fit.
   * @default any time
   */
  readonly changeWindow?: pulumi.Input<ChangeWindowArgs>;
  /**
   * The domain controllers that a preparation waits for (R11). The package reaches them like the one of `directory`, with the same
   * account; give those whose names do not resolve a URL in `directory.domainControllers`. A server's upgrade ignores this.
   * @default every writable domain controller that holds the new level
   */
  readonly replication?: pulumi.Input<ReplicationArgs>;
  /** Answers to the questions of the target's Setup (R14). @default none; the target decides which are required */
  readonly setup?: SetupArgs;
  /**
   * Findings that a reviewer accepts: the reason, by the rule. You can waive a recommendation, or a rule that could not be
   * verified; you cannot waive a *must* that fails. Preview shows the reasons, and the state keeps them. @default none
   */
  readonly waive?: pulumi.Input<WaiverArgs>;
  /**
   * Exchange servers that are gone for good although their objects are still in the directory: the reason, by FQDN or by DN of the
   * object. No rule waits for such a server or counts it as upgraded. The package refuses a server that this program upgrades.
   * Preview shows the reasons, and the state keeps them. @default none
   */
  readonly gone?: pulumi.Input<{ readonly [server: string]: pulumi.Input<string> }>;
}

/** Arguments with their credentials marked as secrets, at the top and in `proxy`. */
export function withSecrets<T extends object>(args: pulumi.Input<T>): pulumi.Input<T> {
  if (args === undefined || args === null) return args;
  // What an Output holds is not known here, and a text in place of an object may hold a password: all of it becomes a secret.
  if (!isPlain(args)) return pulumi.secret(args) as unknown as pulumi.Input<T>;
  const copy: Record<string, unknown> = { ...args };
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

/** Whether a value is an object whose parts the program contains in plain sight. */
export function isPlain(value: unknown): value is { readonly [name: string]: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Promise) &&
    !pulumi.Output.isInstance(value)
  );
}
