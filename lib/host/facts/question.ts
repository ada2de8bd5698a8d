/** How a fact of a computer is read: one row of the table in computer.ts for each fact. */
import type { ComputerFacts, Role } from "../../facts";
import type { Component, RestartSign } from "../../releases";
import type { Part, Parts } from "../cmd/commands";
import type { RunOptions } from "../transport/session";
import type { Presence } from "./presence";

/** Role by the name of its key below the release's Exchange key, e.g. `{ MailboxRole: "Mailbox" }`. */
export type RoleKeys = { readonly [keyName: string]: Role };

/** What the caller knows about the release and the program to run. */
export interface ComputerQuestions {
  /** The release's Exchange key, e.g. `HKLM\SOFTWARE\Microsoft\Exchange\v8.0`. */
  readonly registryKey: string;
  readonly roleKeys: RoleKeys;
  /** Names of keys below the Exchange key that a clustered mailbox server has. */
  readonly clusterKeys: readonly string[];
  /** What the release's Setup regards as a pending restart. */
  readonly restartSigns: readonly RestartSign[];
  /** True to read which .NET Framework is installed, which Setup requires from 2013 on. @default false */
  readonly framework?: boolean;
  /** What the target's Setup needs on a server; the rows read the signs of it. @default nothing is read */
  readonly components?: readonly Component[];
  /** Services to read, by their short names. @default none */
  readonly services?: readonly string[];
  /** Full path of Setup's program on the computer; null when it is not known. */
  readonly media: string | null;
  /** True to list the members of local Administrators. @default false */
  readonly administrators?: boolean;
}

/** How one fact is read. `Names` are its parts of the round trip that all facts share. */
export interface Question<Fact extends keyof ComputerFacts, Names extends string = string> {
  /** Commands by part. Facts that need the same output give the same command under the same name: it runs once. */
  commands(asked: ComputerQuestions): { readonly [N in Names]: string };
  /** Registry keys that the parts leave open: one more round trip finds out whether they are absent or were refused. */
  keysInQuestion?(parts: Parts<Names>, asked: ComputerQuestions): readonly string[];
  /** Registry keys whose listings are among the parts: they may make that round trip unnecessary. */
  listings?(
    parts: Parts<Names>,
    asked: ComputerQuestions,
  ): readonly (readonly [key: string, listing: Part])[];
  /** The fact. A part that cannot be read makes it unknown, with the reason; only a lost connection throws. */
  answer(parts: Parts<Names>, more: More): ComputerFacts[Fact] | Promise<ComputerFacts[Fact]>;
}

/** What an answer may use besides its own parts. */
export interface More {
  readonly asked: ComputerQuestions;
  /** The connection, for messages. */
  readonly source: string;
  /** Whether a key exists that a row has in question. */
  presenceOf(key: string): Promise<Presence | undefined>;
  /** Why a key may wrongly appear absent; null if it cannot. */
  hidden(key: string): string | null;
  /** Another fact of the same reading. */
  fact<K extends keyof ComputerFacts>(name: K): Promise<ComputerFacts[K]>;
  /** One more round trip; a command that several answers need runs once. */
  ask<Names extends string>(
    commands: { readonly [N in Names]: string },
    options?: RunOptions,
  ): Promise<Parts<Names>>;
}
