/** How a program's arguments are refused before anything is made of them. */
import * as pulumi from "@pulumi/pulumi";
import { visible } from "../text";
import { reportProgramRefusal } from "../wire/reportFile";

/**
 * The error with which a constructor refuses, to be thrown. Pulumi shows its message alone, without a stack. In preview the command line
 * tool reads it in its report, because the program then ends before the provider could tell anything.
 */
export function refusal(text: string): pulumi.RunError {
  const message = visible(text);
  if (pulumi.runtime.isDryRun())
    reportProgramRefusal(message, { project: pulumi.getProject(), stack: pulumi.getStack() });
  return new pulumi.RunError(message);
}
