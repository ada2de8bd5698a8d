/** The resource plugin's process, as the engine starts it: the bundle, driven over gRPC. No language host is needed for it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as PluginMessages from "@pulumi/pulumi/proto/plugin_pb";
import type * as ProviderService from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as ProviderMessages from "@pulumi/pulumi/proto/provider_pb";
import type { Props } from "../../lib/wire/values";
import { checkout, quickStart } from "../compiled";
import { type EngineStub, grpc, startEngine } from "../wire/engine-stub";

const load = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const service = load("./proto/provider_grpc_pb.js") as typeof ProviderService;
const messages = load("./proto/provider_pb.js") as typeof ProviderMessages;
const { PluginAttach } = load("./proto/plugin_pb.js") as typeof PluginMessages;
const { Struct } = load(
  "google-protobuf/google/protobuf/struct_pb.js",
) as typeof import("google-protobuf/google/protobuf/struct_pb.js");
const { Empty } = load(
  "google-protobuf/google/protobuf/empty_pb.js",
) as typeof import("google-protobuf/google/protobuf/empty_pb.js");

/** The plugin's executable, as a tarball has it. */
export const pluginFolder = join(checkout, "plugin");
const executable = join(pluginFolder, "pulumi-resource-exchange-upgrade");

export const urnOf = (type: string, name: string) =>
  `urn:pulumi:test::contoso::exchange-upgrade:index:${type}::${name}`;

/** A running plugin, with the calls that the engine makes. Its properties are as they cross, with the marks of secrets. */
export interface Plugin {
  readonly engine: EngineStub;
  readonly process: ChildProcess;
  check(
    urn: string,
    olds: Props,
    news: Props,
  ): Promise<{ readonly inputs: Props; readonly reasons: readonly string[] }>;
  diff(
    urn: string,
    id: string,
    olds: Props,
    news: Props,
  ): Promise<{ readonly changes: number; readonly replaces: readonly string[] }>;
  /** @param timeout seconds, as the option `customTimeouts` gives them */
  create(
    urn: string,
    inputs: Props,
    timeout?: number,
  ): Promise<{ readonly id: string; readonly outs: Props }>;
  /** @param props none for an import */
  read(urn: string, id: string, props?: Props): Promise<{ readonly id: string; readonly props: Props }>;
  update(urn: string, id: string, olds: Props, news: Props): Promise<Props>;
  schema(): Promise<string>;
  cancel(): Promise<void>;
  /** Attaches an engine, as PULUMI_DEBUG_PROVIDERS asks for. */
  attach(address: string): Promise<void>;
  /** What the process wrote after its port. */
  written(): string;
  stop(): Promise<void>;
}

/**
 * Starts the plugin's process alone, with what the engine passes: its address, `host:port`. The engine does it in the program's folder:
 * it needs nothing there.
 */
export function spawnPlugin(args: readonly string[], variables: { readonly [name: string]: string } = {}) {
  return spawn(executable, args, {
    cwd: tmpdir(),
    env: { ...process.env, ...quickStart, ...variables },
  });
}

/** @param argsFor what the engine passes: its address, and anything else that it may pass */
export async function startPlugin(
  variables: { readonly [name: string]: string } = {},
  argsFor = (address: string): readonly string[] => [address],
): Promise<Plugin> {
  const engine = await startEngine();
  const child = spawnPlugin(argsFor(engine.address), variables);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const [line, ...rest] = output.split("\n");
      if (line !== undefined && rest.length > 0) resolve(line);
    });
    child.once("exit", () => reject(new Error(`the plugin ended: ${output}`)));
  });
  const client = new service.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const call = <Response>(make: (done: (error: unknown, response: Response) => void) => unknown) =>
    new Promise<Response>((resolve, reject) => {
      make((error, response) => (error === null ? resolve(response) : reject(error)));
    });
  const struct = (props: Props) => Struct.fromJavaScript(JSON.parse(JSON.stringify(props)));
  const plain = (answered: { toJavaScript(): Props } | undefined): Props => answered?.toJavaScript() ?? {};
  return {
    engine,
    process: child,
    check: async (urn, olds, news) => {
      const request = new messages.CheckRequest();
      request.setUrn(urn);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response = await call<ProviderMessages.CheckResponse>((done) => client.check(request, done));
      return {
        inputs: plain(response.getInputs()),
        reasons: response.getFailuresList().map((each) => each.getReason()),
      };
    },
    diff: async (urn, id, olds, news) => {
      const request = new messages.DiffRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response = await call<ProviderMessages.DiffResponse>((done) => client.diff(request, done));
      return { changes: response.getChanges(), replaces: response.getReplacesList() };
    },
    create: async (urn, inputs, timeout = 0) => {
      const request = new messages.CreateRequest();
      request.setTimeout(timeout);
      request.setUrn(urn);
      request.setProperties(struct(inputs));
      const response = await call<ProviderMessages.CreateResponse>((done) => client.create(request, done));
      return { id: response.getId(), outs: plain(response.getProperties()) };
    },
    read: async (urn, id, props) => {
      const request = new messages.ReadRequest();
      request.setId(id);
      request.setUrn(urn);
      if (props !== undefined) request.setProperties(struct(props));
      const response = await call<ProviderMessages.ReadResponse>((done) => client.read(request, done));
      return { id: response.getId(), props: plain(response.getProperties()) };
    },
    update: async (urn, id, olds, news) => {
      const request = new messages.UpdateRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response = await call<ProviderMessages.UpdateResponse>((done) => client.update(request, done));
      return plain(response.getProperties());
    },
    schema: async () => {
      const response = await call<ProviderMessages.GetSchemaResponse>((done) =>
        client.getSchema(new messages.GetSchemaRequest(), done),
      );
      return response.getSchema();
    },
    cancel: async () => {
      await call((done) => client.cancel(new Empty(), done));
    },
    attach: async (address) => {
      const request = new PluginAttach();
      request.setAddress(address);
      await call((done) => client.attach(request, done));
    },
    written: () => output.split("\n").slice(1).join("\n"),
    stop: async () => {
      client.close();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await engine.stop();
    },
  };
}
