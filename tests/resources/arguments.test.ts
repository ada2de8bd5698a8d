/** Names that are no arguments: what a program gives under another name is refused, and never dropped. The engine is a mock. */
import assert from "node:assert/strict";
import { output, RunError } from "@pulumi/pulumi";
import {
  ExchangeADPrep,
  ExchangeDomainPrep,
  ExchangeRoleUpgrade,
  ExchangeSchemaPrep,
  ExchangeUpgrade,
  ExchangeWave,
  Prepared,
} from "../../lib";
import { directoryNames, type Inside, stepNames, strays } from "../../lib/program/knownArguments";
import { serverNames } from "../../lib/program/roleUpgrade";
import { argumentNames, namesAt, parseInputs } from "../../lib/provider/step/inputs";
import { inputsOf } from "./builder";
import { mockEngine, registration, unmockEngine } from "./registered";

const target = "2007 SP1";
const directory = { url: "ldaps://dc1.contoso.com", user: "CONTOSO\\reader", password: "Reader-Secret-1" };
const connection = { host: "127.0.0.1", user: "CONTOSO\\prep", password: "Prep-Secret-1" };
const computer = { name: "dc1.contoso.com", connection, media: "D:\\SP1" };
const changeWindow = { start: "2026-12-05T22:00", end: "2026-12-06T06:00" };

/** As a program in JavaScript gives it, or one in TypeScript in a spread. */
const unchecked = (args: object) => args as never;

const refused = (make: () => unknown): string => {
  try {
    make();
  } catch (error) {
    assert.ok(RunError.isInstance(error), String(error));
    assert.doesNotMatch(error.message, /-Secret-1/);
    return error.message;
  }
  throw new Error("it was not refused");
};

describe("names that are no arguments", () => {
  before(mockEngine);
  after(unmockEngine);

  it("are refused by each of the four resources, all at once, with what was meant", () => {
    const schema = { target, directory, computer };
    assert.equal(
      refused(
        () =>
          new ExchangeSchemaPrep(
            "schema",
            unchecked({
              ...schema,
              directory: { ...directory, serverNames: "dc1" },
              computer: { ...computer, connection: { ...connection, hostkey: "x", proxy: { hots: "jump" } } },
              changewindow: changeWindow,
              timeouts: { expcted: 5 },
              commands: { medai: "/media" },
              reboot: "ifRequired",
              passwords: "Another-Secret-1",
            }),
          ),
      ),
      [
        'ExchangeSchemaPrep "schema" cannot be made of its arguments:',
        "  directory.serverNames: is no argument here; did you mean `serverName`?",
        "  computer.connection.hostkey: is no argument here; did you mean `hostKey`?",
        "  computer.connection.proxy.hots: is no argument here; did you mean `host`?",
        "  changewindow: is no argument here; did you mean `changeWindow`?",
        "  timeouts.expcted: is no argument here; did you mean `expected`?",
        "  commands.medai: is no argument here; did you mean `media`?",
        "  reboot: is no argument here",
        "  passwords: is no argument here",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    );
    assert.equal(
      refused(
        () => new ExchangeADPrep("ad", unchecked({ computer, shema: Prepared.edge({ target }), target })),
      ),
      [
        'ExchangeADPrep "ad" cannot be made of its arguments:',
        "  shema: is no argument here; did you mean `schema`?",
        "  target: is no argument here",
        "  schema: missing",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    );
    const ad = Prepared.verify({ directory, target });
    assert.equal(
      refused(() => new ExchangeDomainPrep("emea", unchecked({ ad, computer, domains: "emea.contoso.com" }))),
      [
        'ExchangeDomainPrep "emea" cannot be made of its arguments:',
        "  domains: is no argument here; did you mean `domain`?",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    );
    assert.equal(
      refused(
        () =>
          new ExchangeRoleUpgrade(
            "mbx1",
            unchecked({
              prepared: ad,
              computer,
              reboott: "ifRequired",
              InternetFacing: true,
              commands: { befor: {}, after: { note: { command: "ver", stdn: "Line-Secret-1" } } },
            }),
          ),
      ),
      [
        'ExchangeRoleUpgrade "mbx1" cannot be made of its arguments:',
        "  reboott: is no argument here; did you mean `reboot`?",
        "  InternetFacing: is no argument here; did you mean `internetFacing`?",
        "  commands.befor: is no argument here; did you mean `before`?",
        "  commands.after.note.stdn: is no argument here; did you mean `stdin`?",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    );
  });

  it("are told from values of another form: a step's name, one step, a list without reasons, no arguments", () => {
    const ad = Prepared.verify({ directory, target });
    const mbx = new ExchangeRoleUpgrade("mbx", { prepared: ad, computer });
    const text = (args: object) =>
      refused(() => new ExchangeRoleUpgrade("cas", unchecked({ prepared: ad, computer, ...args })));
    const lines = (...problems: readonly string[]) =>
      [
        'ExchangeRoleUpgrade "cas" cannot be made of its arguments:',
        ...problems.map((problem) => `  ${problem}`),
        "  Code:   XU-ARGUMENT",
      ].join("\n");
    const itself = "did you mean the resource itself, without quotes?";
    assert.equal(
      text({ after: "mbx" }),
      lines('after: "mbx" is no list of steps; did you mean `[…]` with the resources themselves?'),
    );
    assert.equal(
      text({ after: mbx }),
      lines("after: is a step, and no list of steps; did you mean `[…]` around it?"),
    );
    assert.equal(
      text({ after: [mbx, "mbx", undefined] }),
      lines(`after[1]: "mbx" is no step; ${itself}`, `after[2]: nothing is no step; ${itself}`),
    );
    assert.equal(text({ prepared: "ad" }), lines(`prepared: "ad" is no step; ${itself}`));
    assert.equal(text({ prepared: null }), lines("prepared: missing"));
    assert.equal(
      text({ waive: ["D6"], gone: ["cas9.contoso.com"] }),
      lines(
        'waive: is a list without reasons; did you mean `{ D6: "<reason>" }`?',
        'gone: is a list without reasons; did you mean `{ "cas9.contoso.com": "<reason>" }`?',
      ),
    );
    assert.equal(
      text({ waive: "D6", gone: [{ secret: "Another-Secret-1" }] }),
      lines(
        'waive: is a text without reasons; did you mean `{ D6: "<reason>" }`?',
        'gone: is a list without reasons; did you mean `{ "cas9.contoso.com": "<reason>" }`?',
      ),
    );
    // What is not known yet is left to the provider.
    assert.ok(new ExchangeRoleUpgrade("late", unchecked({ prepared: ad, computer, waive: output(["D6"]) })));
    assert.ok(new ExchangeRoleUpgrade("none", unchecked({ prepared: ad, computer, after: null })));
    assert.equal(
      refused(() => new ExchangeWave("first", unchecked({ servers: { mbx } }))).split("\n")[1],
      "  servers: an object is no list of steps; did you mean `[…]` with the resources themselves?",
    );
    for (const make of [
      () => new ExchangeSchemaPrep(unchecked({ target, directory, computer }), undefined as never),
      () => new ExchangeUpgrade(unchecked({ target, directory }), undefined as never),
      () => Prepared.verify(undefined as never),
    ])
      assert.equal(
        refused(make).split("\n")[1],
        "  the arguments: missing; they are one object, after the name of a resource",
      );
    assert.equal(
      refused(
        () =>
          new ExchangeUpgrade(
            "contoso",
            unchecked({
              target,
              directory,
              preparation: "verify",
              servers: { mbx: { computer, roles: ["Mailbox"], site: "London", waive: ["D6"] } },
              gone: ["cas9.contoso.com"],
              defaults: null,
            }),
          ),
      ),
      [
        'ExchangeUpgrade "contoso" cannot be planned:',
        '  servers.mbx.waive: is a list without reasons; did you mean `{ D6: "<reason>" }`?',
        '  gone: is a list without reasons; did you mean `{ "cas9.contoso.com": "<reason>" }`?',
        "  defaults: null is no object of arguments",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    );
  });

  it("are refused by waves, and by what stands for preparations", () => {
    assert.equal(
      refused(() => new ExchangeWave("first", unchecked({ server: [] }))),
      [
        'ExchangeWave "first" cannot be made of its arguments:',
        "  server: is no argument here; did you mean `servers`?",
        "  servers: missing",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    );
    for (const how of ["verify", "byFirstServer"] as const)
      assert.equal(
        refused(() => Prepared[how](unchecked({ directory: { ...directory, CA: "x" }, targt: target }))),
        [
          `Prepared.${how} cannot be made of its arguments:`,
          "  directory.CA: is no argument here; did you mean `ca`?",
          "  targt: is no argument here; did you mean `target`?",
          "  target: missing",
          "  Code:   XU-ARGUMENT",
        ].join("\n"),
      );
    assert.equal(
      refused(() => Prepared.edge(unchecked({ target, directory }))),
      [
        "Prepared.edge cannot be made of its arguments:",
        "  directory: is no argument here",
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    );
  });

  it("are refused anywhere in the arguments of the component, by their place in the program", () => {
    const server = { computer, roles: ["Mailbox"], site: "London" };
    assert.equal(
      refused(
        () =>
          new ExchangeUpgrade(
            "contoso",
            unchecked({
              target,
              directory: { ...directory, minversion: "TLSv1" },
              preparation: {
                schema: { computer, waives: {} },
                activedirectory: { computer },
                domains: { "emea.contoso.com": { computer, reboot: "never", domain: "emea.contoso.com" } },
              },
              servers: {
                "mbx-lon": { ...server, changewindow: changeWindow },
                mbx: { ...server, after: [] },
              },
              defaults: { taskname: "x", changeWindow },
              changeWindow: { ...changeWindow, timezone: "Europe/Berlin" },
              commands: { restartRemoteregistry: true },
              atonce: 2,
            }),
          ),
      ),
      [
        'ExchangeUpgrade "contoso" cannot be planned:',
        "  directory.minversion: is no argument here; did you mean `minVersion`?",
        "  preparation.schema.waives: is no argument here; did you mean `waive`?",
        "  preparation.activedirectory: is no argument here; did you mean `activeDirectory`?",
        '  preparation.domains["emea.contoso.com"].reboot: is no argument here',
        '  preparation.domains["emea.contoso.com"].domain: is no argument here',
        '  servers["mbx-lon"].changewindow: is no argument here; did you mean `changeWindow`?',
        "  servers.mbx.after: is no argument here",
        "  defaults.taskname: is no argument here; did you mean `taskName`?",
        "  defaults.changeWindow: is no argument here",
        "  changeWindow.timezone: is no argument here; did you mean `timeZone`?",
        "  commands.restartRemoteregistry: is no argument here; did you mean `restartRemoteRegistry`?",
        "  atonce: is no argument here; did you mean `atOnce`?",
        '  servers.mbx: dc1.contoso.com is servers["mbx-lon"] already',
        "  Code:   XU-ARGUMENT",
      ].join("\n"),
    );
  });

  it("are refused by the provider, too, in a value that the program does not know yet", async () => {
    const made = new ExchangeSchemaPrep("late", {
      target,
      directory,
      computer: { ...computer, connection: output({ ...connection, hostkey: "x" }) as never },
    });
    await registration(made);
    const late = inputsOf("schema", {
      computer: { ...computer, connection: { ...connection, hostkey: "x" } },
    });
    assert.deepEqual(parseInputs("schema", late).problems, [
      "computer.connection.hostkey: is no argument here; did you mean `hostKey`?",
    ]);
  });

  it("are none where they have no value, or are no texts", async () => {
    const part = Symbol("a part of something else");
    const args = { target, directory, computer, changewindow: undefined, [part]: "x" };
    await registration(new ExchangeSchemaPrep("symbols", args));
  });

  it("are refused also where every object has them", () => {
    const args = JSON.parse('{ "__proto__": 1, "constructor": 2, "toString": 3, "hasOwnProperty": 4 }');
    assert.deepEqual(
      strays(args, serverNames),
      Object.keys(args).map((name) => `${name}: is no argument here`),
    );
    const waive = JSON.parse('{ "toString": "a reason" }');
    assert.deepEqual(parseInputs("schema", inputsOf("schema", { waive })).problems, [
      "waive.toString: is no rule; they are listed in docs/rules.md",
    ]);
  });

  it("are told with the name that was meant, whichever letter is wrong", () => {
    for (const name of Object.keys(serverNames).filter(({ length }) => length > 3))
      for (let i = 0; i < name.length; i++)
        for (const wrong of [name.slice(0, i) + name.slice(i + 1), `${name.slice(0, i)}x${name.slice(i)}`])
          assert.deepEqual(strays({ [wrong]: 1 }, serverNames), [
            `${wrong}: is no argument here; did you mean \`${name}\`?`,
          ]);
  });
});

describe("the names of all arguments", () => {
  /** Every object of arguments in the names, by its path. */
  const objects = (names: Inside, at: readonly string[] = []): readonly (readonly string[])[] =>
    names === null || names.constructor !== Object
      ? []
      : [at, ...Object.entries(names).flatMap(([key, inside]) => objects(inside, [...at, key]))];
  const at = (names: Inside, path: readonly string[]) =>
    path.reduce<Inside>((inside, key) => (inside as { readonly [name: string]: Inside })[key] ?? null, names);

  for (const [what, names] of [
    ["a step", stepNames],
    ["a directory", { directory: directoryNames }],
  ] as const)
    for (const path of objects(names).filter(([top]) => top !== undefined && top !== "commands"))
      it(`are those that the provider takes, for ${what}: ${path.join(".")}`, () => {
        assert.deepEqual(Object.keys(at(names, path) ?? {}).sort(), [...namesAt(path)].sort());
      });

  it("are all that the provider takes at the top", () => {
    const own = [
      ...Object.keys(serverNames),
      "target",
      "releases",
      "directory",
      "domain",
      "allDomains",
      "prepared",
      "after",
    ];
    assert.deepEqual([...new Set(own)].sort(), [...argumentNames].sort());
  });
});
