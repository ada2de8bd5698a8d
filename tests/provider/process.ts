/**
 * The SDK's own provider process, as the engine starts it, driven over gRPC: what crosses the boundary is what the engine
 * would get. The package is compiled first, and found as users' programs find it: in node_modules of the program's folder.
 */
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Grpc from "@grpc/grpc-js";
import type * as ProviderService from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as ProviderMessages from "@pulumi/pulumi/proto/provider_pb";
import type { JudgedKind, StepKind } from "../../lib/model";
import type { Props } from "../../lib/wire/values";
import { checkout, quickStart } from "../compiled";
import { type EngineStub, grpc, startEngine } from "../wire/engine-stub";

const load = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const service = load("./proto/provider_grpc_pb.js") as typeof ProviderService;
const messages = load("./proto/provider_pb.js") as typeof ProviderMessages;
const { Struct } = load(
  "google-protobuf/google/protobuf/struct_pb.js",
) as typeof import("google-protobuf/google/protobuf/struct_pb.js");

/** A program's folder with the package and the SDK in its node_modules. */
export interface ProgramFolder {
  readonly path: string;
  remove(): void;
}

export function programFolder(): ProgramFolder {
  const path = mkdtempSync(join(tmpdir(), "exchange-upgrade-provider-"));
  const modules = join(path, "node_modules");
  mkdirSync(modules);
  symlinkSync(checkout, join(modules, "pulumi-exchange-upgrade"), "dir");
  symlinkSync(join(checkout, "node_modules", "@pulumi"), join(modules, "@pulumi"), "dir");
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: "program", private: true }));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Class of the resource of each step, and of a security update. */
export const classes: Readonly<Record<JudgedKind, string>> = {
  schema: "ExchangeSchemaPrep",
  organization: "ExchangeADPrep",
  domain: "ExchangeDomainPrep",
  server: "ExchangeRoleUpgrade",
  securityUpdate: "ExchangeSecurityUpdate",
  clusteredMailbox: "ExchangeClusteredMailboxUpgrade",
};

/** The text that the SDK serializes each provider to, which every resource's state then holds. */
export function providerTexts(folder: ProgramFolder): Readonly<Record<JudgedKind, string>> {
  const printed = execFileSync(process.execPath, [join(__dirname, "register.cjs")], {
    cwd: folder.path,
    encoding: "utf8",
    // The script stands elsewhere: its modules are those of the folder.
    env: { ...process.env, NODE_PATH: join(folder.path, "node_modules") },
  });
  const texts = JSON.parse(printed) as { readonly [name: string]: string };
  const textOf = (kind: JudgedKind): string => {
    const text = texts[classes[kind]];
    assert.equal(typeof text, "string", classes[kind]);
    return text ?? "";
  };
  return {
    schema: textOf("schema"),
    organization: textOf("organization"),
    domain: textOf("domain"),
    server: textOf("server"),
    securityUpdate: textOf("securityUpdate"),
    clusteredMailbox: textOf("clusteredMailbox"),
  };
}

/** An error as gRPC hands it to the engine. */
export interface GrpcError extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: Grpc.Metadata;
}

export interface Checked {
  readonly inputs: Props;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface Diffed {
  readonly changes: "unknown" | "none" | "some";
  readonly replaces: readonly string[];
}

/** A running provider process, with the calls that the engine makes. */
export interface ProviderProcess {
  readonly engine: EngineStub;
  readonly pid: number;
  check(kind: StepKind, olds: Props, news: Props): Promise<Checked>;
  diff(kind: StepKind, id: string, olds: Props, news: Props): Promise<Diffed>;
  create(kind: StepKind, inputs: Props): Promise<{ readonly id: string; readonly outs: Props }>;
  read(kind: StepKind, id: string, props: Props): Promise<{ readonly id: string; readonly props: Props }>;
  update(kind: StepKind, id: string, olds: Props, news: Props): Promise<{ readonly outs: Props }>;
  delete(kind: StepKind, id: string, props: Props): Promise<void>;
  /** What the process wrote to both streams after its port. */
  written(): string;
  /** Waits for the process to end by itself. */
  ended(): Promise<void>;
  stop(): Promise<void>;
}

/** The error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<GrpcError> {
  try {
    await call;
  } catch (error) {
    return error as GrpcError;
  }
  return assert.fail("the call succeeded");
}

const changes = ["unknown", "none", "some"] as const;

/** Starts a provider process in a program's folder, with variables beside those of this process. */
export async function startProvider(
  folder: ProgramFolder,
  texts: Readonly<Record<StepKind, string>>,
  variables: { readonly [name: string]: string } = {},
): Promise<ProviderProcess> {
  const engine = await startEngine();
  const program = join(checkout, "node_modules", "@pulumi", "pulumi", "cmd", "dynamic-provider");
  const child = spawn(process.execPath, [program, engine.address], {
    cwd: folder.path,
    env: { ...process.env, ...quickStart, ...variables },
  });
  const output = collect(child);
  const port = await firstLine(child, output);
  const client = new service.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());

  /** Properties as the engine sends them: JSON, with the provider's text. */
  const struct = (kind: StepKind, props: Props) =>
    Struct.fromJavaScript({ ...JSON.parse(JSON.stringify(props)), __provider: texts[kind] });
  const urn = (kind: StepKind) =>
    `urn:pulumi:test::contoso::pulumi-nodejs:dynamic/exchange:${classes[kind]}::${kind}`;
  /** Properties as the engine gets them; decoding them is a part of every test. */
  const plain = (answered: { toJavaScript(): Props } | undefined, kind: StepKind): Props => {
    const { __provider, ...props } = answered?.toJavaScript() ?? {};
    assert.equal(__provider, texts[kind], "the provider's text stays with the resource");
    return props;
  };
  /** Makes one call; the callback's order is that of gRPC. */
  const call = <Response>(make: (done: (error: unknown, response: Response) => void) => unknown) =>
    new Promise<Response>((resolve, reject) => {
      make((error, response) => (error === null ? resolve(response) : reject(error)));
    });

  return {
    engine,
    pid: child.pid ?? 0,
    check: async (kind, olds, news) => {
      const request = new messages.CheckRequest();
      request.setUrn(urn(kind));
      request.setOlds(struct(kind, olds));
      request.setNews(struct(kind, news));
      const response = await call<ProviderMessages.CheckResponse>((done) => client.check(request, done));
      const failures = response
        .getFailuresList()
        .map((f) => ({ property: f.getProperty(), reason: f.getReason() }));
      return { inputs: plain(response.getInputs(), kind), failures };
    },
    diff: async (kind, id, olds, news) => {
      const request = new messages.DiffRequest();
      request.setId(id);
      request.setUrn(urn(kind));
      request.setOlds(struct(kind, olds));
      request.setNews(struct(kind, news));
      const response = await call<ProviderMessages.DiffResponse>((done) => client.diff(request, done));
      return { changes: changes[response.getChanges()] ?? "unknown", replaces: response.getReplacesList() };
    },
    create: async (kind, inputs) => {
      const request = new messages.CreateRequest();
      request.setUrn(urn(kind));
      request.setProperties(struct(kind, inputs));
      const response = await call<ProviderMessages.CreateResponse>((done) => client.create(request, done));
      return { id: response.getId(), outs: plain(response.getProperties(), kind) };
    },
    read: async (kind, id, props) => {
      const request = new messages.ReadRequest();
      request.setId(id);
      request.setUrn(urn(kind));
      request.setProperties(struct(kind, props));
      const response = await call<ProviderMessages.ReadResponse>((done) => client.read(request, done));
      return { id: response.getId(), props: plain(response.getProperties(), kind) };
    },
    update: async (kind, id, olds, news) => {
      const request = new messages.UpdateRequest();
      request.setId(id);
      request.setUrn(urn(kind));
      request.setOlds(struct(kind, olds));
      request.setNews(struct(kind, news));
      const response = await call<ProviderMessages.UpdateResponse>((done) => client.update(request, done));
      return { outs: plain(response.getProperties(), kind) };
    },
    delete: async (kind, id, props) => {
      const request = new messages.DeleteRequest();
      request.setId(id);
      request.setUrn(urn(kind));
      request.setProperties(struct(kind, props));
      await call<unknown>((done) => client.delete(request, done));
    },
    written: () => output.join("").split("\n").slice(1).join("\n"),
    ended: async () => {
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
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

/** Everything that the process writes, on either stream, as it comes. */
function collect(child: ChildProcessWithoutNullStreams): string[] {
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => output.push(text));
  }
  return output;
}

/** The port, which is the first thing that the process writes. */
function firstLine(child: ChildProcessWithoutNullStreams, output: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout.on("data", () => {
      const [line, ...rest] = output.join("").split("\n");
      if (line !== undefined && rest.length > 0) resolve(line);
    });
    child.once("exit", () => reject(new Error(`the provider process ended: ${output.join("")}`)));
  });
}
