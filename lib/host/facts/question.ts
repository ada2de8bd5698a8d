/** What a fact of a computer is asked by: one row of the table in computer.ts for each fact. */
import type { ComputerFacts, Role } from "../../facts";
import type { Component, RestartSign } from "../../releases";
import type { Part, Parts } from "../cmd/commands";
import type { RunOptions } from "../transport/session";
import type { Presence } from "./presence";

/** Role by the name of its key below the release's Exchange key, e.g. `{ MailboxRole: "Mailbox" }`. */
export type RoleKeys = { readonly [keyName: string]: Role };

/** What the caller knows of the release, and of the program that is to run. */
export interface ComputerQuestions {
  /** The release's Exchange key, e.g. `HKLM\SOFTWARE\Microsoft\Exchange\v8.0`. */
  readonly registryKey: string;
  readonly roleKeys: RoleKeys;
  /** Names of keys below the Exchange key that a clustered mailbox server has. */
  readonly clusterKeys: readonly string[];
  /** What the release's Setup takes for a pending restart. */
  readonly restartSigns: readonly RestartSign[];
  /** True to read which .NET Framework is installed, which Setup asks for from 2013 on. @default false */
  readonly framework?: boolean;
  /** What the target's Setup needs on a server: what of it shows is read. @default nothing is read of it */
  readonly components?: readonly Component[];
  /** Services to read, by their short names. @default none */
  readonly services?: readonly string[];
  /** Full path of Setup's program on the computer; null when it is not known. */
  readonly media: string | null;
  /** True to list the members of local Administrators. @default false */
  readonly administrators?: boolean;
}

/** How one fact is asked and answered. `Names` are those of its parts of the round trip that all facts share. */
export interface Question<Fact extends keyof ComputerFacts, Names extends string = string> {
  /** Commands by part. Facts that need the same output give the same command under the same name: it is run once. */
  commands(asked: ComputerQuestions): { readonly [N in Names]: string };
  /** Registry keys that the parts leave open: whether they are absent or were refused is found out in one more round trip. */
  keysInQuestion?(parts: Parts<Names>, asked: ComputerQuestions): readonly string[];
  /** Registry keys whose listings are among the parts: they may spare that round trip. */
  listings?(
    parts: Parts<Names>,
    asked: ComputerQuestions,
  ): readonly (readonly [key: string, listing: Part])[];
  /** The fact. A part that cannot be read makes it unknown, with the reason; only a lost connection throws. */
  answer(parts: Parts<Names>, more: More): ComputerFacts[Fact] | Promise<ComputerFacts[Fact]>;
}

/** What an answer may need besides its own parts. */
export interface More {
  readonly asked: ComputerQuestions;
  /** The connection, as messages name it. */
  readonly source: string;
  /** Whether a key is there that a row has in question. */
  presenceOf(key: string): Promise<Presence | undefined>;
  /** Why a key cannot be seen as it is; null where it can. */
  hidden(key: string): string | null;
  /** Another fact of the same reading. */
  fact<K extends keyof ComputerFacts>(name: K): Promise<ComputerFacts[K]>;
  /** One more round trip; what several answers ask alike is run once. */
  ask<Names extends string>(
    commands: { readonly [N in Names]: string },
    options?: RunOptions,
  ): Promise<Parts<Names>>;
}
