#!/usr/bin/env bash
# The dynamic provider of @pulumi/pulumi 3.248.0, asked over gRPC as the engine does, and a handler that throws an Error with
# a numeric `code`, as clients of LDAP do (ldapts sets the LDAP result code).
#
# Expected: `code` is the library's own business; the engine gets the message under one status for "the provider failed", as
#           it does for an Error without a code and for one with a text (ECONNREFUSED).
# Seen:     in check and read the number becomes the gRPC status. LDAP's 49 (invalidCredentials) is a status that does not
#           exist, 12 (unavailableCriticalExtension) tells the engine that the method is not implemented, 5 (compareFalse) that
#           something was not found. In create it does not.
# Who meets it: a dynamic provider that lets the errors of a client library through. A new Error with the message alone is safe.
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
const { CheckRequest, CreateRequest } = require("@pulumi/pulumi/proto/provider_pb.js");

const refuse = "async (...given) => { throw Object.assign(new Error('refused'), JSON.parse(given.at(-1).error)); }";
const provider = `exports.handler = () => ({ check: ${refuse}, create: ${refuse} })`;
const urn = "urn:pulumi:stack::project::pulumi-nodejs:dynamic:Resource::name";
const server = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), "127.0.0.1:1"]);
server.stdout.once("data", async (port) => {
  const client = new ResourceProviderClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure());
  const ask = (method, request) =>
    new Promise((resolve) => client[method](request, (error) => resolve(`status ${error.code}, ${error.details}`)));
  for (const error of [{}, { code: "ECONNREFUSED" }, { code: 5 }, { code: 12 }, { code: 49 }]) {
    const properties = Struct.fromJavaScript({ __provider: provider, error: JSON.stringify(error) });
    const check = new CheckRequest();
    check.setUrn(urn);
    check.setOlds(Struct.fromJavaScript({}));
    check.setNews(properties);
    const create = new CreateRequest();
    create.setUrn(urn);
    create.setProperties(properties);
    console.log(`${JSON.stringify(error)}: check ${await ask("check", check)}; create ${await ask("create", create)}`);
  }
  server.kill();
});
JS
node ask.cjs | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
{}: check status 2, refused; create status 2, refused
{"code":"ECONNREFUSED"}: check status 2, refused; create status 2, refused
{"code":5}: check status 5, refused; create status 2, refused
{"code":12}: check status 12, refused; create status 2, refused
{"code":49}: check status 49, refused; create status 2, refused
SEEN
