/** wmic.exe of the simulated Windows: `wmic datafile where name="…" get Version /value`, in exactly this form, and that of a cluster. */
import { answerClusterQuery, clusterQuery } from "./mscluster";
import type { Program } from "./program";

/** The clause as wmic reads it from its own command line; a backslash in it is written twice. */
const form = /^datafile\s+where\s+name="((?:[^"\\]|\\\\)+)"\s+get\s+version\s+\/value$/i;

/**
 * wmic.exe. Its lines end with two carriage returns, as public transcripts show it when it writes to a pipe; that it
 * writes UTF-16 to a file is not simulated.
 */
export const wmic: Program = async (context) => {
  const className = clusterQuery.exec(context.commandLine)?.[1];
  if (className !== undefined) return answerClusterQuery(context, className);
  const clause = form.exec(context.commandLine)?.[1];
  if (clause === undefined) {
    context.printError(
      'The lab simulates "wmic datafile where name="C:\\\\folder\\\\file" get Version /value".\n',
    );
    return 1;
  }
  const path = clause.replaceAll("\\\\", "\\");
  const { files } = context.computer;
  if (files.kind(path) !== "file") {
    context.printError("No Instance(s) Available.\r\r\n");
    return 0;
  }
  context.print(`\r\n\r\nVersion=${files.version(path) ?? ""}\r\n\r\n\r\n\r\n`.replaceAll("\r\n", "\r\r\n"));
  return 0;
};
