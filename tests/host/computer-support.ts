/** Shared by the tests of reading a computer: a simulated computer, and its facts for a release. */
import type { LabComputer, Organization } from "../../lab/organization";
import { startWindows, type WindowsHost, type WindowsOptions } from "../../lab/windows";
import type { Program } from "../../lab/windows/programs/program";
import { reg } from "../../lab/windows/programs/reg";
import { wmic } from "../../lab/windows/programs/wmic";
import { type ComputerFacts, roles } from "../../lib/facts";
import { type ComputerQuestions, type HostSession, openSession, readComputer } from "../../lib/host";
import { Logons } from "../../lib/logons";
import {
  componentsOf,
  findRelease,
  isModern,
  restartSignsToRead,
  servicesToRead,
  setupOf,
} from "../../lib/releases";

const password = "Edge-secret-1";

const computer: LabComputer = {
  name: "edge1.perimeter.example",
  domain: null,
  site: "HQ",
  windows: "2003",
  roles: ["Edge Transport"],
  release: "2007 RTM",
  media: {},
  administrators: ["Administrator"],
  localAccounts: { Administrator: password },
};

const organization: Organization = {
  root: "contoso.com",
  domains: [{ name: "contoso.com", netbios: "CONTOSO" }],
  sites: ["HQ"],
  domainControllers: [],
  schemaMaster: "dc1.contoso.com",
  organizationName: "Contoso",
  release: "2007 RTM",
  groups: [],
  accounts: [],
  computers: [computer],
};

/** What is asked for an upgrade to a release, as the resources ask it. */
export function questionsFor(name: string, media: string | null = "D:\\SP1\\Setup.com"): ComputerQuestions {
  const release = findRelease(name);
  if (release === undefined) throw new Error(`no release ${name}`);
  const { registryKey, roleKeys, clusterKeys } = setupOf(release);
  const restartSigns = restartSignsToRead(release.product);
  return {
    registryKey,
    roleKeys,
    clusterKeys,
    restartSigns,
    framework: isModern(release.product),
    components: componentsOf(release, roles),
    services: servicesToRead(release),
    media,
  };
}

/** One reading. */
export interface Reading {
  readonly facts: ComputerFacts;
  /** Commands that the SSH server has served for it. */
  readonly commands: number;
  /** Bytes that were taken over from their outputs. */
  readonly bytes: number;
}

/** A simulated computer that is read again and again. */
export class Subject {
  private constructor(readonly host: WindowsHost) {}

  static async start(changes: Partial<LabComputer> = {}, options: WindowsOptions = {}): Promise<Subject> {
    return new Subject(await startWindows({ ...computer, ...changes }, organization, null, options));
  }

  get system32(): string {
    return `${this.host.computer.systemRoot}\\system32`;
  }

  /** Puts Setup's program on the computer, by default with the build of 2007 SP1 as its version. */
  addSetup(path = "D:\\SP1\\Setup.com", version: string | undefined = "8.1.240.6"): void {
    this.host.files.write(path, "MZ", undefined, version);
  }

  /** A connection as the administrator. */
  open(): Promise<HostSession> {
    return openSession(
      {
        host: "127.0.0.1",
        port: this.host.port,
        hostKey: this.host.hostKey,
        user: "Administrator",
        password,
        dialErrorLimit: 0,
      },
      new Logons(),
    );
  }

  async read(questions: ComputerQuestions = questionsFor("2007 SP1")): Promise<Reading> {
    const session = await this.open();
    let bytes = 0;
    const exec = session.exec.bind(session);
    session.exec = async (command, options) => {
      const result = await exec(command, options);
      bytes += result.stdoutBytes.length;
      return result;
    };
    const before = this.host.counts.commands;
    try {
      const facts = await readComputer(session, questions);
      return { facts, commands: this.host.counts.commands - before, bytes };
    } finally {
      session.close();
    }
  }

  /** As {@link read}, for the facts alone. */
  async facts(questions?: ComputerQuestions): Promise<ComputerFacts> {
    return (await this.read(questions)).facts;
  }

  /** Puts another program in the place of one in system32. */
  replace(name: string, program: Program): void {
    this.host.files.write(`${this.system32}\\${name}`, "MZ", program);
  }

  /** Has reg.exe and wmic.exe say in German what goes wrong. */
  speakGerman(): void {
    this.replace("reg.exe", (context) =>
      reg({
        ...context,
        printError: () =>
          context.printError(
            "FEHLER: Der angegebene Registrierungsschlüssel bzw. Wert wurde nicht gefunden.\n",
          ),
      }),
    );
    this.replace("wbem\\wmic.exe", (context) =>
      wmic({ ...context, printError: () => context.printError("Keine Instanzen verfügbar.\r\r\n") }),
    );
  }
}
