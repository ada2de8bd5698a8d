#!/usr/bin/env bash
# @pulumi/pulumi 3.248.0 and 3.270.0: the process of a dynamic provider, and an engine that goes before it has asked anything.
#
# Expected: the provider is given its engine's address, so it ends when that engine has gone: the engine closes its port, and
#           nobody can reach the provider any more. At the latest it ends when the pipes to its starter are closed.
# Seen:     it goes on for ever, at about 100 MB. It never connects to that address by itself, does not look at its input, and
#           a provider's own code, which could look, is loaded by the first call only: that call never comes.
# Who meets it: whoever kills `pulumi` hard in the first seconds of a run (a pipeline's timeout, a closed terminal): one more
#           process stays each time. `pkill -f cmd/dynamic-provider` on a build agent that runs nothing else ends them.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >watch.cjs <<'JS'
const { spawn } = require("node:child_process");
const net = require("node:net");

// The engine is a port that counts who connects; it is closed two seconds after the provider is ready.
let connections = 0;
const engine = net.createServer((socket) => {
  connections += 1;
  socket.destroy();
});
engine.listen(0, "127.0.0.1", () => {
  const script = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
  const provider = spawn(process.execPath, [script, `127.0.0.1:${engine.address().port}`], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  let ended = false;
  provider.once("exit", () => {
    ended = true;
  });
  provider.stdout.once("data", () => {
    setTimeout(() => {
      engine.close();
      provider.stdin.destroy();
      provider.stdout.destroy();
    }, 2_000);
    setTimeout(() => {
      const { version } = require("@pulumi/pulumi/package.json");
      console.log(`${version}: connections to the engine ${connections}, 20 s after it has gone ${ended ? "ended" : "still there"}`);
      provider.kill("SIGKILL");
      process.exit();
    }, 22_000);
  });
});
JS
for version in 3.248.0 3.270.0; do
  npm init -y >/dev/null
  npm install --silent --ignore-scripts --no-audit --no-fund "@pulumi/pulumi@$version"
  node watch.cjs
done | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
3.248.0: connections to the engine 0, 20 s after it has gone still there
3.270.0: connections to the engine 0, 20 s after it has gone still there
SEEN
