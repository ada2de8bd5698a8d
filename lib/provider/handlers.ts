/** The handler of each kind of resource. A kind without a handler does not compile. */
import type { ProviderKind } from "../model";
import type { Handler } from "./call";
import { clusteredMailbox } from "./cluster/clusterHandler";
import { commandsGate } from "./gates/commandsGate";
import { readiness } from "./gates/readiness";
import { verification } from "./gates/verification";
import { wave } from "./gates/wave";
import { stepHandler } from "./stepHandler";
import { securityUpdate } from "./update/updateHandler";

export const handlers: Readonly<Record<ProviderKind, Handler>> = {
  schema: stepHandler("schema"),
  organization: stepHandler("organization"),
  domain: stepHandler("domain"),
  server: stepHandler("server"),
  readiness,
  wave,
  verification,
  commands: commandsGate,
  securityUpdate,
  clusteredMailbox,
};
