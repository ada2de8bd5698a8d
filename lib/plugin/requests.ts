/** Reads from a request itself what the SDK's provider server drops: this module is called before the server. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import type { ConstructRequest, ReadRequest } from "@pulumi/pulumi/proto/provider_pb";
import { attachEngine } from "../wire/engine";
import { sdkModules } from "../wire/sdkModules";

/**
 * Options of a component as the program gives them. The SDK passes false for an option that the program does not set.
 */
export interface ComponentOptions {
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
  /** The type of each alias, in the order of the aliases, which the SDK drops; "" for one without. */
  readonly aliasTypes: readonly string[];
}

const current = new AsyncLocalStorage<ComponentOptions>();

/** Options of the component that is being constructed. */
export function componentOptions(): ComponentOptions {
  return current.getStore() ?? { protect: undefined, retainOnDelete: undefined, aliasTypes: [] };
}

type Call<T> = { readonly request: T };
type Method<T> = (call: Call<T>, callback: unknown) => unknown;
interface Server {
  readonly attach: Method<PluginAttach>;
  readonly construct: Method<ConstructRequest>;
  readonly read: Method<ReadRequest>;
}

/** Must be called once, before the SDK's server starts. */
export function standInFront(): void {
  const { grpc, Struct } = sdkModules();
  const { addService } = grpc.Server.prototype;
  grpc.Server.prototype.addService = function (service, server) {
    const behind = server as unknown as Server;
    const front: Server = Object.assign(Object.create(server), {
      attach: (call: Call<PluginAttach>, callback: unknown) => {
        attachEngine(call.request.getAddress());
        return behind.attach(call, callback);
      },
      construct: (call: Call<ConstructRequest>, callback: unknown) => {
        // How many steps the engine runs at once; a program's own process receives it in this variable.
        process.env.PULUMI_NODEJS_PARALLEL = String(call.request.getParallel());
        return current.run(optionsIn(call.request), () => behind.construct(call, callback));
      },
      read: (call: Call<ReadRequest>, callback: unknown) => {
        // An import has no properties, for which the SDK throws an error of its own.
        if (!call.request.hasProperties()) call.request.setProperties(new Struct());
        return behind.read(call, callback);
      },
    });
    return addService.call(this, service, front as unknown as typeof server);
  };
}

function optionsIn(request: ConstructRequest): ComponentOptions {
  return {
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    aliasTypes: request.getAliasesList().map((alias) => alias.getSpec()?.getType() ?? ""),
  };
}
