#!/usr/bin/env bash
# @pulumi/policy 1.21.0, asked over gRPC as the engine does: a remediation, and a resource that has an unknown input elsewhere.
#
# Expected: a remediation that returns { ...props, owner: "infra" } does the same as one that sets props.owner and returns
#           props. Neither looks at `address`, so what is not known of it in preview is no matter.
# Seen:     they do the same where all inputs are known. Where any input is unknown the copy touches it, and the remediation is
#           skipped with a diagnostic; the one that changes in place works. So a preview shows the program's own value, and the
#           `up` that follows (all is known by then) runs with the policy's.
# Who meets it: whoever writes remediations, and whoever approves a preview of a stack that has them.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @pulumi/policy@1.21.0 @pulumi/pulumi@3.248.0

cat >pack.cjs <<'JS'
const { PolicyPack } = require("@pulumi/policy");
const remediation = (name, remediateResource) => ({
  name,
  description: name,
  enforcementLevel: "remediate",
  remediateResource,
});
new PolicyPack("owners", {
  policies: [
    remediation("changes-in-place", ({ props }) => {
      props.owner = "infra";
      return props;
    }),
    remediation("returns-a-copy", ({ props }) => ({ ...props, owner: "infra" })),
  ],
});
JS
cat >ask.cjs <<'JS'
const { spawn } = require("node:child_process");
const grpc = require("@grpc/grpc-js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const { AnalyzerClient } = require("@pulumi/pulumi/proto/analyzer_grpc_pb.js");
const { AnalyzeRequest, AnalyzerResourceOptions } = require("@pulumi/pulumi/proto/analyzer_pb.js");

const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"; // as the engine sends it
const server = spawn(process.execPath, ["pack.cjs"], { stdio: ["ignore", "pipe", "ignore"] });
server.stdout.once("data", async (port) => {
  const client = new AnalyzerClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure());
  for (const [said, address] of [["known", "10.0.0.1"], ["unknown", unknownString]]) {
    const request = new AnalyzeRequest();
    request.setType("example:index:Host");
    request.setName("host");
    request.setUrn("urn:pulumi:stack::project::example:index:Host::host");
    request.setOptions(new AnalyzerResourceOptions());
    request.setProperties(Struct.fromJavaScript({ owner: "nobody", address }));
    const answer = await new Promise((resolve, reject) =>
      client.remediate(request, (error, response) => (error ? reject(error) : resolve(response))),
    );
    for (const each of answer.getRemediationsList()) {
      const owner = each.getProperties()?.toJavaScript().owner;
      console.log(`address ${said}, ${each.getPolicyname()}: ${each.getDiagnostic() || `owner ${owner}`}`);
    }
  }
  server.kill();
});
JS
node ask.cjs | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
address known, changes-in-place: owner infra
address known, returns-a-copy: owner infra
address unknown, changes-in-place: owner infra
address unknown, returns-a-copy: can't run remediation 'returns-a-copy' from policy pack 'owners@v1.0.0' during preview: string value at .address can't be known during preview
SEEN
