/** Reads what a failed Setup has left in another file than its log, while the computer can be reached. */
import { type DetailFile, detailFileOf, detailIn, type SetupReport, withDetail } from "../../setupLog";
import { quotePath } from "../cmd/quote";
import { OperationAborted } from "../transport/errors";
import type { Work } from "./work";

/**
 * Bounds of one look: a log of Windows Installer may have hundreds of megabytes, of which the computer sends only some
 * lines.
 */
const look = { timeoutMs: 60_000, maxOutput: 256 * 1024 } as const;

/** The report with details from another file; unchanged if that file has none, cannot be read, or is too long. */
export async function withDetails({ link }: Work, report: SetupReport | null): Promise<SetupReport | null> {
  const file = report === null ? null : detailFileOf(report);
  if (report === null || file === null) return report;
  try {
    const sent = await link.tryOne(commandFor(file), look);
    const detail = sent === null ? null : detailIn(file.kind, sent.text);
    return detail === null ? report : withDetail(report, detail);
  } catch (error) {
    if (error instanceof OperationAborted) throw error;
    // Setup's own words must not be lost because a file beside its log cannot be read.
    return report;
  }
}

/** `-- Error 1706. …`, and the action that failed. */
const installerErrors = '/c:" -- [^ ]* [0-9][0-9][0-9][0-9][.]" /c:"returned actual error code"';

/** `type` turns UTF-16, in which Windows Installer writes, into what findstr reads; error texts are numbered in every language. */
function commandFor({ kind, path }: DetailFile): string {
  const print = `type ${quotePath(path)} 2>nul`;
  if (kind === "ldif") return print;
  return `${print} | findstr /r ${installerErrors}`;
}
