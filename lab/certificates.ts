/**
 * A certificate authority for the lab, made anew in every process. Node can make keys and check certificates but not
 * issue them, so the `openssl` program does.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A certificate with its private key, both PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  /** DNS names; the first one is also the subject's common name. */
  readonly names: readonly string[];
  /** IP addresses; none by default. */
  readonly addresses?: readonly string[];
  /** `expired`: its validity ended a day ago; `not yet`: it begins in a day. @default valid for a week from now */
  readonly flaw?: "expired" | "not yet";
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const validDays = 7;

/** Certificates of one authority. Its private key never leaves the process but for a private folder while it signs. */
export class CertificateAuthority {
  private constructor(
    /** The authority's own certificate, PEM: what a client must trust. */
    readonly certificate: string,
    private readonly key: string,
  ) {}

  /**
   * Makes an authority with a new key (EC P-256).
   * @throws Error when openssl is missing or refuses.
   */
  static async create(commonName = "Lab Certificate Authority"): Promise<CertificateAuthority> {
    return inPrivateFolder(async (folder) => {
      await openssl(folder, [
        ...["req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-days", String(validDays)],
        ...["-subj", `/CN=${commonName}`, "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
      ]);
      return new CertificateAuthority(await text(folder, "ca.pem"), await text(folder, "ca.key"));
    });
  }

  /**
   * Issues a server certificate with a new key.
   * @throws Error when no name is given, or when openssl is missing or refuses.
   */
  async issue(request: CertificateRequest): Promise<Certificate> {
    const [commonName] = request.names;
    if (commonName === undefined) throw new Error("a certificate needs at least one DNS name");
    return inPrivateFolder(async (folder) => {
      const alternatives = [
        ...request.names.map((name) => `DNS:${name}`),
        ...(request.addresses ?? []).map((address) => `IP:${address}`),
      ];
      await writeFile(join(folder, "ca.pem"), this.certificate);
      await writeFile(join(folder, "ca.key"), this.key, { mode: 0o600 });
      await writeFile(
        join(folder, "extensions"),
        `basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=${alternatives.join(",")}\n`,
      );
      await openssl(folder, [
        ...["req", "-new", ...newKey, "-keyout", "server.key", "-out", "server.csr"],
        ...["-subj", `/CN=${commonName.slice(0, 64)}`],
      ]);
      await sign(folder, request.flaw);
      return { certificate: await text(folder, "server.pem"), key: await text(folder, "server.key") };
    });
  }
}

/** Signs the request in the folder. Before OpenSSL 3.4 only `openssl ca` can set the beginning of the validity. */
async function sign(folder: string, flaw: CertificateRequest["flaw"]): Promise<void> {
  if (flaw !== "not yet")
    return openssl(folder, [
      ...["x509", "-req", "-in", "server.csr", "-out", "server.pem", "-extfile", "extensions"],
      ...["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
      ...["-days", flaw === "expired" ? "-1" : String(validDays)],
    ]);
  await writeFile(join(folder, "index.txt"), "");
  await writeFile(
    join(folder, "ca.conf"),
    "[ca]\ndefault_ca=lab\n[lab]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\n" +
      "policy=names\n[names]\ncommonName=supplied\n",
  );
  const tomorrow = Date.now() + 86_400_000;
  await openssl(folder, [
    ...["ca", "-batch", "-notext", "-config", "ca.conf", "-in", "server.csr", "-out", "server.pem"],
    ...["-cert", "ca.pem", "-keyfile", "ca.key", "-extfile", "extensions"],
    ...["-startdate", asn1Time(tomorrow), "-enddate", asn1Time(tomorrow + validDays * 86_400_000)],
  ]);
}

/** YYYYMMDDHHMMSSZ. */
function asn1Time(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
}

function text(folder: string, file: string): Promise<string> {
  return readFile(join(folder, file), "utf8");
}

async function inPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "lab-certificates-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openssl(folder: string, args: readonly string[]): Promise<void> {
  try {
    await run("openssl", [...args], { cwd: folder });
  } catch (error) {
    throw new Error(opensslFailure(error), { cause: error });
  }
}

function opensslFailure(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") {
    return "the lab needs the openssl program (1.1.1 or later) to issue its certificates, and none is on PATH; install it, e.g. with apt-get install openssl";
  }
  const output = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
  return `openssl could not issue a certificate for the lab: ${output}`;
}
