/** All known failures, in the order in which they are asked for: the first that fits is the cause. */
import { directoryFailures } from "./directoryFailures";
import type { KnownFailure } from "./knownFailure";
import { requirementFailures } from "./requirementFailures";
import { ruleFailures } from "./ruleFailures";
import { serverFailures } from "./serverFailures";
import { taskFailures } from "./taskFailures";
import { windowsFailures } from "./windowsFailures";

export const knownFailures: readonly KnownFailure[] = [
  ...ruleFailures,
  ...requirementFailures,
  ...directoryFailures,
  ...serverFailures,
  ...taskFailures,
  ...windowsFailures,
];
