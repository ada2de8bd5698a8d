/**
 * The SFTP server of one simulated Windows computer, as Win32-OpenSSH has it: paths are `/C:/folder/file`, and what begins
 * otherwise lies below the profile (windows-facts, section 9). Writing, looking and making folders; nothing is removed.
 */
import { constants } from "node:fs";
import { type Attributes, type SFTPWrapper, utils } from "ssh2";
import type { SimulatedComputer } from "./computer";
import { baseName, FileError, type FileHandle, parentOf, resolvePath } from "./files";
import type { Logon } from "./logon";

const { OPEN_MODE, STATUS_CODE } = utils.sftp;

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** Serves one SFTP session. @param written told how many bytes of file content have arrived, before each is written */
export function serveSftp(
  sftp: SFTPWrapper,
  computer: SimulatedComputer,
  logon: Logon,
  written: (bytes: number) => void,
): void {
  const { files } = computer;
  const { folder: home } = computer.environmentOf(logon);
  const open = new Map<number, OpenFile>();
  let next = 0;

  const windowsPath = (path: string): string => {
    const drive = /^\/([A-Za-z]:)(?:\/(.*))?$/s.exec(path);
    if (drive) return resolvePath(`${drive[1]}\\`, drive[2] ?? "");
    if (path.startsWith("/")) throw new FileError("pathNotFound", path);
    return resolvePath(home, path === "" ? "." : `.\\${path}`);
  };
  const attributes = (path: string): Attributes => {
    const kind = files.kind(path);
    if (kind === null) throw new FileError("fileNotFound", path);
    const folder = kind === "folder";
    return {
      mode: folder ? constants.S_IFDIR | 0o755 : constants.S_IFREG | 0o644,
      uid: 0,
      gid: 0,
      size: folder ? 0 : files.read(path).length,
      atime: 0,
      mtime: 0,
    };
  };
  const answer = (id: number, body: () => void): void => {
    try {
      body();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const missing = error.code === "fileNotFound" || error.code === "pathNotFound";
      const code = missing
        ? STATUS_CODE.NO_SUCH_FILE
        : error.code === "accessDenied"
          ? STATUS_CODE.PERMISSION_DENIED
          : STATUS_CODE.FAILURE;
      sftp.status(id, code, error.message);
    }
  };
  const done = (id: number): void => sftp.status(id, STATUS_CODE.OK);
  const fileOf = (handle: Buffer): OpenFile => {
    const file = handle.length === 4 ? open.get(handle.readUInt32BE(0)) : undefined;
    if (!file) throw new FileError("invalidName", "handle");
    return file;
  };

  sftp.on("OPEN", (id, name, flags) =>
    answer(id, () => {
      const path = windowsPath(name);
      const writing = (flags & OPEN_MODE.WRITE) !== 0;
      if (writing) computer.requireWrite(path, logon);
      const handle = files.open(
        path,
        !writing ? "read" : (flags & OPEN_MODE.TRUNC) !== 0 ? "write" : "append",
      );
      open.set(next, { path, handle });
      const key = Buffer.alloc(4);
      key.writeUInt32BE(next++);
      sftp.handle(id, key);
    }),
  );
  sftp.on("WRITE", (id, handle, offset, data) =>
    answer(id, () => {
      const file = fileOf(handle);
      written(data.length);
      file.handle.writeAt(data, offset);
      done(id);
    }),
  );
  sftp.on("READ", (id, handle, offset, length) =>
    answer(id, () => {
      const content = files.read(fileOf(handle).path).subarray(offset, offset + length);
      if (content.length === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, content);
    }),
  );
  sftp.on("CLOSE", (id, handle) =>
    answer(id, () => {
      const { path, handle: file } = fileOf(handle);
      open.delete(handle.readUInt32BE(0));
      file.release();
      if (file.access !== "read") {
        // Nothing of Windows runs here, so a program is known by its content.
        const known = computer.knownPrograms.get(files.read(path).toString("latin1"));
        files.setProgram(path, known?.program, known?.version);
      }
      done(id);
    }),
  );
  sftp.on("FSTAT", (id, handle) => answer(id, () => sftp.attrs(id, attributes(fileOf(handle).path))));
  for (const event of ["STAT", "LSTAT"] as const)
    sftp.on(event, (id: number, name: string) =>
      answer(id, () => sftp.attrs(id, attributes(windowsPath(name)))),
    );
  // Modes and times are taken, and have no effect.
  sftp.on("SETSTAT", (id, name) =>
    answer(id, () => {
      attributes(windowsPath(name));
      done(id);
    }),
  );
  sftp.on("FSETSTAT", (id, handle) =>
    answer(id, () => {
      fileOf(handle);
      done(id);
    }),
  );
  sftp.on("MKDIR", (id, name) =>
    answer(id, () => {
      const path = windowsPath(name);
      if (baseName(path) === "" || files.kind(path) !== null) throw new FileError("alreadyExists", path);
      if (files.kind(parentOf(path)) !== "folder") throw new FileError("pathNotFound", path);
      computer.requireWrite(path, logon);
      files.makeFolder(path);
      done(id);
    }),
  );
  sftp.on("REALPATH", (id, name) =>
    answer(id, () => {
      // It succeeds for what is not there, too (ssh2-streams issue 165).
      const path = `/${windowsPath(name).replaceAll("\\", "/")}`;
      sftp.name(id, [{ filename: path, longname: path, attrs: {} as Attributes }]);
    }),
  );
  // A connection that breaks leaves what was written, and closes it.
  const close = (): void => {
    for (const { handle } of open.values()) handle.release();
    open.clear();
  };
  // OpenSSH's sftp-server exits at the end of its input, and its channel is closed then: there are clients that wait for that.
  sftp.on("end", () => {
    close();
    sftp.end();
  });
  sftp.on("close", close);
}
