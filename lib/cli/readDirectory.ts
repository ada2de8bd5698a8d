/** Reads a forest for a command, with the connection that its command line names. */
import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { type DirectoryConnection, DirectorySession } from "../directory";
import { type DiscoveryFacts, readDiscovery } from "../discover";
import { Logons } from "../logons";
import { thrownText } from "../text";
import { askPassword, PromptCancelled } from "./password";
import { CommandProblem } from "./problem";
import { Status } from "./terminal";

const versions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;

/** How a directory is reached, and who reads it. */
export interface DirectoryOptions {
  readonly url: string;
  readonly user: string;
  readonly passwordEnv?: string;
  readonly ca?: string;
  readonly serverName?: string;
  readonly minVersion?: (typeof versions)[number];
  readonly domainController?: readonly string[];
}

/** Adds the options to a command. @param isNeeded whether it reads nothing else */
export function withDirectoryOptions(command: Command, isNeeded: boolean): Command {
  command
    .option("--url <url>", "a domain controller: ldaps://host, or ldap://host with StartTLS")
    .option("--user <name>", "who reads: DOMAIN\\name or name@domain; an ordinary account")
    .option(
      "--password-env <name>",
      "environment variable with its password; without it the password is asked for on the terminal",
    )
    .option("--ca <file>", "certificates (PEM) of the authorities to trust")
    .option("--server-name <name>", "name that the domain controller's certificate carries")
    .addOption(new Option("--min-version <version>", "lowest TLS version").choices(versions))
    .option(
      "--domain-controller <fqdn=url...>",
      "URL of a domain controller whose name does not resolve here",
    );
  for (const option of command.options)
    if (["url", "user"].includes(option.attributeName())) option.makeOptionMandatory(isNeeded);
  return command;
}

export type Controllers = { readonly [fqdn: string]: string };

/** The domain controllers that the command line names by URL. Ends the command where one has not the form. */
export function controllersFrom(command: Command, given: readonly string[]): Controllers {
  return Object.fromEntries(
    given.map((text) => {
      const [, fqdn, url] = /^([^=\s]+)=(ldaps?:\/\/\S+)$/.exec(text) ?? [];
      if (fqdn === undefined || url === undefined)
        command.error(
          `error: option '--domain-controller <fqdn=url...>' takes dc2.contoso.com=ldaps://10.0.0.2, not ${JSON.stringify(text)}`,
        );
      return [fqdn ?? "", url ?? ""];
    }),
  );
}

/** Ends the command where nobody can give the password. */
export function checkPassword(command: Command, { passwordEnv }: DirectoryOptions): void {
  if (passwordEnv === undefined && !process.stdin.isTTY)
    command.error(
      "error: there is no terminal to ask for the password; name the environment variable that holds it with --password-env",
    );
  if (passwordEnv !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(passwordEnv))
    command.error(
      "error: option '--password-env <name>' takes the name of an environment variable, never the password itself",
    );
}

/** Reads the forest, with an Exchange organization in it. @throws CommandProblem */
export async function readDirectory(
  options: DirectoryOptions,
  domainControllers: Controllers,
): Promise<DiscoveryFacts> {
  const { url, user, serverName, minVersion } = options;
  const connection: DirectoryConnection = {
    url,
    user,
    ...(options.ca === undefined ? {} : { ca: await authorities(options.ca) }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(minVersion === undefined ? {} : { minVersion }),
    domainControllers,
    password: await passwordOf(options),
  };
  const status = new Status(() => `reading ${url}`);
  const session = await DirectorySession.open(connection, new Logons()).catch((error: unknown) => {
    status.stop();
    throw new CommandProblem("XU-DISCOVER", "the directory could not be read", {
      found: thrownText(error),
      needed: "a domain controller that logs the reader on over TLS",
      where: "--url, --user and its password, --ca, --server-name, --min-version",
      fix: "correct what it says, and run the command again",
    });
  });
  try {
    const facts = await readDiscovery(session);
    refuseNoOrganization(facts);
    return facts;
  } finally {
    status.stop();
    await session.close();
  }
}

/** Nothing can be said of a forest without an organization. */
function refuseNoOrganization({ forest: { root, organization } }: DiscoveryFacts): void {
  if (!root.known)
    throw new CommandProblem("XU-DISCOVER", "the forest could not be read", {
      found: root.why,
      needed: "a domain controller that shows the forest's configuration",
      where: root.source,
      fix: "correct what it says, or read another domain controller with --url",
    });
  if (organization.known && organization.value === null)
    throw new CommandProblem("XU-DISCOVER", `the forest ${root.value} shows no Exchange organization`, {
      found: `nothing at ${organization.source}`,
      needed: "an Exchange organization, to which an upgrade can be made (D1)",
      where: "--url and --user",
      fix: "read a domain controller of the forest with Exchange; if this is the one, let the account see the configuration partition",
    });
}

async function authorities(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new CommandProblem("XU-FILE", "the certificates to trust could not be read", {
      found: thrownText(error),
      needed: "a file of certificates (PEM)",
      where: "--ca",
      fix: "correct the path, or export the certification authority's certificate to it",
    });
  }
}

async function passwordOf({ passwordEnv, user }: DirectoryOptions): Promise<string> {
  if (passwordEnv !== undefined) {
    const value = process.env[passwordEnv];
    if (value !== undefined && value !== "") return value;
    throw new CommandProblem("XU-PASSWORD", `there is no password for ${user}`, {
      found: `the environment variable ${passwordEnv} is ${value === undefined ? "not set" : "empty"}`,
      needed: "the reader's password in it",
      where: "the environment in which the command runs, and --password-env",
      fix: "set and export the variable; without --password-env the password is asked for on the terminal",
    });
  }
  try {
    return await askPassword(`Password of ${user}: `, process.stdin, process.stderr);
  } catch (error) {
    if (!(error instanceof PromptCancelled)) throw error;
    throw new CommandProblem("XU-PASSWORD", `there is no password for ${user}`, {
      found: "none was typed",
      needed: "the reader's password",
      where: "on the terminal",
      fix: "type it, or name the environment variable that holds it with --password-env",
    });
  }
}
