/**
 * The file system of one simulated Windows computer, in memory: drives, folders, files and open handles.
 * Names are case-insensitive and keep their spelling. A handle that is open for writing shares reading only,
 * which is how cmd.exe opens the target of a redirection. What runs when a file is executed is kept with it, and nothing here
 * knows what that is: a program sees its computer, and with it these files.
 */
/** Why an operation on a file was refused; {@link fileMessages} has the sentence that Windows prints. */
export type FileErrorCode =
  | "fileNotFound"
  | "pathNotFound"
  | "sharing"
  | "accessDenied"
  | "alreadyExists"
  | "notEmpty"
  | "invalidName"
  | "notADirectory"
  | "diskFull";

/** English system messages, by code. */
export const fileMessages: { readonly [code in FileErrorCode]: string } = {
  fileNotFound: "The system cannot find the file specified.",
  pathNotFound: "The system cannot find the path specified.",
  sharing: "The process cannot access the file because it is being used by another process.",
  accessDenied: "Access is denied.",
  alreadyExists: "Cannot create a file when that file already exists.",
  notEmpty: "The directory is not empty.",
  invalidName: "The filename, directory name, or volume label syntax is incorrect.",
  notADirectory: "The directory name is invalid.",
  diskFull: "There is not enough space on the disk.",
};

/** Win32 error numbers, by code. */
export const fileErrorNumbers: { readonly [code in FileErrorCode]: number } = {
  fileNotFound: 2,
  pathNotFound: 3,
  accessDenied: 5,
  sharing: 32,
  diskFull: 112,
  invalidName: 123,
  notEmpty: 145,
  alreadyExists: 183,
  notADirectory: 267,
};

/** A refused file operation. `message` is the sentence that Windows prints. */
export class FileError extends Error {
  constructor(
    readonly code: FileErrorCode,
    readonly path: string,
  ) {
    super(fileMessages[code]);
    this.name = "FileError";
  }
}

/** Writes for somebody who does not look whether it was written: on a full disk the rest is lost. */
export function heedlessly(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== "diskFull") throw error;
  }
}

/** What a handle sees of its file. */
interface OpenFile {
  readonly name: string;
  content: Buffer;
  readonly open: Set<FileHandle>;
}

interface FileNode<Program> extends OpenFile {
  readonly kind: "file";
  name: string;
  /** What runs when the file is executed; undefined for data. */
  program: Program | undefined;
  /** File version; undefined for a file without one. */
  version: string | undefined;
}

interface FolderNode<Program> {
  readonly kind: "folder";
  name: string;
  readonly children: Map<string, Node<Program>>;
}

type Node<Program> = FileNode<Program> | FolderNode<Program>;

/** How a file is opened: `read`, `write` (emptied first) or `append`. */
export type Access = "read" | "write" | "append";

/** An open file. It stays open until every holder has released it; {@link FileHandle.hold} is inheritance. */
export class FileHandle {
  #holders = 1;
  #position = 0;

  constructor(
    private readonly file: OpenFile,
    readonly access: Access,
    private readonly take: (bytes: number) => number,
  ) {
    file.open.add(this);
  }

  get closed(): boolean {
    return this.#holders === 0;
  }

  /** One more process holds the handle. */
  hold(): void {
    this.#holders += 1;
  }

  /** One holder less; the last one closes the file. */
  release(): void {
    if (this.#holders === 0) return;
    this.#holders -= 1;
    if (this.#holders === 0) this.file.open.delete(this);
  }

  /** Appends; on a full disk what still has room, and then "There is not enough space on the disk.". */
  write(data: Buffer): void {
    if (this.closed || this.access === "read") throw new FileError("accessDenied", this.file.name);
    const fits = this.take(data.length);
    this.file.content = Buffer.concat([this.file.content, data.subarray(0, fits)]);
    if (fits < data.length) throw new FileError("diskFull", this.file.name);
  }

  /** Writes at an offset; what lies before it and was not written is zero. */
  writeAt(data: Buffer, offset: number): void {
    if (this.closed || this.access === "read") throw new FileError("accessDenied", this.file.name);
    const { content } = this.file;
    if (offset === content.length) {
      this.write(data);
      return;
    }
    const grown = Buffer.alloc(Math.max(content.length, offset + data.length));
    content.copy(grown);
    data.copy(grown, offset);
    this.file.content = grown;
  }

  /** The bytes after the last read, up to the present end; null at the end. */
  read(): Buffer | null {
    if (this.closed || this.#position >= this.file.content.length) return null;
    const data = this.file.content.subarray(this.#position);
    this.#position = this.file.content.length;
    return data;
  }
}

const invalidCharacters = /[<>"|?*\0]/;

/** Splits an absolute path (`C:\a\b`) into drive letter and names. */
function split(path: string): { drive: string; names: string[] } {
  const match = /^([A-Za-z]):(.*)$/s.exec(path);
  if (!match) throw new FileError("pathNotFound", path);
  const names = (match[2] ?? "").split("\\").filter((name) => name !== "");
  return { drive: (match[1] ?? "").toUpperCase(), names };
}

/** Folder part of an absolute path. */
export function parentOf(path: string): string {
  const cut = path.lastIndexOf("\\");
  return cut <= 2 ? `${path.slice(0, 2)}\\` : path.slice(0, cut);
}

/** Last name of an absolute path; empty for a drive's root. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("\\") + 1);
}

/** Makes `path` absolute from the folder `from`, and resolves `.`, `..`, doubled and forward slashes. */
export function resolvePath(from: string, path: string): string {
  const given = path.replaceAll("/", "\\");
  const drive = /^[A-Za-z]:/.exec(given)?.[0];
  const rest = drive ? given.slice(2) : given;
  const sameDrive = drive === undefined || drive.toUpperCase() === from.slice(0, 2).toUpperCase();
  const base = rest.startsWith("\\") || !sameDrive ? `${drive ?? from.slice(0, 2)}\\` : from;
  const names: string[] = [];
  for (const name of `${base.slice(3)}\\${rest}`.split("\\")) {
    if (name === "" || name === ".") continue;
    if (name === "..") names.pop();
    else names.push(name.replace(/[. ]+$/, "") || name);
  }
  return `${(drive ?? base.slice(0, 2)).toUpperCase()}\\${names.join("\\")}`;
}

/** True when `name` fits a pattern with `*` and `?`. `*.*` fits every name, as in cmd.exe. */
export function matchesWildcard(name: string, pattern: string): boolean {
  if (pattern === "*.*" || pattern === "*") return true;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".?");
  return new RegExp(`^${source}$`, "i").test(name);
}

/** A name in a folder listing. */
export interface Entry {
  readonly name: string;
  readonly kind: "file" | "folder";
  /** Bytes; 0 for a folder. */
  readonly size: number;
}

/** All drives of one simulated computer. Paths are absolute (`C:\folder\file`). */
export class WindowsFiles<Program = unknown> {
  readonly #drives = new Map<string, FolderNode<Program>>();
  /**
   * Bytes that still fit on the drives, for tests of full disks. New names of files and folders need none, as the smallest
   * records of NTFS do until their table is full too, and nothing that is deleted gives any back.
   */
  room = Number.POSITIVE_INFINITY;

  constructor(drives: readonly string[] = ["C", "D"]) {
    for (const letter of drives)
      this.#drives.set(letter, { kind: "folder", name: letter, children: new Map() });
  }

  #find(path: string): Node<Program> | null {
    if (!/^[A-Za-z]:/.test(path)) return null;
    const { drive, names } = split(path);
    let node: Node<Program> | undefined = this.#drives.get(drive);
    for (const name of names) {
      if (node?.kind !== "folder") return null;
      node = node.children.get(name.toLowerCase());
    }
    return node ?? null;
  }

  #folder(path: string): FolderNode<Program> {
    const node = this.#find(path);
    if (node?.kind !== "folder") throw new FileError("pathNotFound", path);
    return node;
  }

  #file(path: string): FileNode<Program> {
    const node = this.#find(path);
    if (!node) throw this.#absent(path);
    if (node.kind === "folder") throw new FileError("accessDenied", path);
    return node;
  }

  #absent(path: string): FileError {
    const parent = this.#find(parentOf(path));
    return new FileError(parent?.kind === "folder" ? "fileNotFound" : "pathNotFound", path);
  }

  /** What is at `path`; null when nothing is. */
  kind(path: string): "file" | "folder" | null {
    return this.#find(path)?.kind ?? null;
  }

  /** What runs when the file at `path` is executed; undefined when it is absent or data. */
  program(path: string): Program | undefined {
    const node = this.#find(path);
    return node?.kind === "file" ? node.program : undefined;
  }

  /** File version of the file at `path`; undefined when it is absent or has none. */
  version(path: string): string | undefined {
    const node = this.#find(path);
    return node?.kind === "file" ? node.version : undefined;
  }

  /** `path` in the spelling that the names were made with. */
  spelling(path: string): string {
    const { drive, names } = split(path);
    const spelt = names.map((name, depth) => {
      const node = this.#find(`${drive}:\\${names.slice(0, depth + 1).join("\\")}`);
      return node?.name ?? name;
    });
    return `${drive}:\\${spelt.join("\\")}`;
  }

  /** Names in a folder, in alphabetical order. */
  list(path: string): readonly Entry[] {
    return [...this.#folder(path).children.values()]
      .map((node) => ({
        name: node.name,
        kind: node.kind,
        size: node.kind === "file" ? node.content.length : 0,
      }))
      .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  }

  #take(bytes: number): number {
    const fits = Math.min(bytes, this.room);
    this.room -= fits;
    return fits;
  }

  /** Opens a file. Writing creates it; a second opening for writing is a sharing violation. */
  open(path: string, access: Access): FileHandle {
    if (access === "read") return new FileHandle(this.#file(path), access, (bytes) => this.#take(bytes));
    const existing = this.#find(path);
    if (existing?.kind === "folder") throw new FileError("accessDenied", path);
    if (existing && [...existing.open].some((handle) => handle.access !== "read"))
      throw new FileError("sharing", path);
    const file = existing ?? this.#create(path);
    if (access === "write") file.content = Buffer.alloc(0);
    return new FileHandle(file, access, (bytes) => this.#take(bytes));
  }

  #create(path: string): FileNode<Program> {
    const folder = this.#folder(parentOf(path));
    const name = baseName(path);
    if (name === "" || invalidCharacters.test(name)) throw new FileError("invalidName", path);
    const file: FileNode<Program> = {
      kind: "file",
      name,
      content: Buffer.alloc(0),
      program: undefined,
      version: undefined,
      open: new Set(),
    };
    folder.children.set(name.toLowerCase(), file);
    return file;
  }

  /** Content of a file, also of one that somebody is writing. */
  read(path: string): Buffer {
    return this.#file(path).content;
  }

  /** Writes a whole file; the folders above it are made as needed. For the lab's own set-up and programs. */
  write(path: string, content: Buffer | string, program?: Program, version?: string): void {
    this.makeFolders(parentOf(path));
    const handle = this.open(path, "write");
    try {
      handle.write(Buffer.from(content));
    } finally {
      handle.release();
    }
    Object.assign(this.#file(path), { program, version });
  }

  /** Makes an executable of a file, or data where `program` is undefined. */
  setProgram(path: string, program: Program | undefined, version: string | undefined): void {
    Object.assign(this.#file(path), { program, version });
  }

  /** Appends to a file, which is made as needed. */
  append(path: string, content: string): void {
    this.makeFolders(parentOf(path));
    const handle = this.open(path, "append");
    try {
      handle.write(Buffer.from(content));
    } finally {
      handle.release();
    }
  }

  /** Makes every missing folder of `path`. */
  makeFolders(path: string): void {
    const { drive, names } = split(path);
    const root = this.#drives.get(drive);
    if (!root) throw new FileError("pathNotFound", path);
    let folder: FolderNode<Program> = root;
    for (const name of names) {
      if (invalidCharacters.test(name)) throw new FileError("invalidName", path);
      let next: Node<Program> | undefined = folder.children.get(name.toLowerCase());
      if (!next) {
        next = { kind: "folder", name, children: new Map() };
        folder.children.set(name.toLowerCase(), next);
      }
      if (next.kind === "file") throw new FileError("alreadyExists", path);
      folder = next;
    }
  }

  /** Makes one folder (and those above it); refuses an existing name. */
  makeFolder(path: string): void {
    if (this.#find(path)) throw new FileError("alreadyExists", path);
    this.makeFolders(path);
  }

  /** Removes a folder; with `recursive`, everything in it. Files that are open stay, and are reported. */
  removeFolder(path: string, recursive: boolean): void {
    const node = this.#find(path);
    if (!node) throw this.#absent(path);
    if (node.kind === "file") throw new FileError("notADirectory", path);
    if (!recursive && node.children.size > 0) throw new FileError("notEmpty", path);
    let held: FileError | undefined;
    for (const child of [...node.children.values()]) {
      try {
        if (child.kind === "folder") this.removeFolder(`${path}\\${child.name}`, true);
        else this.remove(`${path}\\${child.name}`);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        held ??= error;
      }
    }
    if (held) throw held;
    this.#detach(path);
  }

  /** Deletes one file; refuses one that is open. */
  remove(path: string): void {
    const file = this.#file(path);
    if (file.open.size > 0) throw new FileError("sharing", path);
    this.#detach(path);
  }

  #detach(path: string): void {
    const name = baseName(path);
    if (name === "") throw new FileError("accessDenied", path);
    this.#folder(parentOf(path)).children.delete(name.toLowerCase());
  }

  /**
   * Moves or renames, in one step as on one volume. Refuses an existing target, unless `replace` is set and
   * both are files; refuses a file that is open, and a folder in which one is.
   */
  move(from: string, to: string, replace = false): void {
    const node = this.#find(from);
    if (!node) throw new FileError("fileNotFound", from);
    const name = baseName(to);
    if (name === "" || invalidCharacters.test(name)) throw new FileError("invalidName", to);
    const folder = this.#folder(parentOf(to));
    const target = folder.children.get(name.toLowerCase());
    if (target && target !== node) {
      if (!replace || target.kind === "folder" || node.kind === "folder")
        throw new FileError("alreadyExists", to);
      if (target.open.size > 0) throw new FileError("accessDenied", to);
    }
    if (isHeld(node)) throw new FileError(node.kind === "file" ? "sharing" : "accessDenied", from);
    this.#detach(from);
    node.name = name;
    folder.children.set(name.toLowerCase(), node);
  }

  /** Copies one file over another or to a new name. */
  copy(from: string, to: string): void {
    const source = this.#file(from);
    if (source === this.#find(to)) throw new FileError("alreadyExists", to);
    const handle = this.open(to, "write");
    try {
      handle.write(source.content);
    } finally {
      handle.release();
    }
    Object.assign(this.#file(to), { program: source.program, version: source.version });
  }
}

function isHeld(node: Node<unknown>): boolean {
  return node.kind === "file" ? node.open.size > 0 : [...node.children.values()].some(isHeld);
}
