/** What a generated file comes to when it is run, and what it must come to. */
import { runInNewContext } from "node:vm";
import ts from "typescript";
import type { DiscoveredOrganization } from "../../lib/discover";
import { isDomainToPrepare, isPrepared } from "../../lib/discover/discover";

/** The exports of a file, and the message with which it refused to go on. */
export interface Ran {
  readonly exports: { readonly [name: string]: unknown };
  readonly refusal: string | null;
}

/** Runs the text as the CommonJS module that Pulumi makes of it. @throws Error when it is not TypeScript */
export function run(text: string): Ran {
  const { outputText, diagnostics } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const problem = diagnostics?.[0];
  if (problem !== undefined) throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, "\n"));
  const exports: { [name: string]: unknown } = {};
  const require = (name: string) => ({ readFileSync: (path: string) => `${name} ${path}` });
  let refusal: string | null = null;
  try {
    runInNewContext(outputText, { exports, require });
  } catch (error) {
    refusal = (error as Error).message;
  }
  // Objects of another context have other prototypes.
  return { exports: plainOf(exports) as Ran["exports"], refusal };
}

/** A copy with the prototypes of this context. */
export function plainOf(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, plainOf);
  if (typeof value !== "object" || value === null) return value;
  const copy: object = {};
  for (const [name, each] of Object.entries(value))
    Object.defineProperty(copy, name, {
      value: plainOf(each),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return copy;
}

/** Any text in angle brackets stands for what is to be filled in. */
const blank = Symbol("to be filled in");

/** Replaces what is to be filled in, in the value that ran, wherever it is expected to be. */
export function withBlanks(value: unknown, expected: unknown): unknown {
  if (expected === blank)
    return typeof value === "string" && value.startsWith("<") && value.endsWith(">") ? blank : value;
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  const wanted = (expected ?? {}) as { readonly [name: string]: unknown };
  const copy: object = {};
  for (const [name, each] of Object.entries(value)) {
    const own = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    Object.defineProperty(copy, name, {
      value: withBlanks(each, own),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

function computer(name: string | null, domain: string | null | typeof blank, account: string) {
  const suffix = name === null ? null : name.slice(name.indexOf(".") + 1);
  return {
    name: name ?? blank,
    ...(domain === null || domain === suffix ? {} : { domain }),
    media: blank,
    connection: {
      host: name ?? blank,
      user: blank,
      password: { env: `${account}_PASSWORD` },
      hostKey: blank,
    },
  };
}

/** What `servers` must come to. */
export function expectedServers({ servers }: DiscoveredOrganization): unknown {
  if (!servers.known) return blank;
  return Object.fromEntries(
    servers.value.map(({ key, fqdn, domain, roles, site, internetFacing, edge }) => [
      key,
      {
        computer: computer(
          fqdn.known ? fqdn.value : null,
          fqdn.known ? (domain.known ? domain.value : blank) : null,
          edge ? "EDGE" : "SERVERS",
        ),
        roles: roles.known ? roles.value : blank,
        ...(edge ? {} : { site: site.known ? site.value : blank }),
        ...(internetFacing === null || (!internetFacing.known && !roles.known)
          ? {}
          : { internetFacing: internetFacing.known ? internetFacing.value.faces : blank }),
      },
    ]),
  );
}

/** What `preparation` must come to. */
export function expectedPreparation(found: DiscoveredOrganization): unknown {
  const { schemaMaster, domains } = found;
  if (isPrepared(found) === true) return "verify";
  const master = schemaMaster.known ? schemaMaster.value : null;
  const others = domains.known ? domains.value.filter(({ name }) => name !== master?.domain) : [];
  const steps = others
    .filter(isDomainToPrepare)
    .map(({ name, controller }) => [
      name,
      { computer: computer(controller.known ? controller.value : null, name, "PREPARATION") },
    ]);
  return {
    schema: { computer: computer(master?.name ?? null, master?.domain ?? null, "PREPARATION") },
    ...(domains.known
      ? others.length === 0
        ? {}
        : { domains: Object.fromEntries(steps) }
      : { domains: blank }),
  };
}
