/** Members of local Administrators, read on the simulated Windows: by layout and exit codes, in any language. */
import assert from "node:assert/strict";
import type { Program } from "../../lab/windows/programs/program";
import type { Fact, LocalMember } from "../../lib/facts";
import { questionsFor, Subject } from "./computer-support";

const questions = { ...questionsFor("2007 SP1"), administrators: true };

function whyOf(fact: Fact<unknown>): string {
  assert.ok(!fact.known, JSON.stringify(fact));
  return fact.why;
}

describe("members of local Administrators on the simulated Windows", () => {
  let subject: Subject;
  const start = async (...args: Parameters<typeof Subject.start>) => {
    subject = await Subject.start(...args);
    subject.addSetup();
  };
  const members = async (): Promise<Fact<readonly LocalMember[]>> =>
    (await subject.read(questions)).facts.administrators;
  afterEach(() => subject.host.stop());

  it("should be read in two more round trips, and only when they are asked for", async () => {
    await start({
      administrators: ["Administrator", "CONTOSO\\Exchange Organization Administrators", "Everyone"],
    });
    const { facts, commands } = await subject.read(questions);
    assert.deepEqual(facts.administrators, {
      known: true,
      value: [
        { name: "Administrator", isLocalAccount: true },
        { name: "CONTOSO\\Exchange Organization Administrators", isLocalAccount: false },
        { name: "Everyone", isLocalAccount: false },
      ],
      source: 'net localgroup "Administrators"',
    });
    assert.equal(commands, 3);
    const without = await subject.read();
    assert.equal(whyOf(without.facts.administrators), "it was not asked");
    assert.equal(without.commands, 1);
  });

  it("should be read in German, in its code page", async () => {
    await start({ windows: "2019" }, { codePage: 850 });
    const whoami = programOf("whoami.exe");
    subject.replace("whoami.exe", (context) =>
      whoami({
        ...context,
        print: (text) =>
          context.print(text.replaceAll("BUILTIN\\Administrators", "VORDEFINIERT\\Administratoren")),
      }),
    );
    subject.replace("net.exe", germanNet);
    assert.deepEqual(await members(), {
      known: true,
      value: [
        { name: "Administrator", isLocalAccount: true },
        { name: "CONTOSO\\Dom\ufffdnen-Admins", isLocalAccount: false },
        { name: "J\ufffdrgen", isLocalAccount: false },
      ],
      source: 'net localgroup "Administratoren"',
    });
  });

  it("should be unknown to a logon that is no member, and where the group's name cannot be carried", async () => {
    await start({ administrators: [] });
    assert.equal(
      whyOf(await members()),
      "the logon is in no group of that SID, so it does not tell what it is called",
    );
    await subject.host.stop();
    await start({ windows: "2019" }, { codePage: 850 });
    const whoami = programOf("whoami.exe");
    subject.replace("whoami.exe", (context) =>
      whoami({
        ...context,
        print: (text) =>
          context.print(text.replaceAll("BUILTIN\\Administrators", "BUILTIN\\Administratörer")),
      }),
    );
    assert.equal(
      whyOf(await members()),
      'the group is called "Administrat\ufffdrer", which no command line can carry for certain',
    );
  });

  it("should be unknown where net fails, or says at its end that something went wrong", async () => {
    await start();
    const net = programOf("net.exe");
    subject.replace("net.exe", (context) =>
      net({
        ...context,
        print: (text) =>
          context.print(
            context.args[0] === "localgroup"
              ? text.replace("completed successfully", "completed with one or more errors")
              : text,
          ),
      }),
    );
    assert.equal(whyOf(await members()), "the output is not of the form that is known");
    subject.replace("net.exe", async (context) => {
      context.printError("System error 5 has occurred.\n\nAccess is denied.\n\n");
      return 2;
    });
    assert.equal(whyOf(await members()), "the command failed: System error 5 has occurred. Access is denied");
  });

  it("should be unknown where the registry does not say whether it is a domain controller", async () => {
    await start();
    subject.host.registry.remove("HKLM\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions", "ProductType");
    assert.equal(whyOf(await members()), "the registry does not say whether it is a domain controller");
  });

  it("should take no name of a domain controller's listing for an account of its own", async () => {
    await start();
    subject.host.registry.set(
      "HKLM\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions",
      "ProductType",
      "LanmanNT",
    );
    const { facts, commands } = await subject.read(questions);
    assert.deepEqual(facts.administrators.known && facts.administrators.value, [
      { name: "Administrator", isLocalAccount: false },
    ]);
    assert.equal(commands, 2);
  });

  function programOf(name: string): Program {
    const program = subject.host.files.program(`${subject.system32}\\${name}`);
    assert.ok(program);
    return program;
  }
});

const germanEnd = "Der Befehl wurde erfolgreich ausgeführt.\n\n";

/** net.exe as it might print in German; the words are of no consequence. */
const germanNet: Program = async (context) => {
  const [verb, name] = context.args;
  if (verb === "accounts") context.print(`Kontosperrungsschwelle: Nie\n${germanEnd}`);
  else if (verb === "localgroup" && name === "Administratoren")
    context.print(
      `Aliasname        Administratoren\nBeschreibung     Vollzugriff\n\nMitglieder\n\n${"-".repeat(79)}\n` +
        `Administrator\nCONTOSO\\Domänen-Admins\nJürgen\n${germanEnd}`,
    );
  else return verb === "user" && name === "Administrator" ? 0 : 2;
  return 0;
};
