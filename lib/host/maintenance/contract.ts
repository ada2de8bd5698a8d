/**
 * Types for reading and performing maintenance of a server. Each look and each act is one fixed PowerShell script on
 * the computer itself. Its parameters are data, and its answer is JSON in a form of our own. A script has ended when
 * its answer arrives, so none holds files of Exchange open when Setup starts.
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

/** What to read besides what every server has. */
export interface MaintenanceQuestions extends ShellOptions {
  /** False for 2010, which has no component states: what it lacks is `null`, and not unknown. */
  readonly componentStates: boolean;
  /** True where the release's Mailbox servers have Unified Messaging (2013, 2016). */
  readonly unifiedMessaging: boolean;
  /** Services to read, by their short names. @default none */
  readonly services?: readonly string[];
}

/**
 * One look that reads everything for the phases. What could not be read is unknown with the reason, and the rest stays
 * known if possible: services and cluster are known even if Exchange's shell does not load.
 *
 * @throws ConnectionLost, CommandTimeout, OutputTooLarge, NotWindowsShell
 */
export type ReadMaintenance = (
  session: HostSession,
  questions: MaintenanceQuestions,
) => Promise<MaintenanceFacts>;

/** The possible acts. Each can safely be repeated: a second time it changes nothing. */
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
   * StartDagServerMaintenance.ps1 of this server's own Scripts folder. It moves the active databases, and tries twice,
   * a minute apart. It fails while a database without other copies has a mailbox, and while another one would keep too
   * few copies. On failure it undoes its changes, and leaves the activation policy at Unrestricted.
   */
  | {
      readonly act: "startDagMaintenance";
      /** -overrideMinimumTwoCopies, for a group of two. */
      readonly overrideMinimumTwoCopies: boolean;
      /** -PauseClusterNode, if the script has it: older ones, of 2013 too, always pause the node. */
      readonly pauseClusterNode: boolean;
    }
  /**
   * StopDagServerMaintenance.ps1. It leaves the activation policy at Unrestricted and resumes every copy, so the caller
   * must restore the recorded state. In 2013 and later, both scripts also set the component HighAvailability, as the
   * requester Maintenance.
   */
  | { readonly act: "stopDagMaintenance" }
  /** Set-MailboxServer -DatabaseCopyAutoActivationPolicy. */
  | { readonly act: "setActivationPolicy"; readonly policy: ActivationPolicy }
  /** Set-MailboxServer -DatabaseCopyActivationDisabledAndMoveNow, of 2013 and later. */
  | { readonly act: "setActivationDisabledAndMoveNow"; readonly disabled: boolean }
  /**
   * Suspend-MailboxDatabaseCopy -ActivationOnly of this server's copy, if it was suspended before Exchange's own script
   * resumed it.
   */
  | { readonly act: "suspendActivation"; readonly database: string }
  /** Suspend-ClusterNode and Resume-ClusterNode, of Windows' own module. */
  | { readonly act: "suspendClusterNode" }
  | { readonly act: "resumeClusterNode" }
  /**
   * Moves the cluster's own group, and with it the primary active manager, if this node has it: pausing a node does not
   * move it.
   */
  | { readonly act: "moveActiveManager" }
  /**
   * Starts services that do not run, and waits until they do; a disabled one is left alone and reported as an error.
   */
  | { readonly act: "startServices"; readonly services: readonly string[] };

/** An error of PowerShell. Decisions use `type` and `id`; `message` is in the computer's language. */
export interface ShellError {
  /** Full name of the exception's type, e.g. `Microsoft.Exchange.Management.Tasks.ServerNotFoundException`. */
  readonly type: string;
  /** FullyQualifiedErrorId, e.g. `ManagementObjectNotFoundException,Microsoft.Exchange.…`. */
  readonly id: string;
  /** One line, for people. */
  readonly message: string;
}

/** The result of an act. Only the next look shows whether it had its effect. */
export type ActAnswer =
  | { readonly outcome: "done" }
  | { readonly outcome: "failed"; readonly error: ShellError }
  /** The script has answered nothing readable: whether the act was done is not known. `why` has no final full stop. */
  | { readonly outcome: "unknown"; readonly why: string };

/**
 * Performs one act.
 *
 * @throws CommandTimeout and ConnectionLost, after which the act may still go on there; OutputTooLarge, NotWindowsShell
 */
export type PerformAct = (
  session: HostSession,
  options: ShellOptions,
  act: MaintenanceAct,
) => Promise<ActAnswer>;
