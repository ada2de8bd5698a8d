/** The schema of the argument `computer.connection`, over SSH and over WinRM. */
import { z } from "zod";
import {
  authoritiesProblem,
  fingerprintProblem,
  hostKeyProblem,
  ownAccountOf,
  type WinRmConnection,
} from "../../host";
import { certificates, credential, fqdn } from "./textInputs";

/** Parsed at once: a truncated key matches no server, which otherwise only `up` would find in the change window. */
const hostKey = z.string().superRefine((text, { addIssue }) => {
  const problem = hostKeyProblem(text);
  if (problem !== null) addIssue({ code: "custom", message: problem });
});

const endpoint = {
  host: z.string().min(1),
  port: z.number().int().min(1).max(65535).optional(),
  user: z.string().min(1).optional(),
  password: credential.optional(),
  privateKey: credential.optional(),
  privateKeyPassword: credential.optional(),
  hostKey: hostKey.optional(),
  agentSocketPath: z.string().optional(),
  dialErrorLimit: z.number().int().optional(),
  perDialTimeout: z.number().int().optional(),
  insecureIgnoreHostKey: z.boolean().optional(),
  algorithms: z
    .strictObject({
      kex: z.array(z.string()).optional(),
      serverHostKey: z.array(z.string()).optional(),
      cipher: z.array(z.string()).optional(),
      hmac: z.array(z.string()).optional(),
    })
    .optional(),
};

const ca = certificates.superRefine((text, { addIssue }) => {
  const problem = authoritiesProblem(text);
  if (problem !== null) addIssue({ code: "custom", message: problem });
});
const fingerprint = z.string().superRefine((text, { addIssue }) => {
  const problem = fingerprintProblem(text);
  if (problem !== null) addIssue({ code: "custom", message: problem });
});

const httpsForms = 'is none of: true, { ca: "<PEM>" }, { fingerprint: "<SHA-256>" }';

/** One of both proves a certificate: with two nobody would know which of them has to hold. */
const https = z.union(
  [
    z.literal(true),
    z
      .strictObject({ ca: ca.optional(), fingerprint: fingerprint.optional() })
      .refine(({ ca, fingerprint }) => (ca === undefined) !== (fingerprint === undefined), httpsForms),
  ],
  { error: httpsForms },
);

const winrm = z.union(
  [
    z.literal(true),
    z.strictObject({
      realm: fqdn.optional(),
      kdc: z
        .array(z.string().regex(/^[A-Za-z0-9._-]+(:\d{1,5})?$/, "is not host or host:port"))
        .min(1)
        .optional(),
      https: https.optional(),
    }),
  ],
  {
    error:
      'is neither true nor an object such as { kdc: ["dc1.contoso.com"] } or { https: { fingerprint: "<SHA-256>" } }',
  },
);

/** The argument `computer.connection`. */
export const connection = z.strictObject({
  ...endpoint,
  winrm: winrm.optional(),
  proxy: z.strictObject(endpoint).optional(),
});
export type ConnectionInputs = z.infer<typeof connection>;

const ofSsh =
  "only SSH has it; over WinRM the account is proven by its password, and the computer by Kerberos or its certificate";

/** Arguments of an SSH server that say nothing about WinRM. */
const sshArguments = {
  privateKey: ofSsh,
  privateKeyPassword: ofSsh,
  hostKey: ofSsh,
  agentSocketPath: ofSsh,
  insecureIgnoreHostKey: ofSsh,
  algorithms: ofSsh,
} as const satisfies { readonly [Name in keyof ConnectionInputs]?: string };

/** Arguments of a connection that must not be combined, and those that WinRM needs. */
export function connectionProblems(computer: {
  readonly name: string;
  readonly connection?: ConnectionInputs | undefined;
}): readonly { readonly at: readonly string[]; readonly what: string }[] {
  const { name, connection } = computer;
  if (connection?.winrm === undefined) return [];
  const problems: (readonly [key: string, what: string])[] = Object.entries(sshArguments).filter(
    ([key]) => connection[key as keyof typeof sshArguments] !== undefined,
  );
  const user = userProblem(connection.user, connection.winrm, name);
  if (user !== null) problems.push(["user", user]);
  if (connection.password === undefined)
    problems.push(["password", "missing; WinRM logs on with a password"]);
  return problems.map(([key, what]) => ({ at: ["computer", "connection", key], what }));
}

/** Why WinRM can do nothing with an account's name; null where it can. */
function userProblem(
  user: string | undefined,
  winrm: NonNullable<ConnectionInputs["winrm"]>,
  computer: string,
): string | null {
  if (user === undefined)
    return "missing; over WinRM it is an account of a domain, such as exadmin@contoso.com";
  if (winrm !== true && ownAccountOf(user, winrm as WinRmConnection["winrm"], computer) !== undefined)
    return null;
  const domain = user.includes("\\") ? user.slice(0, user.indexOf("\\")).toLowerCase() : null;
  if (domain === "." || domain === computer.split(".")[0])
    return "is an account of the computer itself, which Kerberos does not know; over WinRM give one of a domain, such as exadmin@contoso.com, or `winrm.https`, which takes it";
  const isNamed = /^[^@]+@[^@]+$/.test(user) || (winrm !== true && winrm.realm !== undefined);
  return isNamed
    ? null
    : "does not say the DNS name of its domain, by which Kerberos finds it; over WinRM write it as exadmin@contoso.com, or give `winrm.realm`";
}
