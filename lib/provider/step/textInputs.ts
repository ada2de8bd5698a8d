/** Schemas of texts that several arguments have: credentials, and names of computers and domains. */
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

export const fqdn = z
  .string()
  .regex(
    // Active Directory accepts underscores, although they are bad style.
    /^(?=.{1,255}$)[A-Za-z0-9]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))+$/,
    "is not a fully qualified domain name such as cas1.contoso.com",
  )
  .transform((name) => name.toLowerCase());
