/**
 * What reviewers ask of every upgrade, as policies: a change window, a change number for each waiver, and no connection that trusts
 * whoever answers. Run it with `pulumi preview --policy-pack path/to/policy-pack`.
 */
import { PolicyPack, type ResourceValidationPolicy } from "@pulumi/policy";

/** How a change number looks in your organization. */
const changeNumber = /\bCHG\d{4,}\b/;

/** Steps that take a change window, by the end of their Pulumi type: it begins differently in other languages than TypeScript. */
const hasWindow = (type: string) =>
  /:Exchange(SchemaPrep|ADPrep|DomainPrep|RoleUpgrade|SecurityUpdate)$/.test(type);

/** All steps. The guided upgrade of a clustered mailbox server has no window. */
const isStep = (type: string) => hasWindow(type) || type.endsWith(":ExchangeClusteredMailboxUpgrade");

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Arguments that trust a server without knowing it, at any depth, by their paths. */
function insecureIn(value: unknown, path: readonly string[] = []): readonly string[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    /^insecure/.test(key) && (inner ?? false) !== false
      ? [[...path, key].join(".")]
      : insecureIn(inner, [...path, key]),
  );
}

const policies: readonly ResourceValidationPolicy[] = [
  {
    name: "exchange-change-window",
    description: "Each step has a change window.",
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (hasWindow(type) && !isRecord(props.changeWindow)) report("give it a `changeWindow`");
    },
  },
  {
    name: "exchange-waiver-has-change-number",
    description: "Each waiver, and each server that is taken for gone, names the change that allows it.",
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (!isStep(type)) return;
      for (const name of ["waive", "gone"])
        for (const [key, reason] of Object.entries(isRecord(props[name]) ? props[name] : {}))
          if (!changeNumber.test(String(reason))) report(`${name}.${key}: name the change, such as CHG0042`);
    },
  },
  {
    name: "exchange-no-insecure-connection",
    description: "No connection trusts whoever answers.",
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, report) => {
      if (!isStep(type)) return;
      for (const path of insecureIn(props)) report(`${path}: pin the server's key or certificate instead`);
    },
  },
];

new PolicyPack("exchange-upgrade", { policies: [...policies] });
