// Writes the SDK for programs in Python, sdk/python, from the plugin's schema: `npm run sdk`. A test compares it.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { executable, findPinnedProgram } from "./lib/go-program.mjs";
import { capture, isEntry, main } from "./lib/process.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "tools", "pulumi-cli", "python-sdk");
const PROGRAM = executable("python-sdk");

/** Names the folder of the program that writes SDKs. */
export const SDK_WRITER = "EXCHANGE_UPGRADE_SDK_WRITER";

/** Answers `folder`, which holds the program that writes SDKs, and `how` it was found. Throws one Error that says why there is none. */
export async function findSdkWriter({ log = () => {}, env = process.env } = {}) {
  return findPinnedProgram(
    {
      variable: SDK_WRITER,
      name: "python-sdk",
      program: PROGRAM,
      title: "the writer of Python SDKs",
      pins: source,
      source: ".",
      sources: [join(source, "main.go")],
    },
    { log, env },
  );
}

if (isEntry(import.meta.url)) {
  await main("python-sdk", async () => {
    const { folder } = await findSdkWriter({ log: (line) => console.error(line) });
    const sdk = join(root, "sdk", "python");
    mkdirSync(dirname(sdk), { recursive: true });
    const fresh = mkdtempSync(join(dirname(sdk), ".python-"));
    try {
      const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
      const args = [join(root, "plugin", "schema.json"), version, fresh];
      const { code, stderr } = await capture(join(folder, PROGRAM), args, { timeout: 60_000 });
      if (code !== 0) throw new Error(`the SDK cannot be written: ${stderr}`);
      rmSync(sdk, { recursive: true, force: true });
      renameSync(fresh, sdk);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
}
