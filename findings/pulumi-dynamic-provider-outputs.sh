#!/usr/bin/env bash
# The dynamic provider of @pulumi/pulumi 3.248.0, asked over gRPC as the engine does, and what create returns as outputs.
#
# Expected: outputs are turned into JSON as JSON.stringify does: a property that is undefined is left out, a Date is its text.
# Seen:     create fails with "Unexpected struct type.", which names no property, when an output is undefined, although
#           whatever create has made is there by then: the engine records nothing, and the next run makes it again. A Date (as a
#           Map or a Set) arrives as {} without a word.
# Who meets it: a handler that returns { ...inputs, found: map.get(key) }, or what a client library gave it. Sending the outputs
#           through JSON.parse(JSON.stringify(outputs)) first is safe.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @pulumi/pulumi@3.248.0

cat >ask.cjs <<'JS'
const { spawn } = require("node:child_process");
const grpc = require("@grpc/grpc-js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const { CreateRequest } = require("@pulumi/pulumi/proto/provider_pb.js");

const outputs = {
  "plain JSON": "{ made: 'yes', level: null }",
  "an undefined one": "{ made: 'yes', level: undefined }",
  "a Date": "{ made: new Date(0) }",
};
const server = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), "127.0.0.1:1"]);
server.stdout.once("data", async (port) => {
  const client = new ResourceProviderClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure());
  for (const [name, text] of Object.entries(outputs)) {
    const create = new CreateRequest();
    create.setUrn("urn:pulumi:stack::project::pulumi-nodejs:dynamic:Resource::name");
    const provider = `exports.handler = () => ({ create: async () => ({ id: "1", outs: ${text} }) })`;
    create.setProperties(Struct.fromJavaScript({ __provider: provider }));
    const answer = await new Promise((resolve) =>
      client.create(create, (error, created) => {
        if (error) return resolve(error.details);
        const { __provider, ...seen } = created.getProperties().toJavaScript();
        resolve(JSON.stringify(seen));
      }),
    );
    console.log(`${name}: ${answer}`);
  }
  server.kill();
});
JS
node ask.cjs | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
plain JSON: {"level":null,"made":"yes"}
an undefined one: Unexpected struct type.
a Date: {"made":{}}
SEEN
