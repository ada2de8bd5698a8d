/** One fixed script for each act of maintenance. Its parameters are data, which the script finds in `$parameters`. */
import type { MaintenanceAct } from "./contract";
import { finish, loadShell, prelude } from "./prelude";

/** What a script does, and whether it needs Exchange's shell for it. */
interface ActScript {
  readonly shell: boolean;
  readonly body: string;
}

/**
 * Exchange's own scripts declare their parameters. Scripts without a parameter for the node always pause it. They
 * continue if one database of several does not move, and report failures at their end.
 */
const startDagMaintenance = String.raw`
$path = Join-Path $folder 'Scripts\StartDagServerMaintenance.ps1'
$has = (Get-Command $path).Parameters
$with = @{ serverName = $server }
if ($parameters.overrideMinimumTwoCopies) {
  $with['overrideMinimumTwoCopies'] = $true
}
if ($parameters.pauseClusterNode -and $has.ContainsKey('pauseClusterNode')) {
  $with['pauseClusterNode'] = $true
}
if ($has.ContainsKey('MoveComment')) {
  $with['MoveComment'] = 'Maintenance'
}
$global:ErrorActionPreference = 'Continue'
& $path @with | Out-Null
`;

const stopDagMaintenance = String.raw`
$path = Join-Path $folder 'Scripts\StopDagServerMaintenance.ps1'
$global:ErrorActionPreference = 'Continue'
& $path -serverName $server | Out-Null
`;

/** Finds the group by its type: Windows names it in its own language. */
const moveActiveManager = `
Import-Module FailoverClusters
foreach ($group in @(Get-ClusterGroup -ErrorAction Stop)) {
  $isOwn = "$($group.OwnerNode)" -eq $server
  if ($isOwn -and ("$($group.GroupType)" -eq 'Cluster')) {
    Move-ClusterGroup -InputObject $group -ErrorAction Stop | Out-Null
  }
}
`;

const startServices = `
foreach ($name in @($parameters.services)) {
  $service = Get-Service -Name $name
  if ([int]$service.Status -ne 4) {
    Start-Service -Name $name
    $service.WaitForStatus('Running', [TimeSpan]'00:05:00')
  }
}
`;

const restartTransport = `
Restart-Service -Name MSExchangeTransport
(Get-Service -Name MSExchangeTransport).WaitForStatus('Running', [TimeSpan]'00:05:00')
`;

const bodies: { readonly [A in MaintenanceAct["act"]]: ActScript } = {
  setComponentState: {
    shell: true,
    body: "Set-ServerComponentState -Identity $server -Component $parameters.component -State $parameters.state -Requester $parameters.requester -ErrorAction Stop",
  },
  restartTransport: { shell: false, body: restartTransport },
  redirectMessages: {
    shell: true,
    body: "Redirect-Message -Server $server -Target $parameters.target -Confirm:$false -ErrorAction Stop",
  },
  startDagMaintenance: { shell: true, body: startDagMaintenance },
  stopDagMaintenance: { shell: true, body: stopDagMaintenance },
  setActivationPolicy: {
    shell: true,
    body: "Set-MailboxServer -Identity $server -DatabaseCopyAutoActivationPolicy $parameters.policy -ErrorAction Stop",
  },
  setActivationDisabledAndMoveNow: {
    shell: true,
    body: "Set-MailboxServer -Identity $server -DatabaseCopyActivationDisabledAndMoveNow $parameters.disabled -ErrorAction Stop",
  },
  suspendActivation: {
    shell: true,
    body: "Suspend-MailboxDatabaseCopy -Identity ($parameters.database + '\\' + $server) -ActivationOnly -Confirm:$false -ErrorAction Stop",
  },
  suspendClusterNode: {
    shell: false,
    body: "Import-Module FailoverClusters\nSuspend-ClusterNode -Name $server -ErrorAction Stop | Out-Null",
  },
  resumeClusterNode: {
    shell: false,
    body: "Import-Module FailoverClusters\nResume-ClusterNode -Name $server -ErrorAction Stop | Out-Null",
  },
  moveActiveManager: { shell: false, body: moveActiveManager },
  startServices: { shell: false, body: startServices },
};

/** The script of an act. */
export function actScript(act: MaintenanceAct["act"]): string {
  const { shell, body } = bodies[act];
  return [
    `# exchange-upgrade ${act}`,
    prelude,
    "$answer = @{ ok = $true; error = $null }",
    "try {",
    ...(shell ? [loadShell.trim()] : []),
    body.trim(),
    "} catch {",
    "  $answer = @{ ok = $false; error = (Get-Failure $_) }",
    "}",
    finish,
  ].join("\n");
}

/** Names of all acts. */
export const acts = Object.keys(bodies) as readonly MaintenanceAct["act"][];

/** Acts that wait until databases have moved to other servers. */
export const movesDatabases: ReadonlySet<MaintenanceAct["act"]> = new Set([
  "startDagMaintenance",
  "setActivationDisabledAndMoveNow",
]);
