/** The script that reads everything about maintenance. It judges nothing: reading.ts parses its answer. */
import { finish, loadShell, prelude } from "./prelude";

const services = String.raw`
$services = Read-Part {
  $found = @{}
  foreach ($name in @($parameters.services)) {
    $path = 'HKLM:\SYSTEM\CurrentControlSet\Services\' + $name
    if ($null -eq $name) {
      continue
    }
    if (Test-Path -Path $path) {
      $values = Get-ItemProperty -Path $path
      $service = Get-Service -Name $name
      $found[$name] = @{ start = [int]$values.Start; state = [int]$service.Status; deleted = ([int]$values.DeleteFlag -eq 1) }
    } else {
      $found[$name] = $null
    }
  }
  return $found
}
`;

const load = `
$shell = $null
try {
  ${loadShell.trim().replaceAll("\n", "\n  ")}
} catch {
  $shell = Get-Failure $_
}

function Read-Exchange([scriptblock]$part) {
  if ($null -ne $shell) {
    return @{ ok = $false; error = $shell }
  }
  return Read-Part $part
}
`;

const parts = `
$self = Read-Exchange {
  return Get-ExchangeServer -Identity $server -ErrorAction Stop
}
if (-not $self.ok) {
  $shell = $self.error
}
$exchange = $self.value

$components = Read-Exchange {
  if (-not $parameters.componentStates) {
    return $null
  }
  $found = @()
  foreach ($component in @(Get-ServerComponentState -Identity $server -ErrorAction Stop)) {
    $entries = @()
    foreach ($entry in (@($component.RemoteStates) + @($component.LocalStates))) {
      if ($null -ne $entry) {
        $entries += @{ requester = "$($entry.Requester)"; state = "$($entry.State)"; time = "$($entry.Timestamp.Ticks)" }
      }
    }
    $found += @{ name = "$($component.Component)"; state = "$($component.State)"; entries = $entries }
  }
  return ,$found
}

$mailbox = Read-Exchange {
  if (-not $exchange.IsMailboxServer) {
    return $null
  }
  return Get-MailboxServer -Identity $server -ErrorAction Stop
}

$mailboxServer = @{ ok = $mailbox.ok; error = $mailbox.error; value = $null }
$group = ''
if ($mailbox.value) {
  $group = "$($mailbox.value.DatabaseAvailabilityGroup)"
  $disabled = $mailbox.value.DatabaseCopyActivationDisabledAndMoveNow
  if ($null -ne $disabled) {
    $disabled = [bool]$disabled
  }
  $mailboxServer.value = @{
    policy = "$($mailbox.value.DatabaseCopyAutoActivationPolicy)"
    disabled = $disabled
    group = $group
  }
}

$copies = Read-Exchange {
  if (-not $exchange.IsMailboxServer) {
    return $null
  }
  $databases = @{}
  foreach ($database in @(Get-MailboxDatabase -Server $server -ErrorAction Stop)) {
    if ($null -ne $database) {
      $databases["$($database.Name)"] = $database
    }
  }
  $found = @()
  foreach ($copy in @(Get-MailboxDatabaseCopyStatus -Server $server -ErrorAction Stop)) {
    if ($null -ne $copy) {
      $database = $databases["$($copy.DatabaseName)"]
      $found += @{
        database = "$($copy.DatabaseName)"
        status = "$($copy.Status)"
        activeOn = "$($copy.ActiveDatabaseCopy)"
        suspended = [bool]$copy.ActivationSuspended
        copyQueue = "$($copy.CopyQueueLength)"
        replayQueue = "$($copy.ReplayQueueLength)"
        replication = "$($database.ReplicationType)"
        copies = @($database.Servers).Count
      }
    }
  }
  return ,$found
}

$members = @()
$clusterNode = @{ ok = $mailbox.ok; error = $mailbox.error; value = $null }
if ($mailbox.ok -and ($group -ne '')) {
  $clusterNode = Read-Exchange {
    Import-Module FailoverClusters
    $node = Get-ClusterNode -Name $server -ErrorAction Stop
    $status = Get-DatabaseAvailabilityGroup -Identity $group -Status -ErrorAction Stop
    $names = @()
    foreach ($member in @($status.Servers)) {
      $names += "$($member.Name)"
    }
    return @{ state = [int]$node.State; manager = "$($status.PrimaryActiveManager.Name)"; members = $names }
  }
  if ($clusterNode.ok) {
    $members = $clusterNode.value.members
  }
}

$queues = Read-Exchange {
  if (-not ($exchange.IsHubTransportServer -or $exchange.IsEdgeServer)) {
    return $null
  }
  $found = @()
  foreach ($queue in @(Get-Queue -Server $server -ResultSize Unlimited -ErrorAction Stop)) {
    if ($null -ne $queue) {
      $found += @{
        identity = "$($queue.Identity)"
        delivery = "$($queue.DeliveryType)"
        messages = [long]$queue.MessageCount
      }
    }
  }
  return ,$found
}

$activeCalls = Read-Exchange {
  if (-not ($parameters.unifiedMessaging -and $exchange.IsUnifiedMessagingServer)) {
    return $null
  }
  $count = 0
  foreach ($call in @(Get-UMActiveCalls -Server $server -ErrorAction Stop)) {
    if ($null -ne $call) {
      $count += 1
    }
  }
  return $count
}

$targets = Read-Exchange {
  $others = @()
  foreach ($member in $members) {
    if ($member -ne $server) {
      $other = Get-ExchangeServer -Identity $member -ErrorAction Stop
      if ($other.IsHubTransportServer) {
        $others += $other
      }
    }
  }
  $inGroup = ($others.Count -gt 0)
  if (-not $inGroup) {
    foreach ($other in @(Get-ExchangeServer -ErrorAction Stop)) {
      $isOther = "$($other.Name)" -ne $server
      if ($isOther -and $other.IsHubTransportServer -and ("$($other.Site)" -eq "$($exchange.Site)")) {
        $others += $other
      }
    }
  }
  $found = @()
  foreach ($other in $others) {
    $target = @{ fqdn = "$($other.Fqdn)"; sameGroup = $inGroup; hubTransport = $null; policy = $null; error = $null }
    try {
      if ($parameters.componentStates) {
        $state = Get-ServerComponentState -Identity "$($other.Name)" -Component HubTransport -ErrorAction Stop
        $target.hubTransport = "$($state.State)"
      }
      if ($other.IsMailboxServer) {
        $settings = Get-MailboxServer -Identity "$($other.Name)" -ErrorAction Stop
        $target.policy = "$($settings.DatabaseCopyAutoActivationPolicy)"
      }
    } catch {
      $target.error = Get-Failure $_
    }
    $found += $target
  }
  return ,$found
}

$answer = @{
  components = $components
  mailboxServer = $mailboxServer
  copies = $copies
  clusterNode = $clusterNode
  queues = $queues
  activeCalls = $activeCalls
  services = $services
  redirectTargets = $targets
  server = $server
}
`;

/** The whole script. */
export const readScript = ["# exchange-upgrade readMaintenance", prelude, services, load, parts, finish].join(
  "\n",
);
