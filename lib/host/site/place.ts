/** The folder of all operations on a computer, below that of Windows. */
import { oneLine } from "../../text";
import { type Parts, regQueryValue } from "../cmd/commands";
import { quotePath } from "../cmd/quote";
import { dataOf, findKey, parseRegistry } from "../cmd/registry";
import { HostError } from "../transport/errors";
import type { Link } from "./link";

const versionKey = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";

/** Where operations are on a computer. */
export interface OperationPlace {
  /** Folder of all operations, with variables expanded, e.g. `C:\WINDOWS\ExchangeUpgrade`. */
  readonly base: string;
  /** Folder of Windows, e.g. `C:\WINDOWS`. */
  readonly systemRoot: string;
  /** e.g. `C:`. */
  readonly systemDrive: string;
  /** Build of Windows, e.g. 3790; null when the registry has no number. */
  readonly windowsBuild: number | null;
}

/** Finds the place of all operations, `%SystemRoot%\ExchangeUpgrade`, which need not exist. */
export async function findBase(link: Link): Promise<OperationPlace> {
  const query = await link.ask({
    root: `${regQueryValue(versionKey, "SystemRoot")} 2>&1`,
    build: `${regQueryValue(versionKey, "CurrentBuildNumber")} 2>&1`,
  });
  const value = (part: "root" | "build", name: string) =>
    dataOf(findKey(parseRegistry(query[part].text), versionKey), name)?.trim();
  const root = value("root", "SystemRoot")?.replace(/\\+$/, "");
  const build = value("build", "CurrentBuildNumber");
  if (root === undefined || !/^[A-Za-z]:\\[^\\]/.test(root))
    throw new HostError(`the Windows folder is not known: ${versionKey} has no usable value SystemRoot`);
  return {
    base: `${root}\\ExchangeUpgrade`,
    systemRoot: root,
    systemDrive: root.slice(0, 2),
    windowsBuild: build !== undefined && /^\d+$/.test(build) ? Number(build) : null,
  };
}

/** As {@link findBase}, and creates the folder, in which only administrators can write. */
export async function prepareBase(link: Link): Promise<OperationPlace> {
  const place = await findBase(link);
  const made = makeFolder(place.base);
  made.confirm(await link.ask(made.commands));
  return place;
}

/** How a folder is made, or found. */
export interface FolderMaking {
  /** They may be repeated. */
  readonly commands: { readonly [part: string]: string };
  /** @throws HostError if the output of the commands does not show the folder */
  confirm(parts: Parts<string>): void;
}

/** Creates a folder, or finds it there, in a round trip that others may share. */
export function makeFolder(path: string): FolderMaking {
  const quoted = quotePath(path);
  const [made, there] = [`made ${path}`, `there ${path}`];
  return {
    commands: {
      [made]: `if exist ${quoted} (echo there) else (mkdir ${quoted} 2>&1)`,
      [there]: `if exist ${quoted} (echo yes) else (echo no)`,
    },
    confirm: (parts) => {
      if (parts[there]?.text.startsWith("yes") === true) return;
      const why = oneLine(parts[made]?.text ?? "").replace(/\.$/, "");
      throw new HostError(
        `the folder ${path} cannot be made: ${why}. The account of the connection needs to be an administrator of the ` +
          "computer, and the disk needs room.",
      );
    },
  };
}
