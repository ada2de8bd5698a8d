/** What cmd.exe's handles are connected to, and how redirections change that. */
import { baseName, type FileHandle } from "../files";
import type { Process } from "../processes";
import type { Input, Output } from "../programs/program";
import type { Redirection } from "./parser";

/** One end of a handle. A missing direction means that the handle is not open for it. */
export interface Stream {
  readonly input?: Input;
  readonly output?: Output;
}

/** Open handles by number: 0 input, 1 output, 2 errors, 3 to 9 free. */
export type Handles = ReadonlyMap<number, Stream>;

const nothing: Stream = {
  input: { read: () => Promise.resolve(null) },
  output: { write: () => undefined },
};

/** Reading end of a handle; at its end at once when the handle is not open for reading. */
export function inputOf(handles: Handles, number: number): Input {
  return handles.get(number)?.input ?? { read: () => Promise.resolve(null) };
}

/** Writing end of a handle; drops everything when the handle is not open for writing. */
export function outputOf(handles: Handles, number: number): Output {
  return handles.get(number)?.output ?? { write: () => undefined };
}

/** True for the NUL device, in any folder and with any extension. */
export function isNul(path: string): boolean {
  return /^nul(\..*)?$/i.test(baseName(path));
}

/** Opens a file on behalf of a redirection. */
export type OpenFile = (path: string, access: "read" | "write" | "append") => FileHandle;

function fileStream(handle: FileHandle): Stream {
  return handle.access === "read"
    ? { input: { read: () => Promise.resolve(handle.read()) } }
    : {
        output: {
          write: (data) => {
            if (!handle.closed) handle.write(data);
          },
        },
      };
}

/**
 * Applies redirections from left to right. The files belong to `process` until the returned function closes
 * them. Throws the FileError of the first one that cannot be opened, after closing the others.
 */
export function redirect(
  handles: Handles,
  redirections: readonly Redirection[],
  process: Process,
  open: OpenFile,
): { handles: Handles; close: () => void } {
  const result = new Map(handles);
  const opened: FileHandle[] = [];
  const close = (): void => {
    for (const handle of opened.splice(0)) process.disown(handle);
  };
  try {
    for (const { handle, kind, target } of redirections) {
      if (kind === "duplicate") {
        result.set(handle, result.get(Number(target)) ?? {});
      } else if (isNul(target)) {
        result.set(handle, nothing);
      } else {
        const file = open(target, kind);
        process.own(file);
        opened.push(file);
        result.set(handle, fileStream(file));
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  return { handles: result, close };
}

/** A pipe in memory: what is written can be read, until it is closed. */
export function pipe(): { stream: Stream; close: () => void } {
  const waiting: Buffer[] = [];
  let closed = false;
  let wake: () => void = () => undefined;
  return {
    stream: {
      output: {
        write: (data) => {
          waiting.push(data);
          wake();
        },
      },
      input: {
        read: async () => {
          while (waiting.length === 0 && !closed) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          return waiting.shift() ?? null;
        },
      },
    },
    close: () => {
      closed = true;
      wake();
    },
  };
}
