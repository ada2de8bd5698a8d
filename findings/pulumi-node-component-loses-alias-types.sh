#!/usr/bin/env bash
# The provider server of @pulumi/pulumi 3.248.0 (pulumi.provider.main), asked over gRPC as the engine does to construct a component
# for a program in another language, and the aliases that the program gives it.
#
# Expected: the component's options have the aliases as the program wrote them: aliases: [{ type: "example:index:OldType" }] says
#           what the component was called before its type was renamed.
# Seen:     name, project, stack and parent of an alias arrive, and its type does not. An alias that has only a type arrives as {},
#           which is the component itself. Nothing is said.
# Who meets it: whoever renames the type of a component of a Node.js plugin and tells users of YAML, Python or Go to give an alias
#           with the old type: the engine replaces the component and all that is in it. An alias that is a URN arrives whole.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @pulumi/pulumi@3.248.0

cat >plugin.cjs <<'JS'
const { provider } = require("@pulumi/pulumi");
const construct = async (_name, _type, _inputs, { aliases }) => {
  throw new Error(JSON.stringify(aliases)); // all that is to be seen here
};
provider.main({ version: "1.0.0", construct }, process.argv.slice(2));
JS
cat >ask.cjs <<'JS'
const { spawn } = require("node:child_process");
const grpc = require("@grpc/grpc-js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const { Alias } = require("@pulumi/pulumi/proto/alias_pb.js");
const { ConstructRequest } = require("@pulumi/pulumi/proto/provider_pb.js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const { ResourceMonitorService } = require("@pulumi/pulumi/proto/resource_grpc_pb.js");
const { SupportsFeatureResponse } = require("@pulumi/pulumi/proto/resource_pb.js");

function aliasOf({ urn, name, type }) {
  const alias = new Alias();
  if (urn !== undefined) alias.setUrn(urn);
  else {
    const spec = new Alias.Spec();
    if (name !== undefined) spec.setName(name);
    if (type !== undefined) spec.setType(type);
    alias.setSpec(spec);
  }
  return alias;
}

// Before it constructs anything, the plugin asks the monitor which features it has.
const monitor = new grpc.Server();
const { supportsFeature } = ResourceMonitorService;
const none = (_call, answer) => answer(null, new SupportsFeatureResponse());
monitor.addService({ supportsFeature }, { supportsFeature: none });
monitor.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, monitorPort) => {
  const plugin = spawn(process.execPath, ["plugin.cjs", "127.0.0.1:1"], { stdio: ["ignore", "pipe", "ignore"] });
  plugin.stdout.once("data", async (port) => {
    const client = new ResourceProviderClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure());
    const given = [
      { urn: "urn:pulumi:stack::project::example:index:OldType::name" },
      { name: "old-name" },
      { type: "example:index:OldType" },
      { name: "old-name", type: "example:index:OldType" },
    ];
    for (const each of given) {
      const request = new ConstructRequest();
      request.setProject("project");
      request.setStack("stack");
      request.setType("example:index:NewType");
      request.setName("name");
      request.setMonitorendpoint(`127.0.0.1:${monitorPort}`);
      request.setInputs(Struct.fromJavaScript({}));
      request.addAliases(aliasOf(each));
      const seen = await new Promise((resolve) => client.construct(request, ({ details }) => resolve(details)));
      console.log(`alias ${JSON.stringify(each)} arrives as ${seen.split("\n")[0]}`);
    }
    plugin.kill();
    monitor.forceShutdown();
  });
});
JS
node ask.cjs | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
alias {"urn":"urn:pulumi:stack::project::example:index:OldType::name"} arrives as ["urn:pulumi:stack::project::example:index:OldType::name"]
alias {"name":"old-name"} arrives as [{"name":"old-name"}]
alias {"type":"example:index:OldType"} arrives as [{}]
alias {"name":"old-name","type":"example:index:OldType"} arrives as [{"name":"old-name"}]
SEEN
