/** All known failures, in the order in which they are asked for: the first that fits is the cause. */
import { commandLineFailures } from "./commandLineFailures";
import { directoryFailures } from "./directoryFailures";
import type { KnownFailure } from "./knownFailure";
import { mailboxFailures } from "./mailboxFailures";
import { rarerRules } from "./rarerRules";
import { requirementFailures } from "./requirementFailures";
import { ruleFailures } from "./ruleFailures";
import { serverFailures } from "./serverFailures";
import { serviceFailures } from "./serviceFailures";
import { taskFailures } from "./taskFailures";
import { windowsFailures } from "./windowsFailures";

export const knownFailures: readonly KnownFailure[] = [
  ...ruleFailures,
  ...requirementFailures,
  ...commandLineFailures,
  ...rarerRules,
  ...mailboxFailures,
  ...directoryFailures,
  ...serverFailures,
  ...serviceFailures,
  ...taskFailures,
  ...windowsFailures,
];
