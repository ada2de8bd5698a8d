/** Schemas of texts that several arguments have: credentials, certificates, and names of computers and domains. */
import { z } from "zod";

export const credential = z.union(
  [
    z.string().min(1),
    z.strictObject({
      env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is not the name of an environment variable"),
    }),
  ],
  { error: 'is neither a secret value nor { env: "NAME" }' },
);

/** Certificates in PEM form. They are public, so that state and plan have them in plain text: a key must not stand beside them. */
export const certificates = z
  .string()
  .refine(
    (text) => !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text),
    "holds a private key, and is kept in plain text: give the certificates alone, and replace the key",
  );

export const fqdn = z
  .string()
  .regex(
    // Active Directory accepts underscores, although they are bad style.
    /^(?=.{1,255}$)[A-Za-z0-9]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))+$/,
    "is not a fully qualified domain name such as cas1.contoso.com",
  )
  .transform((name) => name.toLowerCase());
