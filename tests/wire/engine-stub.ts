/** An engine for tests: the Log service over gRPC, on loopback, that remembers what it was told. */
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as EngineService from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";

const load = createRequire(require.resolve("@pulumi/pulumi/package.json"));

/** The gRPC library that the SDK uses. */
export const grpc = load("@grpc/grpc-js") as typeof Grpc;
const { EngineService: service } = load("./proto/engine_grpc_pb.js") as typeof EngineService;
const { Empty } = load(
  "google-protobuf/google/protobuf/empty_pb.js",
) as typeof import("google-protobuf/google/protobuf/empty_pb.js");

/** One line that the engine was told. */
export interface LogLine {
  readonly severity: "debug" | "info" | "warning" | "error";
  readonly urn: string;
  readonly ephemeral: boolean;
  readonly message: string;
}

export interface EngineStub {
  /** `host:port`, as the provider process gets it. */
  readonly address: string;
  readonly lines: readonly LogLine[];
  /** Forgets the lines so far. */
  clear(): void;
  stop(): Promise<void>;
}

const severities = ["debug", "info", "warning", "error"] as const;

/** Starts an engine; with `refuse` its Log service fails, as in an SDK that has none. */
export async function startEngine(options: { readonly refuse?: boolean } = {}): Promise<EngineStub> {
  const lines: LogLine[] = [];
  const server = new grpc.Server();
  server.addService(service as unknown as Grpc.ServiceDefinition, {
    log: (call: Grpc.ServerUnaryCall<LogRequest, unknown>, callback: Grpc.sendUnaryData<unknown>) => {
      if (options.refuse === true) return callback({ code: grpc.status.UNIMPLEMENTED });
      const { request } = call;
      lines.push({
        severity: severities[request.getSeverity()] ?? "error",
        urn: request.getUrn(),
        ephemeral: request.getEphemeral(),
        message: request.getMessage(),
      });
      callback(null, new Empty());
    },
    getRootResource: (_call: unknown, callback: Grpc.sendUnaryData<unknown>) =>
      callback({ code: grpc.status.UNIMPLEMENTED }),
    setRootResource: (_call: unknown, callback: Grpc.sendUnaryData<unknown>) =>
      callback({ code: grpc.status.UNIMPLEMENTED }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    lines,
    clear: () => lines.splice(0),
    stop: async () => server.forceShutdown(),
  };
}
