/**
 * What maintenance of a server is read with and done by. Each look and each act is one fixed PowerShell script on the computer
 * itself: what it is about goes in as data, and the answer is JSON in a form of our own. Every script has ended when its answer is
 * here, so that none holds files of Exchange open when Setup starts.
 */
import type { MaintenanceFacts } from "../../facts";
import type { ActivationPolicy, ComponentState, StateRequester } from "../../facts/maintenance";
import type { HostSession } from "../transport/session";

/** The server, as all scripts need to know it. */
export interface ShellOptions {
  /** The release's Exchange key, e.g. `HKLM\SOFTWARE\Microsoft\ExchangeServer\v15`: its folder holds the shell's own script. */
  readonly registryKey: string;
  /** Milliseconds that one script may take. @default 10 minutes; 60 for acts that move databases */
  readonly timeoutMs?: number;
}

/** What is asked besides what every server has. */
export interface MaintenanceQuestions extends ShellOptions {
  /** False for 2010: it has no component states, and what it does not have is `null` and not unknown. */
  readonly componentStates: boolean;
  /** True where the release's Mailbox servers have Unified Messaging (2013, 2016). */
  readonly unifiedMessaging: boolean;
  /** Services to read, by their short names. @default none */
  readonly services?: readonly string[];
}

/**
 * One look that answers everything that the phases need. What could not be read is unknown with the reason, alone where that is
 * possible: a shell that does not load leaves services and cluster known.
 * @throws ConnectionLost, CommandTimeout, OutputTooLarge, NotWindowsShell
 */
export type ReadMaintenance = (
  session: HostSession,
  questions: MaintenanceQuestions,
) => Promise<MaintenanceFacts>;

/** What may be done. Each may be done again: where it is done already it changes nothing more. */
export type MaintenanceAct =
  /** Set-ServerComponentState of this server. */
  | {
      readonly act: "setComponentState";
      readonly component: string;
      readonly state: ComponentState;
      readonly requester: StateRequester;
    }
  /** Restarts the transport service, and waits until it runs: the queues cannot be read for some minutes afterwards. */
  | { readonly act: "restartTransport" }
  /** Redirect-Message to that server's FQDN. */
  | { readonly act: "redirectMessages"; readonly target: string }
  /**
   * StartDagServerMaintenance.ps1 of this server's own Scripts folder; it moves the active databases, and tries twice, a minute
   * apart. It fails while a database without other copies has a mailbox, and while another one would keep too few copies.
   * Where it fails it undoes what it has done, and leaves the activation policy at Unrestricted.
   */
  | {
      readonly act: "startDagMaintenance";
      /** -overrideMinimumTwoCopies, for a group of two. */
      readonly overrideMinimumTwoCopies: boolean;
      /** -PauseClusterNode, where the script has it: older ones, of 2013 too, pause the node whatever they are told. */
      readonly pauseClusterNode: boolean;
    }
  /**
   * StopDagServerMaintenance.ps1. It leaves the activation policy at Unrestricted and resumes every copy: restore what was found.
   * In 2013 and later both scripts set the component HighAvailability, too, as the requester Maintenance.
   */
  | { readonly act: "stopDagMaintenance" }
  /** Set-MailboxServer -DatabaseCopyAutoActivationPolicy. */
  | { readonly act: "setActivationPolicy"; readonly policy: ActivationPolicy }
  /** Set-MailboxServer -DatabaseCopyActivationDisabledAndMoveNow, of 2013 and later. */
  | { readonly act: "setActivationDisabledAndMoveNow"; readonly disabled: boolean }
  /** Suspend-MailboxDatabaseCopy -ActivationOnly of this server's copy, as it was found before Exchange's own script resumed it. */
  | { readonly act: "suspendActivation"; readonly database: string }
  /** Suspend-ClusterNode and Resume-ClusterNode, of Windows' own module. */
  | { readonly act: "suspendClusterNode" }
  | { readonly act: "resumeClusterNode" }
  /** Moves the cluster's own group, and with it the primary active manager, where this node has it. Pausing a node leaves it there. */
  | { readonly act: "moveActiveManager" }
  /** Starts services that do not run, and waits until they do; one that is disabled is left alone and told as an error. */
  | { readonly act: "startServices"; readonly services: readonly string[] };

/** What PowerShell says of an error. Decisions rest on `type` and `id`; `message` is in the computer's language. */
export interface ShellError {
  /** Full name of the exception's type, e.g. `Microsoft.Exchange.Management.Tasks.ServerNotFoundException`. */
  readonly type: string;
  /** FullyQualifiedErrorId, e.g. `ManagementObjectNotFoundException,Microsoft.Exchange.…`. */
  readonly id: string;
  /** One line, for people. */
  readonly message: string;
}

/** What came of an act. Whether it has the effect that it is for shows the next look alone. */
export type ActAnswer =
  | { readonly outcome: "done" }
  | { readonly outcome: "failed"; readonly error: ShellError }
  /** The script has answered nothing that can be read: whether the act was done is not known. `why` has no final full stop. */
  | { readonly outcome: "unknown"; readonly why: string };

/**
 * Does one act.
 * @throws CommandTimeout, and ConnectionLost: then the act may go on there. OutputTooLarge, NotWindowsShell
 */
export type PerformAct = (
  session: HostSession,
  options: ShellOptions,
  act: MaintenanceAct,
) => Promise<ActAnswer>;
