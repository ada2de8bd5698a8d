/** Reads long hostile texts with every parser, in a thread that can be ended: a parser that hangs cannot be interrupted. */
import { parentPort } from "node:worker_threads";
import { directoryParsers, hostParsers } from "./parsers";

/** Length of a text: what takes time by its square takes minutes with it, and in the long run hours. */
const long = Number(process.env.EXCHANGE_UPGRADE_FUZZ) > 1;
const length = (long ? 2048 : 256) * 1024;

/** What is repeated: each a way to make a reader begin again and again. */
const units: readonly string[] = [
  " ",
  "\r",
  "\n",
  "\t",
  "\\",
  '"',
  ".",
  "=",
  ",",
  "(",
  "(A;",
  "0",
  "a",
  '"a",',
  '""',
  "a ",
  " a\t",
  "\r\r\n",
  "    \t",
  "    a\tREG_SZ\t",
  "HKEY_LOCAL_MACHINE\\a\n",
  "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\a\n    b    REG_SZ    c\n",
  "Failed [Rule:",
  "Failed [Rule:a] [Message:",
  "[1] [0] [ERROR] a\n",
  "Starting Microsoft Exchange Setup ",
  "a ... ",
  "a..",
  "S-1-5",
  " Code: 0x",
  "data 52e ",
  "D:(",
  "CN=a\\",
  "CN=a,",
  "CN=  a  ",
  "version=1\n",
  "eu1 register -",
  "\ud83d\udd11",
  "\0",
];

/** Fronts and ends between which the repeated part has to be taken back. */
const frames: readonly (readonly [string, string])[] = [
  ["", ""],
  ["    a", "x"],
  ['"', "x"],
  ["HKEY_LOCAL_MACHINE\\a\r\n    a    REG_SZ    ", "\r\n"],
];

const parsers = { ...hostParsers, ...directoryParsers };
for (const [at, [name, parse]] of Object.entries(parsers).entries()) {
  for (const [i, unit] of units.entries()) {
    // The fronts and ends in turn, with each parser other ones; all of them in the long run.
    const turn = (i + at) % frames.length;
    for (const [front, end] of long ? frames : frames.slice(turn, turn + 1)) {
      const text = `${front}${unit.repeat(Math.ceil(length / unit.length))}${end}`;
      parentPort?.postMessage({ reading: `${name}: ${JSON.stringify([front, unit, end])}` });
      parse(Buffer.from(text, "utf8"));
    }
  }
  // Lines that are all different, as a log of years has them.
  const count = long || name === "setupLog" ? 100_000 : 5_000;
  for (const line of ["[1] [0] [ERROR] ", "Failed [Rule:", '"a","', "    a    REG_SZ    ", "a ... "]) {
    const lines = Array.from({ length: count }, (_, i) => `${line}${i}${line.startsWith("F") ? "]" : ""}`);
    parentPort?.postMessage({ reading: `${name}: ${count} different lines of ${JSON.stringify(line)}` });
    parse(Buffer.from(lines.join("\r\n"), "utf8"));
  }
}
parentPort?.postMessage({ reading: null });
