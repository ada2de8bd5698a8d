/** The search for planted secrets in all that a run leaves or shows, in pieces and encoded, too. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../lab";

/** Something to be searched: what it is, and its content. */
export type Place = readonly [name: string, content: Buffer];

/** Pieces of a secret that are the same in a URL, in JSON, in XML and behind cmd.exe's quoting. */
function piecesOf(secret: string): readonly string[] {
  const lines = secret.split("\n").filter((line) => !line.startsWith("-----"));
  return lines.flatMap((line) => line.match(/[A-Za-z0-9]{12,}/g) ?? []);
}

/** What a base64 text holds of these bytes, wherever in it they begin. */
function inBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}

/** A piece in every form in which it would still be readable, by the form's name. */
function formsOf(piece: string): readonly (readonly [form: string, bytes: Buffer])[] {
  const encodings = [
    ["text", Buffer.from(piece)],
    ["UTF-16LE", Buffer.from(piece, "utf16le")],
    ["UTF-16BE", Buffer.from(piece, "utf16le").swap16()],
  ] as const;
  return [
    ...[piece.toLowerCase(), piece.toUpperCase()].map((text) => ["text", Buffer.from(text)] as const),
    ...encodings,
    ...encodings.flatMap(([name, bytes]) => {
      const hex = bytes.toString("hex");
      return [
        ...[hex, hex.toUpperCase()].map((text) => [`${name} in hex`, Buffer.from(text)] as const),
        ...inBase64(bytes).map((text) => [`${name} in base64`, Buffer.from(text)] as const),
      ];
    }),
  ];
}

/** Every place that holds a secret or a piece of one, as `secret, form, place`. */
export function sightings(
  places: readonly Place[],
  secrets: { readonly [name: string]: string },
): readonly string[] {
  const found = new Set<string>();
  for (const [name, secret] of Object.entries(secrets)) {
    const forms = piecesOf(secret).flatMap(formsOf);
    assert.ok(forms.length > 0, `${name} has no piece that could be searched`);
    for (const [place, content] of places)
      for (const [form, bytes] of forms) if (content.includes(bytes)) found.add(`${name}, ${form}, ${place}`);
  }
  return [...found];
}

/** A secret that nothing else contains: two pieces, and between them what every syntax quotes in its own way. */
export function newSecret(): string {
  const piece = () => `Q${randomBytes(7).toString("hex")}z`;
  return `${piece()}"\\ü%41&<'/+^!${piece()}`;
}

/** What is only there for a while: command lines of processes here, files and command lines of the simulated computers. */
export interface Watch {
  places(): readonly Place[];
  stop(): void;
}

/** @param shown what is no secret, which the list of processes will hold */
export function startWatch(lab: Lab, computers: readonly string[], shown: string): Watch {
  const seen = new Map<string, Place>();
  const files = new Map<Buffer, Place>();
  const note = (name: string, text: string) => void seen.set(`${name}\0${text}`, [name, Buffer.from(text)]);
  const timer = setInterval(() => {
    for (const text of commandLines()) note("process list", text);
  }, 50);
  for (const name of computers) {
    const { computer, files: disk, transport, winrm } = lab.computer(name);
    const start = computer.startProgram.bind(computer);
    computer.startProgram = (each) => {
      note(`command line on ${name}`, each.commandLine);
      return start(each);
    };
    const look = (point: object) => {
      if ("command" in point) note(`command to ${name}`, String(point.command));
      for (const task of computer.tasks.list()) note(`task on ${name}`, `${task.name} ${task.command}`);
      for (const drive of ["C:", "D:"])
        for (const path of pathsBelow(disk, drive))
          files.set(disk.read(path), [`${path} on ${name}`, disk.read(path)]);
      return undefined;
    };
    transport.atPoint = look;
    if (winrm !== null) winrm.faults.atPoint = look;
  }
  // Another process that shows what is no secret, and waits for the end of its input.
  const shower: ChildProcess = spawn("sh", ["-c", "read -r line", shown], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  return {
    places: () => [...seen.values(), ...files.values()],
    stop: () => {
      clearInterval(timer);
      shower.stdin?.end();
    },
  };
}

function commandLines(): readonly string[] {
  return readdirSync("/proc").flatMap((id) => {
    if (!/^\d+$/.test(id)) return [];
    try {
      return [readFileSync(`/proc/${id}/cmdline`, "utf8")];
    } catch {
      return [];
    }
  });
}

function pathsBelow(disk: Lab["computers"][string]["files"], folder: string): readonly string[] {
  return disk
    .list(`${folder}\\`)
    .flatMap(({ name, kind }) =>
      kind === "folder" ? pathsBelow(disk, `${folder}\\${name}`) : [`${folder}\\${name}`],
    );
}

/** Every file below a folder, as it is after a command; links are not followed. */
export function filesBelow(folder: string, command: string): readonly Place[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [`after ${command}: ${path.slice(folder.length)}`, readFileSync(path)] as const;
    });
}

export function registryOf(lab: Lab, computers: readonly string[]): readonly Place[] {
  return computers.map((name) => {
    const { registry } = lab.computer(name);
    const below = (key: string): readonly unknown[] => [
      key,
      ...registry.values(key),
      ...registry.keys(key).flatMap((each) => below(`${key}\\${each}`)),
    ];
    return [`registry of ${name}`, Buffer.from(JSON.stringify(below("HKLM")))] as const;
  });
}
