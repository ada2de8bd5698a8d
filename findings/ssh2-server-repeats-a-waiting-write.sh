#!/usr/bin/env bash
# ssh2 1.17.0 (npm), as server: a command that writes more than the client's window to its output, and then as much to its errors.
#
# Expected: each write waits for the client's window, and both streams arrive whole, one after the other.
# Seen:     the server keeps the end of a write that has waited, also when it is long through. Once the other stream waits, it
#           sends that end again, as output, and closes the channel without an error. The client has too much output, too few
#           errors, and no exit code.
# Who meets it: whoever tests an SSH client against a server of ssh2 with more than 2 MiB on both streams: it looks as if the
#           client had lost and doubled data. Real servers do not do it, and neither does ssh2 where one stream alone waits.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund ssh2@1.17.0

cat >try.js <<'JS'
const { Client, Server, utils } = require("ssh2");

const size = 3 * 1024 * 1024;
const { private: hostKey } = utils.generateKeyPairSync("ed25519");

const server = new Server({ hostKeys: [hostKey] }, (connection) => {
  connection.on("error", () => {});
  connection.on("authentication", (context) => context.accept());
  connection.on("session", (accept) =>
    accept().on("exec", async (acceptExec) => {
      const channel = acceptExec();
      await new Promise((sent) => channel.write(Buffer.alloc(size, "o"), sent));
      await new Promise((sent) => channel.stderr.write(Buffer.alloc(size, "e"), sent));
      channel.exit(0);
      channel.end();
    }),
  );
});

server.listen(0, "127.0.0.1", () => {
  const client = new Client();
  const got = { output: 0, errors: 0, code: "none" };
  const told = () => {
    const word = (bytes) => (bytes === size ? "whole" : bytes > size ? "too much" : "too little");
    console.log(`output ${word(got.output)}, errors ${word(got.errors)}, exit code ${got.code}`);
    process.exit(0);
  };
  client.on("ready", () =>
    client.exec("setup", (error, channel) => {
      if (error) throw error;
      channel.on("data", (bytes) => (got.output += bytes.length));
      channel.stderr.on("data", (bytes) => (got.errors += bytes.length));
      channel.on("exit", (code) => (got.code = code));
      channel.on("close", told);
    }),
  );
  client.connect({ host: "127.0.0.1", port: server.address().port, username: "admin", password: "none" });
  // A command whose channel never closes is told as it stands.
  setTimeout(told, 10_000);
});
JS
seen="$(node try.js)"
echo "$seen"
expected="output too much, errors too little, exit code none"
[ "$seen" = "$expected" ] || { echo "This has changed: it was: $expected"; exit 1; }
