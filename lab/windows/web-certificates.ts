/**
 * Certificates of the web server in the registry. Where bindings are, and SslCertHash: public scripts that set them for Remote Desktop
 * Gateway; the store MY, and the form of a Blob: Wine, dlls/crypt32/regstore.c and serialize.c.
 */
import { createHash } from "node:crypto";
import type { WindowsRegistry } from "./registry";

const bindings = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo";
const store = "HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates";

/** Certificates that somebody has made for the lab, in DER: one for mail.example until 2126, and one for old.example until 2020. */
export const webCertificates = {
  valid: Buffer.from(
    "MIIBhjCCASugAwIBAgIUWHewPBiXr6rG96VFl0b/8nJhSagwCgYIKoZIzj0EAwIwFzEVMBMGA1UEAwwMbWFpbC5leGFtcGxlMCAXDTI2MTEyODE1MDczMloYDzIxMjYxMTA0MTUwNzMyWjAXMRUwEwYDVQQDDAxtYWlsLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATuKyhpn6f9YolO6n+IS93b6SoIawXn0En7JXnn8q8uMToAUZjW2Z8LifAECE6fr216TwEMHUiZjRnbJ48bta/xo1MwUTAdBgNVHQ4EFgQUunu0JRd+3qjPZeTyWuInCKCaDNkwHwYDVR0jBBgwFoAUunu0JRd+3qjPZeTyWuInCKCaDNkwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAqfUwo9lqz+GV0yOaeGi3FC29ydB4KpTw94xDrzFR5TUCIQCu4+jvlG+yIrqhRc75NFXXVUIS6WqwHQRTclgut4/apg==",
    "base64",
  ),
  expired: Buffer.from(
    "MIIBEjCBugIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAtvbGQuZXhhbXBsZTAeFw0xOTAxMDEwMDAwMDBaFw0yMDAxMDEwMDAwMDBaMBYxFDASBgNVBAMMC29sZC5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeaHJwXCUFaHQRJdXdz0Gosl4ftcz0TolEKVKu1qIdRpIWMM5lYM5XjU/DzgIM1OsKvZ8V1wTCqt6S4stUMPGdjAKBggqhkjOPQQDAgNHADBEAiBOGRDoLTe0WCIHjJUTEmkjtrJo1OSeK5UbOZ6hIzM7aQIgZPrfJMyiZvpO5/D0HoDP/QSwqJx8owTeULqQsuzKEaw=",
    "base64",
  ),
} as const;

/** Puts a certificate into the store, and binds it to a port, as IIS does. */
export function bindCertificate(registry: WindowsRegistry, certificate: Buffer, port = 443): void {
  const hash = createHash("sha1").update(certificate).digest();
  const property = (id: number, data: Buffer): Buffer => {
    const head = Buffer.alloc(12);
    for (const [at, word] of [id, 1, data.length].entries()) head.writeUInt32LE(word, 4 * at);
    return Buffer.concat([head, data]);
  };
  registry.set(`${bindings}\\0.0.0.0:${port}`, "SslCertHash", { type: "REG_BINARY", data: hash });
  registry.set(`${store}\\${hash.toString("hex").toUpperCase()}`, "Blob", {
    type: "REG_BINARY",
    data: Buffer.concat([property(3, hash), property(32, certificate)]),
  });
}
