/**
 * MIT's Kerberos as the system has it, called through koffi. Both may be absent: a user of SSH needs neither. Kerberos itself
 * is not this package's to write.
 */
import { reasonOf } from "../../../text";
import { KerberosUnavailable } from "../errors";

type Koffi = typeof import("koffi", { with: { "resolution-mode": "require" }});
type KoffiLibrary = ReturnType<Koffi["load"]>;
type KoffiType = ReturnType<Koffi["pointer"]>;

/** A pointer of the library. */
export type Handle = bigint;

/** Octets as GSS-API hands them around. */
export interface GssBuffer {
  readonly length: number;
  readonly value: Buffer | Handle | null;
}

/** A part of a message that GSS-API seals or opens where it stands; it puts the length right. */
export interface GssPart extends GssBuffer {
  readonly type: number;
}

/** Octets as libkrb5 hands them around. */
export interface KerberosData {
  readonly magic: number;
  readonly length: number;
  readonly data: Buffer | Handle | null;
}

/** A function of the library. Results come in arrays of one element. */
type Native = (...args: unknown[]) => number;

const files = { krb5: "libkrb5.so.3", gssapi: "libgssapi_krb5.so.2" } as const;

/** What is used of libkrb5 and libgssapi_krb5, by their own names (krb5.h, profile.h, gssapi.h). */
export type KerberosLibrary = ReturnType<typeof bind>;

let loaded: KerberosLibrary | undefined;

/** The system's Kerberos, loaded once. @throws KerberosUnavailable, with what to install */
export function kerberosLibrary(): KerberosLibrary {
  // Optional and compiled, so that it is loaded where it is needed.
  loaded ??= loadKerberos(() => require("koffi") as Koffi, process.platform);
  return loaded;
}

/**
 * Loads the libraries that a machine has.
 * @param loadKoffi fails where the package is not there
 * @throws KerberosUnavailable, with what to install
 */
export function loadKerberos(loadKoffi: () => Koffi, platform: NodeJS.Platform): KerberosLibrary {
  if (platform !== "linux")
    throw new KerberosUnavailable(
      `Kerberos is used on Linux only, and this machine is ${platform}: run Pulumi on Linux, or reach the computer over SSH`,
    );
  const koffi = orUnavailable(
    loadKoffi,
    (why) =>
      `Kerberos needs the npm package koffi, which cannot be loaded (${why}): install it with npm install koffi; Node.js ` +
      `looks for it in node_modules of ${__dirname} and of each folder above`,
  );
  const open = (name: string) =>
    orUnavailable(
      () => koffi.load(name),
      (why) =>
        `Kerberos needs MIT's library ${name}, which cannot be loaded (${why}): install the package libgssapi-krb5-2 ` +
        "(Debian, Ubuntu) or krb5-libs (Red Hat)",
    );
  const libraries = [open(files.krb5), open(files.gssapi)] as const;
  return orUnavailable(
    () => bind(koffi, ...libraries),
    (why) =>
      `Kerberos lacks a function that is called here (${why}): the npm package koffi has to be of version 3, and MIT's libraries ` +
      "of 1.11 or later",
  );
}

/** @param message what to do about it, with the first line of why */
function orUnavailable<T>(work: () => T, message: (why: string) => string): T {
  try {
    return work();
  } catch (error) {
    // Behind the first line Node.js names each file that asked for the package.
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new KerberosUnavailable(message(reasonOf(first)));
  }
}

function bind(koffi: Koffi, krb5: KoffiLibrary, gssapi: KoffiLibrary) {
  const pointer = koffi.pointer("void");
  const text = "const char *";
  const outPointer = koffi.out(koffi.pointer(pointer));
  const inOutPointer = koffi.inout(koffi.pointer(pointer));
  const outNumber = koffi.out(koffi.pointer("uint32"));
  const inOutNumber = koffi.inout(koffi.pointer("uint32"));
  const data = koffi.struct({ magic: "int32", length: "uint32", data: pointer });
  const inData = koffi.pointer(data);
  const outData = koffi.out(inData);
  const numbers = koffi.pointer("int32");
  /** What both exchanges with centres take, behind the context and the exchange itself. */
  const step = [inData, outData, outData, outNumber];
  const buffer = koffi.struct({ length: "size_t", value: pointer });
  const inBuffer = koffi.pointer(buffer);
  const outBuffer = koffi.out(inBuffer);
  const inOutBuffer = koffi.inout(inBuffer);
  const inOutParts = koffi.inout(
    koffi.pointer(koffi.struct({ type: "uint32", length: "size_t", value: pointer })),
  );
  const inOid = koffi.pointer(koffi.struct({ length: "uint32", elements: pointer }));
  const oidSet = koffi.struct({ count: "size_t", elements: inOid });
  const keyValue = koffi.struct({ key: text, value: text });
  const keyValues = koffi.struct({ count: "uint32", elements: koffi.pointer(keyValue) });
  // The beginning of krb5_creds; what follows is zero where a ticket is asked for.
  const creds = koffi.struct({
    magic: "int32",
    client: pointer,
    server: pointer,
    rest: koffi.array("uint8", 256, "Typed"),
  });
  const of =
    (library: KoffiLibrary, result: string) =>
    (name: string, ...args: KoffiType[] | unknown[]): Native =>
      library.func(name, result, args as KoffiType[]) as unknown as Native;
  const code = of(krb5, "int32");
  const none = of(krb5, "void");
  const status = of(gssapi, "uint32");
  const errorMessage = krb5.func("krb5_get_error_message", pointer, [pointer, "int32"]);
  const freeErrorMessage = none("krb5_free_error_message", pointer, pointer);
  return {
    profile_init: code("profile_init", koffi.pointer(text), outPointer),
    profile_release: none("profile_release", pointer),
    krb5_init_context_profile: code("krb5_init_context_profile", pointer, "int32", outPointer),
    krb5_free_context: none("krb5_free_context", pointer),
    krb5_parse_name_flags: code("krb5_parse_name_flags", pointer, text, "int", outPointer),
    krb5_free_principal: none("krb5_free_principal", pointer, pointer),
    krb5_cc_resolve: code("krb5_cc_resolve", pointer, text, outPointer),
    krb5_cc_initialize: code("krb5_cc_initialize", pointer, pointer, pointer),
    krb5_cc_copy_creds: code("krb5_cc_copy_creds", pointer, pointer, pointer),
    krb5_cc_destroy: code("krb5_cc_destroy", pointer, pointer),
    krb5_cc_get_principal: code("krb5_cc_get_principal", pointer, pointer, outPointer),
    krb5_get_init_creds_opt_alloc: code("krb5_get_init_creds_opt_alloc", pointer, outPointer),
    krb5_get_init_creds_opt_free: none("krb5_get_init_creds_opt_free", pointer, pointer),
    krb5_get_init_creds_opt_set_canonicalize: none(
      "krb5_get_init_creds_opt_set_canonicalize",
      pointer,
      "int",
    ),
    krb5_get_init_creds_opt_set_out_ccache: code(
      "krb5_get_init_creds_opt_set_out_ccache",
      ...[pointer, pointer, pointer],
    ),
    krb5_get_init_creds_opt_set_etype_list: none(
      "krb5_get_init_creds_opt_set_etype_list",
      ...[pointer, numbers, "int"],
    ),
    krb5_init_creds_init: code(
      "krb5_init_creds_init",
      ...[pointer, pointer, pointer, pointer, "int32", pointer, outPointer],
    ),
    krb5_init_creds_set_password: code("krb5_init_creds_set_password", pointer, pointer, pointer),
    krb5_init_creds_step: code("krb5_init_creds_step", pointer, pointer, ...step),
    krb5_init_creds_free: none("krb5_init_creds_free", pointer, pointer),
    krb5_tkt_creds_init: code(
      "krb5_tkt_creds_init",
      ...[pointer, pointer, koffi.pointer(creds), "uint32", outPointer],
    ),
    krb5_tkt_creds_step: code("krb5_tkt_creds_step", pointer, pointer, ...step),
    krb5_tkt_creds_free: none("krb5_tkt_creds_free", pointer, pointer),
    krb5_free_data_contents: none("krb5_free_data_contents", pointer, koffi.inout(inData)),
    krb5_set_default_tgs_enctypes: code("krb5_set_default_tgs_enctypes", pointer, numbers),
    gss_import_name: status("gss_import_name", outNumber, inBuffer, inOid, outPointer),
    gss_release_name: status("gss_release_name", outNumber, inOutPointer),
    gss_acquire_cred_from: status(
      "gss_acquire_cred_from",
      ...[outNumber, pointer, "uint32", koffi.pointer(oidSet), "int", koffi.pointer(keyValues)],
      ...[outPointer, pointer, pointer],
    ),
    gss_release_cred: status("gss_release_cred", outNumber, inOutPointer),
    gss_init_sec_context: status(
      "gss_init_sec_context",
      ...[outNumber, pointer, inOutPointer, pointer, inOid, "uint32", "uint32", pointer, inBuffer],
      ...[pointer, outBuffer, outNumber, pointer],
    ),
    gss_delete_sec_context: status("gss_delete_sec_context", outNumber, inOutPointer, pointer),
    gss_wrap_iov: status(
      "gss_wrap_iov",
      ...[outNumber, pointer, "int", "uint32", outNumber, inOutParts, "int"],
    ),
    gss_unwrap_iov: status(
      "gss_unwrap_iov",
      ...[outNumber, pointer, outNumber, outNumber, inOutParts, "int"],
    ),
    gss_release_buffer: status("gss_release_buffer", outNumber, inOutBuffer),
    gss_display_status: status(
      "gss_display_status",
      ...[outNumber, "uint32", "int", inOid, inOutNumber, outBuffer],
    ),
    /** What went wrong in a context of libkrb5, in its words. */
    errorOf(context: Handle, of: number): string {
      const message: Handle = errorMessage(context, of);
      const words: string = koffi.decode(message, "char", -1);
      freeErrorMessage(context, message);
      return words;
    },
    /** A copy of the octets of a buffer that the library has made. */
    octets({ length, value }: GssBuffer): Buffer {
      if (value === null || Number(length) === 0) return Buffer.alloc(0);
      return Buffer.from(new Uint8Array(koffi.view(value, Number(length))));
    },
  };
}
