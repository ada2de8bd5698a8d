/** How commands of cmd.exe leave what is being run: thrown, and caught by the shell. */

/** Leaves the batch file, or the subroutine. */
export class ExitBatch extends Error {
  constructor(readonly code: number) {
    super("exit /b");
  }
}

/** Ends cmd.exe. */
export class ExitShell extends Error {
  constructor(readonly code: number) {
    super("exit");
  }
}

/** Goes on at a label. */
export class Goto extends Error {
  constructor(readonly label: string) {
    super(`goto ${label}`);
  }
}

/** A feature of Windows that the lab does not have. */
export class NotSimulated extends Error {
  constructor(feature: string) {
    super(`The lab does not simulate ${feature}.`);
  }
}
