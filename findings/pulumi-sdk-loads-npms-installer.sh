#!/usr/bin/env bash
# @pulumi/pulumi 3.248.0 (npm): what `require("@pulumi/pulumi")` loads.
#
# Expected: the SDK and what it speaks with: gRPC, protobuf, tracing. A program that serializes no function needs no more.
# Seen:     more than half of all modules are npm's own installer (@npmcli/arborist with pacote, sigstore and tuf-js). The SDK asks it
#           for the packages that a serialized function needs, and loads it at the start of every process, the one of each dynamic
#           provider included. Without it the SDK loads in about six tenths of the processor time.
# Who meets it: whoever wonders why an empty program and each provider process take half a second to start, looks for the reason in
#           what is written there, and finds nothing. A packaged provider that is bundled can leave it out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @pulumi/pulumi@3.248.0

cat >load.js <<'JS'
const Module = require("node:module");
const load = Module._load;
if (process.argv[2] === "without") {
  Module._load = (name, ...rest) => (name === "@npmcli/arborist" ? {} : load(name, ...rest));
}
const before = process.cpuUsage();
require("@pulumi/pulumi");
const { user, system } = process.cpuUsage(before);
console.log(Object.keys(require.cache).length, Math.round((user + system) / 1000));
JS
node load.js with >/dev/null # The first one pays for a cold cache of files.
read -r all allTime < <(node load.js with)
read -r rest restTime < <(node load.js without)
echo "the SDK as it is: $all modules in $allTime ms of processor; without npm's installer: $rest modules in $restTime ms"
[ $((rest * 2)) -lt "$all" ] || { echo "This has changed: npm's installer was more than half of the modules."; exit 1; }
