/** What a program registers with the engine, which is a mock of the SDK's. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { isRecord, type Props } from "../../lib/wire/values";

/** The part of a RegisterResourceRequest that is looked at. */
interface Request {
  getType(): string;
  getObject(): { toJavaScript(): Props };
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getAliasesList(): { getSpec(): { getType(): string } | undefined }[];
}

type Callback = (error: unknown, response: { getUrn(): string } | undefined) => void;

/** One resource as the engine was asked for it; secrets as {@link secret}. */
export interface Registered {
  readonly type: string;
  readonly inputs: Props;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Types of its aliases. */
  readonly aliasTypes: readonly string[];
}

/** How the SDK writes a secret on the wire, as it stands in {@link Registered}. */
export function secret(value: unknown): unknown {
  return { secret: value };
}

const signature = "4dabf18193072939515e22adb298388d";

function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (!isRecord(value)) return value;
  if (value[signature] !== undefined) return secret(readable(value.value));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item)]));
}

const registered = new Map<string, Registered>();

/** What was registered for a resource, once the engine has it. */
export async function registration(of: pulumi.Resource): Promise<Registered> {
  const urn = await new Promise<string>((resolve) => of.urn.apply(resolve));
  const found = registered.get(urn);
  assert.ok(found, `nothing was registered for ${urn}`);
  return found;
}

/** Puts the mock in the engine's place, for a `before`. */
export async function mockEngine(): Promise<void> {
  await pulumi.runtime.setMocks(
    {
      call: () => ({}),
      // What the provider would answer, as far as a later resource uses it.
      newResource: ({ name, inputs }) => {
        // The mock lifts a secret up to the whole argument that holds it.
        const { name: server } = inputs.computer?.value ?? inputs.computer ?? inputs;
        return { id: name, state: { ...inputs, planned: { from: name, server } } };
      },
    },
    "contoso",
    "test",
  );
  const monitor = settings.getMonitor() as unknown as {
    registerResource: (request: Request, callback: Callback) => Promise<void>;
  };
  const answer = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const asked = {
      type: request.getType(),
      inputs: readable(request.getObject().toJavaScript()) as Props,
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      aliasTypes: request.getAliasesList().map((alias) => alias.getSpec()?.getType() ?? ""),
    };
    return answer(request, (error, response) => {
      registered.set(response?.getUrn() ?? "", asked);
      callback(error, response);
    });
  };
}

/** Forgets what was registered, for a `beforeEach`. */
export function forgetRegistered(): void {
  registered.clear();
}

/** Takes the mock away, for an `after`. */
export function unmockEngine(): void {
  settings.resetOptions("", "", -1, "", "", false, "");
}
