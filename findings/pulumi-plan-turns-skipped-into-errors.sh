#!/usr/bin/env bash
# Pulumi CLI 3.259.0, @pulumi/pulumi 3.248.0: `up --plan` in which one resource's create fails, with others that depend on it.
#
# Expected: what `up` without a plan does: the one error is told, and the resources behind it are left alone without a word.
#           The plan still allows them, and it is the failure that keeps them from being made.
# Seen:     each resource behind the failed one is an error of its own ("expected resource operations … but none were seen"),
#           and counts as failed. With a chain of forty, the one line that says why stands among thirty-nine others.
# Who meets it: whoever applies an approved plan in a change window. Look for the error whose resource was "creating failed";
#           the others tell only that the plan has not come to its end. The next `up --plan` of a new plan goes on from there.
#
# It builds the CLI and its language host from their Go modules, with Go 1.25 or later: some minutes the first time.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir bin engine host backend home

build() { # folder, module, version, package of the module
  (cd "$1" && go mod init "example.com/$1" && go get "$2/$4@$3" &&
    go build -mod=mod -ldflags "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$3" -o "$folder/bin/" "$2/$4") >log 2>&1 ||
    { tail -5 log; exit 1; }
}
build engine github.com/pulumi/pulumi/pkg/v3 v3.259.0 cmd/pulumi
build host github.com/pulumi/pulumi/sdk/v3 v3.68.0 nodejs/cmd/pulumi-language-nodejs
cat >bin/pulumi-resource-pulumi-nodejs <<'SH'
#!/bin/sh
exec node "$(node -p 'require.resolve("@pulumi/pulumi/cmd/dynamic-provider")')" "$@"
SH
chmod +x bin/pulumi-resource-pulumi-nodejs

npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @pulumi/pulumi@3.248.0
cat >Pulumi.yaml <<'YAML'
name: upgrade
runtime: { name: nodejs, options: { typescript: false } }
main: index.js
YAML
cat >index.js <<'JS'
const pulumi = require("@pulumi/pulumi");

class Step extends pulumi.dynamic.Resource {
  constructor(name, fails, options) {
    const create = async () => {
      if (fails) throw new Error("the server is not reachable");
      return { id: "done", outs: {} };
    };
    super({ create }, name, {}, options);
  }
}
const first = new Step("first", true);
const second = new Step("second", false, { dependsOn: first });
new Step("third", false, { dependsOn: second });
JS
export PATH="$folder/bin:$PATH" PULUMI_BACKEND_URL="file://$folder/backend" PULUMI_HOME="$folder/home"
export PULUMI_CONFIG_PASSPHRASE=none PULUMI_SKIP_UPDATE_CHECK=true PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
pulumi stack init test >/dev/null 2>&1
pulumi preview --save-plan plan.json >/dev/null 2>&1

# The errors at the end of the run, each under its resource.
errors() {
  sed -n '/^Diagnostics:/,$p' log | grep -E '^ +error:|errored' | sed -E 's/^ +//; s/urn:[^ ]*::/urn:…::/' | sort
}
{
  echo "up --plan:"
  pulumi up --yes --non-interactive --plan plan.json >log 2>&1 || errors
  echo "up:"
  pulumi up --yes --non-interactive --skip-preview >log 2>&1 || errors
} | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
up --plan:
3 errored
error: expected resource operations for urn:…::second but none were seen
error: expected resource operations for urn:…::third but none were seen
error: the server is not reachable
up:
2 errored
error: the server is not reachable
error: update failed
SEEN
