/** Intervals of a campaign's Setup operations, in milliseconds: see quick.cjs. */
import { resolve } from "node:path";
import type { OperationTiming } from "../../lib/host/operation/options";

export const timing: OperationTiming = {
  pollMs: 60,
  manualPollMs: 60,
  beatMs: 200,
  lockTtlMs: 1_500,
  reconnectMs: 8_000,
  discardMs: 8_000,
  retryMs: 80,
  taskStartMs: 5_000,
  logMs: 300,
  quietMs: 60,
};

/** Environment of a provider process that uses them. */
export const quickVariables: { readonly [name: string]: string } = {
  NODE_OPTIONS: `--require ${resolve(__dirname, "quick.cjs")}`,
  EXCHANGE_FAULTS_TIMING: JSON.stringify(timing),
};
