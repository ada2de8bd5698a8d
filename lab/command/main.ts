/**
 * The lab's stand-in for the plugin of @pulumi/command 1.2.1: a Pulumi resource plugin that knows `command:remote:Command` and
 * `command:remote:CopyToRemote`. Like the real one it runs nothing in preview, is replaced when `triggers` change, runs
 * `update` (else `create`) when anything else does, and puts command and output into its errors.
 */
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as ProviderService from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as ProviderMessages from "@pulumi/pulumi/proto/provider_pb";
import { resourceLog } from "../../lib/wire/engine";
import { type Connection, copyToRemote, runCommand } from "./remote";
import { comparable, type Props, revealed, sourceOf, unknownText } from "./values";

const load = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc = load("@grpc/grpc-js") as typeof Grpc;
const service = load("./proto/provider_grpc_pb.js") as typeof ProviderService;
const messages = load("./proto/provider_pb.js") as typeof ProviderMessages;
const pluginMessages = load("./proto/plugin_pb.js") as typeof import("@pulumi/pulumi/proto/plugin_pb");
const { Struct } = load(
  "google-protobuf/google/protobuf/struct_pb.js",
) as typeof import("google-protobuf/google/protobuf/struct_pb.js");
const { Empty } = load(
  "google-protobuf/google/protobuf/empty_pb.js",
) as typeof import("google-protobuf/google/protobuf/empty_pb.js");

const commandType = "command:remote:Command";
const copyType = "command:remote:CopyToRemote";

/** What a resource has beside its inputs. */
const outputs = ["stdout", "stderr"];

type Message = InstanceType<typeof Struct> | undefined;

function propsOf(message: Message): Props {
  return (message?.toJavaScript() ?? {}) as Props;
}

function structOf(props: Props): InstanceType<typeof Struct> {
  return Struct.fromJavaScript(props as Parameters<typeof Struct.fromJavaScript>[0]);
}

function inputsOf(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([key]) => !outputs.includes(key)));
}

function typeOf(urn: string): string {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  if (type !== commandType && type !== copyType) throw new Error(`the stand-in knows no ${type}`);
  return type;
}

let announced = false;

/** Says once, in the first row that does something, what this is. */
async function announce(urn: string): Promise<void> {
  if (announced) return;
  announced = true;
  await resourceLog(urn, []).info(
    "this is the lab's stand-in for the plugin of @pulumi/command, which is not installed",
  );
}

/** Does what a resource stands for, and answers its outputs. */
async function perform(urn: string, inputs: Props, command: unknown): Promise<Props> {
  await announce(urn);
  const known = revealed(inputs) as Props;
  const connection = known.connection as Connection;
  if (typeOf(urn) === copyType) {
    const source = sourceOf(known.source);
    if (source === undefined) throw new Error("asset must be a path-based file asset or a text asset");
    await copyToRemote(connection, source, String(known.remotePath));
    return {};
  }
  if (typeof command !== "string") return { stdout: "", stderr: "" };
  const log = resourceLog(urn, []);
  const stdin = typeof known.stdin === "string" ? known.stdin : undefined;
  const written = await runCommand(connection, command, stdin, (text) => void log.progress(text.trim()));
  return { ...written };
}

/** Inputs that differ. */
function changed(olds: Props, news: Props): readonly string[] {
  const [before, after] = [revealed(olds) as Props, revealed(news) as Props];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter(
    (key) => JSON.stringify(comparable(before[key])) !== JSON.stringify(comparable(after[key])),
  );
}

/** A call of the engine's: what `body` answers, or its failure in words. */
function answering<Request, Response>(body: (request: Request) => Promise<Response> | Response) {
  return (
    call: { readonly request: Request },
    callback: (error: object | null, response?: Response) => void,
  ) => {
    Promise.resolve()
      .then(() => body(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) =>
          callback({
            code: grpc.status.UNKNOWN,
            details: error instanceof Error ? error.message : String(error),
          }),
      );
  };
}

const handlers = {
  getPluginInfo: answering(() => {
    const info = new pluginMessages.PluginInfo();
    info.setVersion("1.2.1");
    return info;
  }),
  checkConfig: answering((request: ProviderMessages.CheckRequest) => {
    const response = new messages.CheckResponse();
    response.setInputs(request.getNews());
    return response;
  }),
  diffConfig: answering(() => new messages.DiffResponse()),
  configure: answering(() => {
    const response = new messages.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }),
  check: answering((request: ProviderMessages.CheckRequest) => {
    typeOf(request.getUrn());
    const response = new messages.CheckResponse();
    response.setInputs(request.getNews());
    return response;
  }),
  diff: answering((request: ProviderMessages.DiffRequest) => {
    const names = changed(inputsOf(propsOf(request.getOlds())), propsOf(request.getNews()));
    const response = new messages.DiffResponse();
    response.setChanges(
      names.length > 0
        ? messages.DiffResponse.DiffChanges.DIFF_SOME
        : messages.DiffResponse.DiffChanges.DIFF_NONE,
    );
    response.setDiffsList([...names]);
    response.setReplacesList(names.filter((name) => name === "triggers"));
    return response;
  }),
  create: answering(async (request: ProviderMessages.CreateRequest) => {
    const inputs = propsOf(request.getProperties());
    const response = new messages.CreateResponse();
    const command = typeOf(request.getUrn()) === commandType;
    if (request.getPreview()) {
      const unknown = command ? Object.fromEntries(outputs.map((name) => [name, unknownText])) : {};
      response.setProperties(structOf({ ...inputs, ...unknown }));
      return response;
    }
    const done = await perform(request.getUrn(), inputs, revealed(inputs.create));
    response.setId(randomBytes(8).toString("hex"));
    response.setProperties(structOf({ ...inputs, ...done }));
    return response;
  }),
  update: answering(async (request: ProviderMessages.UpdateRequest) => {
    const [olds, news] = [propsOf(request.getOlds()), propsOf(request.getNews())];
    const response = new messages.UpdateResponse();
    const kept = Object.fromEntries(Object.entries(olds).filter(([key]) => outputs.includes(key)));
    const names = changed(inputsOf(olds), news);
    const copies = typeOf(request.getUrn()) === copyType;
    // A copy is made again for another content or place, and not for another connection.
    const needed = !copies || names.includes("source") || names.includes("remotePath");
    const done =
      request.getPreview() || !needed
        ? {}
        : await perform(request.getUrn(), news, revealed(news.update ?? news.create));
    response.setProperties(structOf({ ...news, ...kept, ...done }));
    return response;
  }),
  read: answering((request: ProviderMessages.ReadRequest) => {
    const response = new messages.ReadResponse();
    response.setId(request.getId());
    response.setProperties(request.getProperties());
    response.setInputs(request.getInputs());
    return response;
  }),
  delete: answering(async (request: ProviderMessages.DeleteRequest) => {
    const props = propsOf(request.getProperties());
    const command = revealed(props.delete);
    if (typeOf(request.getUrn()) === commandType && typeof command === "string")
      await perform(request.getUrn(), props, command);
    return new Empty();
  }),
  cancel: answering(() => new Empty()),
};

const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
server.addService(service.ResourceProviderService, handlers as unknown as Grpc.UntypedServiceImplementation);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line; what this program is goes where people look.
  console.error("pulumi-resource-command: the lab's stand-in for the plugin of @pulumi/command");
  console.log(port);
});
process.on("SIGINT", () => process.exit(0));
