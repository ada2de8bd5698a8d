/**
 * Modules of the SDK's own dependencies. gRPC must be the copy that the SDK uses: its client takes no credentials of
 * another copy. The plugin is one file without packages beside it, so its bundle has a module in place of this one that
 * names each of them (tools/plugin.mjs).
 */
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as EngineService from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** What this package uses of the SDK besides its public modules, and of its dependencies. */
export interface SdkModules {
  readonly grpc: typeof Grpc;
  readonly engineService: typeof EngineService;
  readonly engineMessages: typeof EngineMessages;
  readonly Struct: typeof Struct;
}

export function sdkModules(): SdkModules {
  const load = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  return {
    grpc: load("@grpc/grpc-js"),
    engineService: load("./proto/engine_grpc_pb.js"),
    engineMessages: load("./proto/engine_pb.js"),
    Struct: load("google-protobuf/google/protobuf/struct_pb.js").Struct,
  };
}
