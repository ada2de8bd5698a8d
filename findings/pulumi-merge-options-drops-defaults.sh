#!/usr/bin/env bash
# pulumi.mergeOptions of @pulumi/pulumi 3.248.0, with an option that is there and undefined.
#
# Expected: an option that is undefined counts as not given, as in a constructor's arguments, so the first object's default
#           stands: { protect: true } merged with { protect: undefined } protects.
# Seen:     the default is gone: protect is undefined, and the resource is not protected. Only lists (dependsOn, aliases, …)
#           keep what the first object says.
# Who meets it: a component that merges its defaults with options that its caller passes on: { protect: opts?.protect }.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @pulumi/pulumi@3.248.0

cat >merge.cjs <<'JS'
const { mergeOptions } = require("@pulumi/pulumi");
const { protect, retainOnDelete } = mergeOptions({ protect: true, retainOnDelete: true }, { protect: undefined });
console.log(`protect ${protect}, retainOnDelete ${retainOnDelete}`);
JS
seen="$(node merge.cjs)"
echo "seen: $seen"
[ "$seen" = "protect undefined, retainOnDelete true" ] || { echo "this has changed"; exit 1; }
