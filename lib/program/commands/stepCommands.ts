/**
 * Plain commands around a step, as resources of @pulumi/command: copying media, restarting Remote Registry, and the
 * users' own.
 */
import * as pulumi from "@pulumi/pulumi";
import { restartRemoteRegistry } from "../../host/staging/remoteRegistry";
import { checkCommand, type StagingPlace, sftpPath, stagingPlace } from "../../host/staging/staging";
import { argument, argumentPath, type ProgramPlace } from "../../rules/program/argumentTexts";
import { counted, renderProblem, withCode } from "../../text";
import { commandName } from "../../wire/resourceNames";
import type { CommandLineArgs, ComputerArgs, ConnectionArgs, ServerCommandsArgs } from "../args";
import { setAwaited } from "../awaited";
import { refusal } from "../refusal";
import { commandVersion, loadRemote, type Remote, remoteConnection } from "./commandPackage";
import { mediaContents, mediaSource, refuseUncheckable, writeCheckScript } from "./mediaSource";

/**
 * What a command runs if it was changed but must not run again: this records a new password, and tries it. Without an
 * `update` of its own, @pulumi/command would run `create` again.
 */
const recordOnly = "rem recorded by pulumi-exchange-upgrade; nothing is run again";

/** Longest line for cmd.exe, minus what SSH servers add around it. */
const longestLine = 8000;

/** What a step's provider receives of its commands, for the plan and the rules: planned values only. */
export interface PlannedCommands {
  /** True if the program copies the media to the computer before the step. */
  readonly media?: boolean;
  /** The commands before and after the step, in order, as people read them. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The step that commands surround. */
export interface CommandedStep {
  /** Name of the step's resource. */
  readonly name: string;
  readonly target: pulumi.Input<string>;
  readonly computer: ComputerArgs;
  readonly commands: ServerCommandsArgs;
  /** What the step waits for. The commands right before the step wait for the same. */
  readonly waitsFor: readonly pulumi.Resource[];
  /** What must come before everything: the first gate of an organization. */
  readonly gate: pulumi.Resource | undefined;
  /**
   * Makes the gate that in `up` refuses what the step itself would refuse: the engine calls the step only after its
   * commands.
   */
  readonly judge: (opts: pulumi.CustomResourceOptions) => pulumi.Resource;
  /** Makes the gate that in `up` refuses to copy media to a computer that refuses the logon. */
  readonly logOn: (opts: pulumi.CustomResourceOptions) => pulumi.Resource;
  readonly opts: pulumi.CustomResourceOptions | undefined;
  /** The component argument that describes the step; null for a resource of its own. */
  readonly place: ProgramPlace | null;
}

/**
 * The commands around one step, in their order: the media are copied and checked, the users' own commands run, and
 * Remote Registry is restarted. Then the step runs, and then the users' commands after it. Each command runs once, and
 * again only if the step's target, its computer or the command's own triggers change. Deleting them does nothing.
 */
export class ExchangeStepCommands extends pulumi.ComponentResource {
  /** The commands before the step. */
  readonly before: readonly pulumi.Resource[];
  readonly planned: PlannedCommands;
  readonly #remote: Remote;
  readonly #step: CommandedStep;
  readonly #connection: ConnectionArgs | pulumi.Output<ConnectionArgs>;

  /** @internal */
  constructor(step: CommandedStep) {
    const { name, computer, commands, opts, place } = step;
    const what = `\`commands\` of "${name}"`;
    const remote = loadRemote(what);
    const { connection } = computer;
    if (connection === undefined)
      throw refusal(
        withCode(
          `${what}: ${argument({ place }, "computer.connection")} is missing; commands are run over SSH`,
          "XU-ARGUMENT",
        ),
      );
    super(
      "pulumi-exchange-upgrade:index:ExchangeStepCommands",
      `${name}-commands`,
      {},
      opts?.parent === undefined ? {} : { parent: opts.parent },
    );
    this.#remote = remote;
    this.#step = step;
    this.#connection = connection;
    const planned: string[] = [];
    const made: pulumi.Resource[] = [];
    if (commands.media !== undefined) {
      const { check, text } = this.#stage(commands.media);
      made.push(check);
      planned.push(text);
    }
    const restarts = commands.restartRemoteRegistry === true;
    if (restarts || Object.keys(commands.before ?? {}).length > 0)
      made.push(step.judge(this.#options({ dependsOn: [...made, ...this.#earlier()] })));
    const own = this.#chain("before", commands.before, made);
    planned.push(...own.planned);
    if (restarts) {
      const dependsOn = own.made.length > 0 ? own.made.slice(-1) : made;
      own.made.push(this.#command(`${name}-remote-registry`, restartRemoteRegistry(), { dependsOn }));
      planned.push("Remote Registry is stopped and started (D6)");
    }
    this.before = [...made, ...own.made];
    this.planned = {
      ...(commands.media === undefined ? {} : { media: true }),
      before: planned,
      after: Object.entries(commands.after ?? {}).map(([key, each]) => textOf(key, each)),
    };
  }

  /** Makes the commands after the step, and returns them. */
  finish(step: pulumi.Resource): readonly pulumi.Resource[] {
    const { made } = this.#chain("after", this.#step.commands.after, [step]);
    this.registerOutputs({});
    return made;
  }

  /** Everything that the step itself waits for. */
  #earlier(): pulumi.Resource[] {
    return [...this.#step.waitsFor, ...(this.#step.gate === undefined ? [] : [this.#step.gate])];
  }

  /** The users' commands, one after the other, in the order in which the program writes them. */
  #chain(
    place: "before" | "after",
    commands: ServerCommandsArgs["before"] = {},
    first: readonly pulumi.Resource[],
  ): { readonly made: pulumi.Resource[]; readonly planned: readonly string[] } {
    const made: pulumi.Resource[] = [];
    const planned: string[] = [];
    for (const [key, each] of Object.entries(commands)) {
      const where = argumentPath(this.#step.place, ["commands", place, key]);
      const args = lineArgs(each);
      const last = made.at(-1);
      const dependsOn = last === undefined ? [...first] : [last];
      made.push(
        this.#command(
          `${this.#step.name}-${place}-${key}`,
          commandLine(args.command, where),
          { dependsOn },
          {
            ...args,
            ...(args.connection === undefined ? {} : { where: `${where}.connection` }),
          },
        ),
      );
      planned.push(textOf(key, each));
    }
    return { made, planned };
  }

  #command(
    name: string,
    create: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
    args: Partial<CommandLineArgs> & { readonly where?: string } = {},
  ): pulumi.Resource {
    const { target, computer, place } = this.#step;
    const {
      connection = this.#connection,
      where = argumentPath(place, ["computer", "connection"]),
      stdin,
      triggers = [],
    } = args;
    const made = new this.#remote.Command(
      name,
      {
        connection: remoteConnection(connection, where),
        create,
        update: recordOnly,
        triggers: [target, computer.name, ...triggers],
        // SSH servers of Windows accept no variables; each would cause a warning.
        addPreviousOutputInEnv: false,
        ...(stdin === undefined ? {} : { stdin: pulumi.secret(stdin) }),
      },
      this.#options(opts),
    );
    setAwaited(made, commandName(name));
    return made;
  }

  /** Options of every child, which also waits for what the step's own options name. */
  #options(own: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    const given = this.#step.opts?.dependsOn;
    const merged = given === undefined ? own : pulumi.mergeOptions(own, { dependsOn: given });
    return { ...merged, parent: this };
  }

  /** Copies the media, part by part, and checks them; only then the folder gets its name. */
  #stage(path: string): { readonly check: pulumi.Resource; readonly text: string } {
    const { name, computer, gate, logOn, place: ofStep } = this.#step;
    const { media: folder } = computer;
    const where = argumentPath(ofStep, ["commands", "media"]);
    const named = argument({ place: ofStep }, "computer.media");
    if (folder === undefined)
      throw refusal(
        withCode(
          `\`commands\` of "${name}": ${named} is missing; it names the folder that the media are copied to`,
          "XU-ARGUMENT",
        ),
      );
    const source = mediaSource(path, where);
    const place = pulumi.output(folder).apply((text) => {
      const at = stagingPlace(text);
      refuseUncheckable(at, source, where);
      return at;
    });
    // If both are plain values, a refusal has the program's own stack.
    if (typeof folder === "string") refuseUncheckable(placeOf(folder, named), source, where);
    const contents = pulumi.output(mediaContents(source));
    const connection = remoteConnection(this.#connection, argumentPath(ofStep, ["computer", "connection"]));
    // Each copy opens a connection of its own: ten copies would send a mistyped password ten times.
    const passed = logOn(this.#options({ dependsOn: gate === undefined ? [] : [gate] }));
    const options = this.#options({ dependsOn: [passed] });
    // Another computer needs another copy, which a changed connection alone would not trigger.
    const triggers = [computer.name];
    const copy = (
      part: string,
      from: pulumi.Input<pulumi.asset.Asset | pulumi.asset.Archive>,
      to: pulumi.Input<string>,
    ) =>
      new this.#remote.CopyToRemote(
        `${name}-media-${part}`,
        { connection, source: from, remotePath: to, triggers },
        options,
      );
    const copies = source.parts.map((part) =>
      part.folder
        ? copy(
            part.name,
            new pulumi.asset.FileArchive(part.path),
            place.apply(({ copying }) => sftpPath(copying)),
          )
        : copy(
            part.name,
            new pulumi.asset.FileAsset(part.path),
            place.apply(({ copying }) => sftpPath(`${copying}\\${part.name}`)),
          ),
    );
    const script = copy(
      "check-script",
      pulumi
        .all([place, contents])
        .apply(([at, known]) => new pulumi.asset.FileAsset(writeCheckScript(at, known))),
      place.apply(({ script: file }) => sftpPath(file)),
    );
    const check = new this.#remote.Command(
      `${name}-media-check`,
      {
        connection,
        create: place.apply((at) => checkCommand(at)),
        update: recordOnly,
        triggers: [computer.name, folder, contents.digest],
        addPreviousOutputInEnv: false,
      },
      this.#options({ dependsOn: [...copies, script] }),
    );
    setAwaited(check, commandName(`${name}-media-check`));
    const size = `${counted(source.files.length, "file")}, ${megabytes(source.bytes)}`;
    const to = typeof folder === "string" ? folder : `the folder that ${named} names`;
    return { check, text: `media: ${size}, from ${path} to ${to}, checked there` };
  }
}

function placeOf(folder: string, named: string): StagingPlace {
  try {
    return stagingPlace(folder);
  } catch (error) {
    throw refusal(
      renderProblem({
        summary: "media cannot be copied to the folder that is named for them",
        found: (error as Error).message.replace(/\.$/, ""),
        needed: 'the full path of a folder on a drive of the computer, such as "D:\\SP1"',
        where: `in the program: ${named}`,
        fix: "name such a folder; it must not be there yet, or hold the same media",
        code: "XU-COMMANDS-MEDIA",
      }),
    );
  }
}

function lineArgs(given: pulumi.Input<string> | CommandLineArgs): CommandLineArgs {
  if (typeof given === "string" || pulumi.Output.isInstance(given) || given instanceof Promise)
    return { command: given };
  return given;
}

/** A command for the plan. A value that the program does not know yet is left out. */
function textOf(key: string, given: pulumi.Input<string> | CommandLineArgs): string {
  const { command } = lineArgs(given);
  return `${key}: ${typeof command === "string" ? command : "a command that is known when it runs"}`;
}

/** A user's command line, validated once it is known. */
function commandLine(command: pulumi.Input<string>, where: string): pulumi.Input<string> {
  if (typeof command === "string") return checkedLine(command, where);
  const known = pulumi.output(command);
  return pulumi.output(pulumi.isSecret(known)).apply((secret) => {
    if (secret) throw secretLine(where);
    return known.apply((line) => checkedLine(line, where));
  });
}

function checkedLine(line: string, where: string): string {
  const found =
    line.trim() === ""
      ? "an empty one"
      : /[\r\n]/.test(line)
        ? "a text of several lines: cmd.exe runs the first and drops the others"
        : line.length > longestLine
          ? `${line.length} characters`
          : undefined;
  if (found === undefined) return line;
  throw refusal(
    renderProblem({
      summary: `${where} is no command line`,
      found: found,
      needed: `one line for cmd.exe, of at most ${longestLine} characters`,
      where: `in the program: \`${where}\``,
      fix: "join commands with & or &&, or put them into a script on the computer and name it here",
      code: "XU-COMMANDS",
    }),
  );
}

function secretLine(where: string): Error {
  return refusal(
    renderProblem({
      summary: `${where} is a secret, which a command line cannot keep`,
      found: "a secret value in the command line",
      needed:
        "a command line that may be seen: it stands in the error when it fails, and in the computer's process list",
      where: `in the program: \`${where}\``,
      fix: `give the secret as \`stdin\`, and let the command read it there; of @pulumi/command ${commandVersion} that is true, too`,
      code: "XU-COMMANDS",
    }),
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
