/**
 * Beginning and end of every script of maintenance, for Windows PowerShell 2.0 to 5.1. Exchange 2010 has 2.0, which has
 * no JSON: so the script writes the answer itself, in ASCII, whatever the code page of the console.
 */

/** Settings, the form of the answer, and the form of an error. `$json` contains the parameters. */
export const prelude = String.raw`
$global:ErrorActionPreference = 'Stop'
$global:ProgressPreference = 'SilentlyContinue'
$global:WarningPreference = 'SilentlyContinue'
$global:ConfirmPreference = 'None'

function ConvertTo-Answer($value) {
  if ($null -eq $value) {
    return 'null'
  }
  if ($value -is [bool]) {
    return $value.ToString().ToLowerInvariant()
  }
  if (($value -is [int]) -or ($value -is [long])) {
    return $value.ToString([Globalization.CultureInfo]::InvariantCulture)
  }
  if ($value -is [Collections.IDictionary]) {
    $members = @()
    foreach ($name in $value.Keys) {
      $members += (ConvertTo-Answer ([string]$name)) + ':' + (ConvertTo-Answer $value[$name])
    }
    return '{' + [string]::Join(',', [string[]]$members) + '}'
  }
  if ($value -is [array]) {
    $items = @()
    foreach ($item in $value) {
      $items += ConvertTo-Answer $item
    }
    return '[' + [string]::Join(',', [string[]]$items) + ']'
  }
  $text = New-Object Text.StringBuilder
  foreach ($character in ([string]$value).ToCharArray()) {
    $code = [int]$character
    if (($code -lt 32) -or ($code -gt 126) -or ($code -eq 34) -or ($code -eq 92)) {
      [void]$text.Append('\u' + $code.ToString('x4'))
    } else {
      [void]$text.Append($character)
    }
  }
  return '"' + $text.ToString() + '"'
}

function Get-Failure($record) {
  $type = $record.Exception.GetType().FullName
  if (($record.Exception -is [Management.Automation.RemoteException]) -and $record.CategoryInfo.Reason) {
    $type = $record.CategoryInfo.Reason
  }
  return @{ type = [string]$type; id = [string]$record.FullyQualifiedErrorId; message = [string]$record.Exception.Message }
}

function Read-Part([scriptblock]$part) {
  try {
    $value = & $part
    return @{ ok = $true; value = $value }
  } catch {
    return @{ ok = $false; error = (Get-Failure $_) }
  }
}

if (Get-Command ConvertFrom-Json -ErrorAction SilentlyContinue) {
  $parameters = ConvertFrom-Json $json
} else {
  Add-Type -AssemblyName System.Web.Extensions
  $parameters = (New-Object Web.Script.Serialization.JavaScriptSerializer).DeserializeObject($json)
}
$server = $env:COMPUTERNAME
$key = $parameters.registryKey -replace '^HKLM\\', 'Registry::HKEY_LOCAL_MACHINE\'
`;

/**
 * Loads Exchange's own shell, as its shortcut in the Start menu does. An Edge Transport server has the local shell;
 * every other server connects to an endpoint of Exchange, which needs credentials. It runs at the top, so that its
 * definitions stay. Exchange's scripts continue after an error, so first the existence of the cmdlets decides, and then
 * the last error.
 */
export const loadShell = String.raw`
$folder = [string](Get-ItemProperty -Path ($key + '\Setup')).MsiInstallPath
$global:ErrorActionPreference = 'Continue'
$Error.Clear()
if (Test-Path -Path ($key + '\EdgeTransportRole')) {
  Add-PSSnapin Microsoft.Exchange.Management.PowerShell.E2010
} else {
  . (Join-Path $folder 'bin\RemoteExchange.ps1') | Out-Null
  $connect = @{ auto = $true }
  if ((Get-Command Connect-ExchangeServer).Parameters.ContainsKey('ClientApplication')) {
    $connect['ClientApplication'] = 'ManagementShell'
  }
  Connect-ExchangeServer @connect | Out-Null
}
$last = $null
if ($Error.Count -gt 0) {
  $last = $Error[0]
}
$global:ErrorActionPreference = 'Stop'
if (-not (Get-Command Get-ExchangeServer -ErrorAction SilentlyContinue)) {
  if ($null -ne $last) {
    throw $last
  }
  throw 'the Exchange Management Shell has loaded no cmdlets'
}
`;

/** Closes the shell's connection, and writes `$answer` between marks that nothing else prints. */
export const finish = `
try {
  Get-PSSession | Remove-PSSession
} catch {
  $null = $_
}
[Console]::Out.WriteLine()
[Console]::Out.WriteLine($parameters.mark + '.b')
[Console]::Out.WriteLine((ConvertTo-Answer $answer))
[Console]::Out.WriteLine($parameters.mark + '.e')
[Console]::Out.Flush()
exit 0
`;
