/**
 * What reads the answers of computers and directories, with texts that nobody sends in good faith: it reads them to the end,
 * says what is there or that it is not there, and never throws.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { codePage } from "../../lab/windows/codepage";
import { readAccessEntries } from "../../lib/directory/securityDescriptor";
import { sidToBytes, sidToText } from "../../lib/directory/sid";
import * as fixtures from "../windows/fixtures";
import { directoryParsers, hostParsers } from "./parsers";
import { runs } from "./settings";

/** Processor time that a parser may take without a sign of life before it counts as hanging, in milliseconds. */
const patienceMs = 20_000;

/** Every text that a fixture of tests/windows has. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

const real = textsOf({ ...fixtures }).filter((text) => text.length > 20);

const encodings: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text, "utf8"),
  (text) => Buffer.from(text, "utf16le"),
  (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  (text) => Buffer.from(`\ufeff${text}`, "utf8"),
  (text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
  (text) => Buffer.from(text, "latin1"),
  ...([437, 850, 932] as const).map((page) => (text: string) => codePage(page).encode(text)),
];

/** What Windows really prints, in some encoding, and then spoilt: cut, doubled, mixed with garbage, with bits turned. */
const spoilt: fc.Arbitrary<Buffer> = fc
  .record({
    texts: fc.array(fc.constantFrom(...real), { minLength: 1, maxLength: 3 }),
    encode: fc.constantFrom(...encodings),
    garbage: fc.uint8Array({ maxLength: 40 }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom("as it is", "cut", "insert", "overwrite", "reverse", "lines"),
  })
  .map(({ texts, encode, garbage, at, cut, how }) => {
    const bytes = Buffer.concat(texts.map(encode));
    const place = Math.floor(at * bytes.length);
    switch (how) {
      case "cut":
        return bytes.subarray(0, place);
      case "insert":
        return Buffer.concat([bytes.subarray(0, place), garbage, bytes.subarray(place)]);
      case "overwrite":
        bytes.set(garbage.subarray(0, bytes.length - place), place);
        return bytes;
      case "reverse":
        return Buffer.from(bytes).reverse();
      case "lines": {
        const lines = bytes.toString("latin1").split("\n");
        const from = Math.floor(cut * lines.length);
        return Buffer.from([...lines.slice(from), ...lines.slice(0, from)].join("\r\r\n"), "latin1");
      }
      default:
        return bytes;
    }
  });

const anyBytes = fc.oneof(
  { weight: 5, arbitrary: spoilt },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: "binary", maxLength: 200 }).map((text) => Buffer.from(text, "utf8")),
  },
);

/** Bytes of a structure, some of them replaced by those that lengths and offsets begin with. */
function withTurnedBytes(bytes: Buffer): fc.Arbitrary<Buffer> {
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.constantFrom(0, 1, 4, 0x0f, 0x10, 0x7f, 0x80, 0xff));
  return fc
    .tuple(fc.array(change, { maxLength: 6 }), fc.nat(bytes.length), fc.boolean())
    .map(([changes, end, cut]) => {
      const turned = Buffer.from(bytes);
      for (const [at, byte] of changes) turned[at] = byte;
      return cut ? turned.subarray(0, end) : turned;
    });
}

const sid = sidToBytes("S-1-5-21-1004336348-1177238915-682003330-512");

/** A self-relative security descriptor with two entries, the second one about an object. */
function descriptor(): Buffer {
  const ace = (type: number, body: Buffer): Buffer => {
    const header = Buffer.from([type, 0, 0, 0]);
    header.writeUInt16LE(4 + body.length, 2);
    return Buffer.concat([header, body]);
  };
  const mask = Buffer.from([0xff, 0x01, 0x0f, 0]);
  const aces = Buffer.concat([
    ace(0, Buffer.concat([mask, sid])),
    ace(5, Buffer.concat([mask, Buffer.from([2, 0, 0, 0]), Buffer.alloc(16), sid])),
  ]);
  const list = Buffer.from([4, 0, 0, 0, 2, 0, 0, 0]);
  list.writeUInt16LE(list.length + aces.length, 2);
  const header = Buffer.alloc(20);
  header[0] = 1;
  header.writeUInt16LE(0x8004, 2);
  header.writeUInt32LE(20, 16);
  return Buffer.concat([header, list, aces]);
}

describe("what reads answers", () => {
  for (const [name, parse] of Object.entries(hostParsers)) {
    it(`never throws: ${name}`, () => {
      fc.assert(
        fc.property(anyBytes, (bytes) => void parse(bytes)),
        runs(150),
      );
    });
  }

  for (const [name, parse] of Object.entries(directoryParsers)) {
    it(`never throws: ${name}, of the directory`, () => {
      fc.assert(
        fc.property(anyBytes, (bytes) => void parse(bytes)),
        runs(150),
      );
    });
  }

  it("reads a security descriptor whole or says that it is none", () => {
    const whole = readAccessEntries(descriptor());
    assert.equal(whole?.length, 2);
    fc.assert(
      fc.property(withTurnedBytes(descriptor()), (bytes) => {
        try {
          for (const { sid: found } of readAccessEntries(bytes) ?? []) assert.match(found, /^S-1-/);
        } catch (error) {
          assert.ok(error instanceof Error);
          assert.match(
            error.message,
            /^(These|A security identifier with) .*(security (descriptor|identifier)|bytes)/,
          );
        }
      }),
      runs(2000),
    );
  });

  it("reads a SID whole or says that it is none", () => {
    fc.assert(
      fc.property(withTurnedBytes(sid), (bytes) => {
        try {
          assert.deepEqual(sidToBytes(sidToText(bytes)), bytes);
        } catch (error) {
          assert.ok(error instanceof Error && !(error instanceof RangeError), String(error));
        }
      }),
      runs(1000),
    );
  });

  it("comes to an end with texts in which every step back costs", async function () {
    this.timeout(0);
    await readInThread();
  });
});

/** Runs the worker to its end. @throws Error that names the parser which gave no sign of life */
function readInThread(): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(__dirname, "parsers-worker.ts"), { execArgv: ["--require", "tsx/cjs"] });
    let reading: string | null = "nothing yet";
    let since = process.cpuUsage();
    const timer = setInterval(() => {
      // This thread waits meanwhile. The processor's time says how far the other one came, however busy the machine is.
      const { user, system } = process.cpuUsage(since);
      if (user + system > patienceMs * 1_000) end(new Error(`it hangs in ${reading}`));
    }, 1_000);
    const end = (error?: Error) => {
      clearInterval(timer);
      void worker.terminate();
      if (error === undefined) resolve();
      else reject(error);
    };
    worker.on("message", (message: { readonly reading: string | null }) => {
      reading = message.reading;
      since = process.cpuUsage();
      if (reading === null) end();
    });
    worker.on("error", (error) => end(new Error(`${reading}: ${error.message}`)));
  });
}
