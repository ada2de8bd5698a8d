/** SSH servers that answer anything: ssh2's Server with hostile commands, and plain sockets that speak no SSH. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type Connection, Server, type ServerChannel, utils } from "ssh2";

/** What a command is answered with; every part is optional. */
export interface CommandAnswer {
  /** Printed where the command prints its marks, one after the other; without marks in it only these are printed. */
  readonly pieces: readonly Buffer[];
  /** True to print the marks that the command asks for, as cmd.exe would. */
  readonly marks: boolean;
  /** Which of the marks of success and failure are printed. @default success */
  readonly fails?: boolean;
  readonly stderr?: Buffer;
  readonly end:
    | "exit"
    | "signal"
    | "close"
    | "silence"
    | "cut"
    | "refuse"
    | "endless"
    | "exit twice"
    | "no close";
  readonly code?: number;
}

export interface HostileSsh {
  readonly port: number;
  readonly hostKey: string;
  answer: (command: string) => CommandAnswer;
  /** Passwords that were sent to it. */
  readonly passwords: string[];
  stop(): Promise<void>;
}

export async function startHostileSsh(): Promise<HostileSsh> {
  const keys = utils.generateKeyPairSync("ed25519");
  const sockets = new Set<Socket>();
  const hostile = {
    answer: (): CommandAnswer => ({ pieces: [], marks: false, end: "exit" }),
    passwords: [] as string[],
  } as Omit<HostileSsh, "port" | "hostKey" | "stop">;
  const server = new Server({ hostKeys: [keys.private] }, (connection) => {
    connection.on("error", () => undefined);
    connection.on("authentication", (context) => {
      if (context.method === "password") {
        hostile.passwords.push(context.password);
        context.accept();
      } else context.reject(["password"]);
    });
    connection.on("session", (accept) => {
      accept().on("exec", (take, refuse, { command }) => {
        const answer = hostile.answer(command);
        if (answer.end === "refuse") refuse?.();
        else run(connection, take(), command, answer);
      });
    });
  });
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    server.injectSocket(socket);
  });
  const port = await listen(listener);
  return Object.assign(hostile, {
    port,
    hostKey: keys.public.split(" ").slice(0, 2).join(" "),
    stop: () => stop(listener, sockets),
  });
}

/** Marks of the command line, in their order. */
function marksOf(command: string): readonly string[] {
  return [...command.matchAll(/echo (eu\^\.[0-9a-z.]+)/g)].map(([, mark = ""]) => mark.replace("^", ""));
}

function run(connection: Connection, channel: ServerChannel, command: string, answer: CommandAnswer): void {
  channel.on("error", () => undefined);
  const pieces = [...answer.pieces];
  if (answer.marks) {
    for (const mark of marksOf(command)) {
      if (mark.endsWith(answer.fails === true ? ".done" : ".failed")) continue;
      channel.write(`${mark}\r\n`);
      const piece = pieces.length > 1 ? pieces.shift() : pieces[0];
      if (piece !== undefined && !/\.(done|failed)$/.test(mark)) channel.write(piece);
    }
  } else for (const piece of pieces) channel.write(piece);
  if (answer.stderr !== undefined) channel.stderr.write(answer.stderr);
  const end = () => {
    channel.exit(answer.code ?? 0);
    channel.end();
  };
  switch (answer.end) {
    case "exit":
      end();
      break;
    case "exit twice":
      channel.exit(1);
      end();
      break;
    case "no close":
      channel.exit(answer.code ?? 0);
      break;
    case "signal":
      channel.exit("KILL" as never, true as never, "killed" as never);
      channel.end();
      break;
    case "close":
      channel.end();
      break;
    case "cut":
      setImmediate(() => connection.end());
      break;
    case "endless":
      pour(channel);
      break;
    default:
  }
}

/** Writes as fast as it is read, without end. */
function pour(channel: ServerChannel): void {
  const more = () => {
    while (channel.writable && channel.write(Buffer.alloc(32_768, "x\r\n")));
  };
  channel.on("drain", more);
  more();
}

/** A server that says these octets to everybody, and then ends or says nothing more. */
export async function startRawServer(
  octets: Buffer,
  cut: boolean,
): Promise<{ readonly port: number; readonly received: () => Buffer; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("data", (data) => received.push(data));
    socket.write(octets);
    if (cut) socket.end();
  });
  const port = await listen(server);
  return { port, received: () => Buffer.concat(received), stop: () => stop(server, sockets) };
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function stop(server: ReturnType<typeof createServer>, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
