/** Inputs for tests: contoso's steps as they reach the provider, with nothing behind the addresses. */
import type { StepKind } from "../../lib/model";
import type { Props } from "../../lib/wire/values";

/** A port of loopback on which nothing listens: a connection is refused at once. */
const nobody = 1;

const directory = {
  url: `ldaps://127.0.0.1:${nobody}`,
  user: "CONTOSO\\reader",
  password: "Reader-Secret-1",
};

/** A computer's connection that is refused. */
export const connection = {
  host: "127.0.0.1",
  port: nobody,
  user: "CONTOSO\\prep",
  password: "Prep-Secret-1",
  hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  dialErrorLimit: 0,
  perDialTimeout: 2,
};

const computerNames: Readonly<Record<StepKind, string>> = {
  schema: "dc1.contoso.com",
  organization: "dc1.contoso.com",
  domain: "emea-dc1.emea.contoso.com",
  server: "mbx-lon.contoso.com",
};

/** What Prepared.verify hands on: somebody else prepares the directory for 2007 SP1, and it is looked up. */
export const verifiedBefore: Props = {
  target: "2007 SP1",
  from: "as found",
  schema: false,
  organization: false,
  domains: [],
  verify: true,
};

/** What the steps before one have planned. */
export const plannedBefore: Readonly<Record<Exclude<StepKind, "schema">, Props>> = {
  organization: {
    target: "2007 SP1",
    from: "2007 RTM",
    schema: true,
    organization: false,
    domains: [],
  },
  domain: {
    target: "2007 SP1",
    from: "2007 RTM",
    schema: true,
    organization: true,
    domains: ["contoso.com"],
  },
  server: {
    target: "2007 SP1",
    from: "2007 RTM",
    schema: true,
    organization: true,
    domains: ["contoso.com"],
  },
};

/** Valid inputs of a step; `changes` replace whole top-level inputs. */
export function inputsOf(step: StepKind, changes: Props = {}): Props {
  return {
    target: "2007 SP1",
    directory,
    computer: computerOf(step),
    ...(step === "schema" ? {} : { prepared: plannedBefore[step] }),
    ...changes,
  };
}

/** The computer of a step, with other parts if they are given. */
export function computerOf(step: StepKind, changes: Props = {}): Props {
  return { name: computerNames[step], connection, media: "D:\\SP1", ...changes };
}
