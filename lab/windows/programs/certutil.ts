/** certutil.exe of the simulated Windows: `certutil -hashfile <file> SHA256`, from Windows Server 2008 R2 on. */
import { createHash } from "node:crypto";
import { FileError, resolvePath } from "../files";
import { windowsVersions } from "../versions";
import type { Program } from "./program";

const failed = (code: string, text: string): string =>
  `CertUtil: -hashfile command FAILED: ${code}\nCertUtil: ${text}\n`;

/** certutil.exe. Up to 2012 R2 a blank stands between the bytes; 2003 and 2008 do not know the verb. */
export const certutil: Program = async (context) => {
  const [verb = "", file, algorithm = "SHA1", ...more] = context.args;
  const form = windowsVersions[context.computer.windows].digests;
  if (form === null || !/^[-/]hashfile$/i.test(verb)) {
    context.print(`CertUtil: Unknown verb: ${verb}\nCertUtil: -? for a list of verbs\n`);
    return 1;
  }
  if (file === undefined || algorithm.toUpperCase() !== "SHA256" || more.length > 0) {
    context.print('The lab simulates "certutil -hashfile <file> SHA256".\n');
    return 1;
  }
  try {
    const content = context.computer.files.read(resolvePath(context.folder, file));
    if (content.length === 0) {
      context.print(failed("0x800703ee (WIN32: 1006)", "The volume for a file has been externally altered."));
      return 1;
    }
    const hex = createHash("sha256").update(content).digest("hex");
    const spaced = form === "spaced";
    const digest = spaced ? (hex.match(/../g) ?? []).join(" ") : hex;
    const title = spaced ? `SHA256 hash of file ${file}:` : `SHA256 hash of ${file}:`;
    context.print(`${title}\n${digest}\nCertUtil: -hashfile command completed successfully.\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    context.print(failed("0x80070002 (WIN32: 2)", error.message));
    return 1;
  }
};
