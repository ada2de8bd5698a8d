/** Fixes name what the program that was written has: a resource of its own, or a component's arguments. */
import assert from "node:assert/strict";
import type { StepKind } from "../../lib/model";
import { Each, Form, type Inside } from "../../lib/program/knownArguments";
import { serverNames } from "../../lib/program/roleUpgrade";
import { upgradeNames } from "../../lib/program/upgrade/problems";
import { argumentNames } from "../../lib/provider/step/inputs";
import { evaluate } from "../../lib/rules/evaluate";
import { type Finding, renderFinding } from "../../lib/rules/finding";
import { argument, argumentPath, type ProgramPlace, placeFrom } from "../../lib/rules/program/argumentTexts";
import { dnOf } from "./builder";
import { cases } from "./cases";

const ifGone = `; if it is gone for good, remove its object (ADSI Edit: ${dnOf("cas-lon")}), or name it in \`gone\`, with the reason`;
const ifOneIsGone =
  "; if one of them is gone for good, remove its object (ADSI Edit, connected to Configuration), or name it in `gone`, with the reason";
const whereGone =
  "; where such a server is gone for good, remove its object (ADSI Edit, connected to Configuration), or name it in `gone`, with the reason";

const places: Readonly<Record<StepKind, ProgramPlace>> = {
  schema: { at: "preparation.schema", elsewhere: {} },
  organization: { at: "preparation.activeDirectory", elsewhere: {} },
  domain: { at: 'preparation.domains["emea.contoso.com"]', elsewhere: {} },
  server: { at: 'servers["mbx-lon"]', elsewhere: {} },
};
const all = Object.values(cases).flatMap((table) => table.map(({ of }) => of));

/** What a finding tells people to look at or to write. */
const told = ({ verdict: { needed, where, fix } }: Finding) => [needed, where, fix].join("\n");

/** What stands in backquotes, without commands and without a value. */
const quoted = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)]
    .map(([, inside = ""]) => inside.replace(/: .*$/, ""))
    .filter((inside) => !/^(repadmin|net|sc|pulumi) /.test(inside));

const keysOf = (path: string): readonly string[] =>
  [...path.matchAll(/\["([^"]+)"\]|[\w$]+/g)].map(([whole, quotedKey]) => quotedKey ?? whole);

/** True where the names have such a path. */
const has = (names: Inside, [key, ...rest]: readonly string[]): boolean => {
  if (key === undefined) return true;
  if (names instanceof Each) return has(names.inside, rest);
  return (
    names !== null && !(names instanceof Form) && Object.hasOwn(names, key) && has(names[key] ?? null, rest)
  );
};

describe("fixes", () => {
  it("of a component's steps name arguments that the component has, and none that it has not", () => {
    const named = new Set<string>();
    for (const c of all)
      for (const finding of evaluate({ ...c, place: places[c.step] })) {
        const text = told(finding);
        assert.doesNotMatch(text, /Exchange(SchemaPrep|ADPrep|DomainPrep|RoleUpgrade)|Prepared\./, text);
        for (const path of quoted(text)) {
          assert.ok(has(upgradeNames, keysOf(path)), `${path} in: ${text}`);
          named.add(path);
        }
      }
    assert.ok(named.size > 15, [...named].join(", "));
  });

  it("of a resource of its own name its own arguments", () => {
    const names: Inside = {
      ...serverNames,
      ...Object.fromEntries(argumentNames.map((name) => [name, null])),
    };
    for (const c of all)
      for (const finding of evaluate({ ...c, place: null }))
        for (const path of quoted(told(finding)))
          assert.ok(
            has({ ...names, ...serverNames }, keysOf(path).slice(0, 1)),
            `${path} in: ${told(finding)}`,
          );
  });

  it("differ in nothing but these words", () => {
    for (const c of all) {
      const [alone, part] = [null, places[c.step]].map((place) => evaluate({ ...c, place }));
      assert.deepEqual(
        part?.map(({ rule, level, verdict }) => [rule, level, verdict.verdict]),
        alone?.map(({ rule, level, verdict }) => [rule, level, verdict.verdict]),
      );
    }
  });
});

describe("a place in a program", () => {
  const place: ProgramPlace = {
    at: 'servers["mbx-lon"]',
    elsewhere: {
      changeWindow: "changeWindow",
      run: "defaults.run",
      "timeouts.setup": "defaults.timeouts.setup",
    },
  };

  it("says where each argument stands, by the longest path that is elsewhere", () => {
    const paths = (keys: string) => argumentPath(place, keys.split("."));
    assert.deepEqual(
      [
        "account.name",
        "changeWindow.start",
        "run",
        "timeouts.setup",
        "timeouts.reboot",
        "target",
        "directory.url",
      ].map(paths),
      [
        'servers["mbx-lon"].account.name',
        "changeWindow.start",
        "defaults.run",
        "defaults.timeouts.setup",
        'servers["mbx-lon"].timeouts.reboot',
        "target",
        "directory.url",
      ],
    );
    assert.equal(
      argument({ place }, "waive", ": { R11: reason }"),
      '`servers["mbx-lon"].waive: { R11: reason }`',
    );
    assert.equal(argument({ place: null }, "account"), "`account`");
    assert.equal(
      argumentPath(null, ["directory", "domainControllers", "dc2.contoso.com"]),
      'directory.domainControllers["dc2.contoso.com"]',
    );
    assert.equal(argumentPath(place, ["toString"]), 'servers["mbx-lon"].toString');
  });

  it("is read from inputs, and is none in states without it", () => {
    assert.deepEqual(placeFrom(place), place);
    for (const other of [undefined, null, "servers", { at: 1 }, {}]) assert.equal(placeFrom(other), null);
  });
});

describe("the way out, in the words of both forms", () => {
  /** Those lines of the text in which the two differ. */
  const ways: readonly (readonly [
    rule: keyof typeof cases,
    name: string,
    alone: readonly string[],
    part: readonly string[],
  ])[] = [
    [
      "D3",
      "a Mailbox server before a Client Access server and one that is not shown: it fails",
      [
        "  Where:  in the program: the argument `after`",
        `  Fix:    put cas-lon.contoso.com in \`after\`${ifGone}`,
      ],
      [
        "  Where:  in the program: `servers`",
        `  Fix:    let \`servers\` have cas-lon.contoso.com, with their roles and, where they face the Internet, internetFacing: the waves are made from that${ifGone}`,
      ],
    ],
    [
      "D3",
      "before two that face the Internet",
      [
        "  Where:  in the program: the argument `after`",
        `  Fix:    put cas-lon.contoso.com and cas-dub.emea.contoso.com in \`after\`, or say \`internetFacing: true\` if this server faces the Internet${ifOneIsGone}`,
      ],
      [
        "  Where:  in the program: `servers`",
        `  Fix:    let \`servers\` have cas-lon.contoso.com and cas-dub.emea.contoso.com, with their roles and, where they face the Internet, internetFacing: the waves are made from that, or say \`servers["mbx-lon"].internetFacing: true\` if this server faces the Internet${ifOneIsGone}`,
      ],
    ],
    [
      "D3",
      "a Client Access server before one without a virtual directory that shows",
      [
        `  Fix:    say \`internetFacing\` of cas-lon.contoso.com in the program, or let \`directory\` read its virtual directories, with an account that sees them; where it is no server of the program, waive D3 for a reason${whereGone}`,
      ],
      [
        `  Fix:    say of cas-lon.contoso.com in \`servers\` whether it is internetFacing, or let \`directory\` read its virtual directories, with an account that sees them; where it is no server of the program, waive D3 for a reason${whereGone}`,
      ],
    ],
    [
      "P1",
      "under no group",
      [
        "  Fix:    add CONTOSO\\helpdesk to Exchange Organization Administrators and log off and on, or set `account` to one that is a member; or upgrade another server with Mailbox before it, and put that one in `after`",
      ],
      [
        '  Fix:    add CONTOSO\\helpdesk to Exchange Organization Administrators and log off and on, or set `servers["mbx-lon"].account` to one that is a member; or write another server of its site with Mailbox before it in `servers`: they take turns in that order',
      ],
    ],
    [
      "P1",
      "no account, where an operator runs Setup",
      [
        "  Fix:    name the account that runs Setup as `account`, and let `directory` read its groups; let the connection log on as the account that runs Setup, or waive the rule for a reason",
      ],
      [
        '  Fix:    name the account that runs Setup as `servers["mbx-lon"].account`, and let `directory` read its groups; let the connection log on as the account that runs Setup, or waive the rule for a reason',
      ],
    ],
    [
      "P5",
      "the first server without Schema Admins, right before Setup",
      [
        "  Fix:    add CONTOSO\\exadmin to Schema Admins and log off and on, or set `account` to one that is a member; if another server prepares it, put that one in `after`",
      ],
      [
        '  Fix:    add CONTOSO\\exadmin to Schema Admins and log off and on, or set `servers["mbx-lon"].account` to one that is a member; or prepare the schema apart: say in `preparation.schema` where it is prepared, instead of "byFirstServer"',
      ],
    ],
    [
      "P5",
      "a schema that could not be read, without Schema Admins",
      ["  Fix:    let `directory` read its level, or prepare the schema apart"],
      [
        '  Fix:    let `directory` read its level, or prepare the schema apart: say in `preparation.schema` where it is prepared, instead of "byFirstServer"',
      ],
    ],
    [
      "P6",
      "a domain controller in another site",
      ["  Fix:    set `computer` to such a computer; the schema master itself is one"],
      ["  Fix:    set `preparation.schema.computer` to such a computer; the schema master itself is one"],
    ],
    [
      "P6",
      "the first server in another site",
      [
        "  Fix:    add an ExchangeSchemaPrep on such a computer, the schema master itself for one, and pass it as `prepared`; if another server prepares it, put that one in `after`",
      ],
      [
        '  Fix:    say in `preparation.schema`, instead of "byFirstServer", that it is prepared on such a computer, the schema master itself for one',
      ],
    ],
    [
      "P8",
      "the first server in another site, right before Setup",
      [
        "  Fix:    add an ExchangeADPrep on such a computer, the schema master itself for one, and pass it as `prepared`; if another server prepares it, put that one in `after`",
      ],
      [
        '  Fix:    say in `preparation.activeDirectory`, instead of "byFirstServer", that it is prepared on such a computer, the schema master itself for one',
      ],
    ],
    [
      "R3",
      "Active Directory without the schema",
      [
        "  Where:  in the program: the argument that names the step before this one",
        "  Fix:    let whoever prepares do it first, or add an ExchangeSchemaPrep and pass it on",
      ],
      [
        "  Where:  in the program: `preparation`",
        "  Fix:    let whoever prepares do it first, or say in `preparation.schema` where it is prepared",
      ],
    ],
    [
      "R3",
      "a server whose domain is not among the planned ones",
      [
        "  Where:  in the program: the argument that names the step before this one",
        "  Fix:    add an ExchangeDomainPrep for emea.contoso.com and pass it as `prepared`",
      ],
      [
        "  Where:  in the program: `preparation`",
        '  Fix:    say in `preparation.domains["emea.contoso.com"]` where it is prepared',
      ],
    ],
    [
      "R3",
      "a server in no domain of the forest",
      [
        "  Fix:    say its domain as `computer.domain` where its DNS suffix is another; an Edge Transport server takes Prepared.edge",
      ],
      [
        '  Fix:    say its domain as `servers["mbx-lon"].computer.domain` where its DNS suffix is another; an Edge Transport server has it in `servers["mbx-lon"].roles`',
      ],
    ],
    [
      "R3",
      "Prepared.edge for a server with other roles",
      [
        "  Needed: Edge Transport as the only server role, where `prepared` is Prepared.edge",
        "  Fix:    pass the ExchangeADPrep or ExchangeDomainPrep of the server's domain as `prepared`",
      ],
      [
        '  Needed: Edge Transport as the only server role, where `servers["mbx-lon"].roles` name it',
        '  Fix:    correct `servers["mbx-lon"].roles`: every other server rests on `preparation`',
      ],
    ],
    [
      "R4",
      "another account",
      [
        "  Where:  in the program: `account` and `computer.connection.user`",
        "  Fix:    connect as that account, or leave `account` out to run Setup as the one that connects",
      ],
      [
        '  Where:  in the program: `servers["mbx-lon"].account` and `servers["mbx-lon"].computer.connection.user`',
        '  Fix:    connect as that account, or leave `servers["mbx-lon"].account` out to run Setup as the one that connects',
      ],
    ],
    [
      "R5",
      "a key, for a domain",
      ["  Where:  in the program: `computer.connection`"],
      ['  Where:  in the program: `preparation.domains["emea.contoso.com"].computer.connection`'],
    ],
    [
      "R9",
      "another site",
      [
        "  Where:  in the program: `site`",
        "  Fix:    correct `site`; it decides which servers are upgraded one after another",
      ],
      [
        '  Where:  in the program: `servers["mbx-lon"].site`',
        '  Fix:    correct `servers["mbx-lon"].site`; it decides which servers are upgraded one after another',
      ],
    ],
    [
      "D10",
      "another computer answers",
      ["  Where:  in the program: `computer.name` and `computer.connection.host`"],
      [
        '  Where:  in the program: `servers["mbx-lon"].computer.name` and `servers["mbx-lon"].computer.connection.host`',
      ],
    ],
  ];
  for (const [rule, name, ...texts] of ways)
    it(`${rule}, ${name}`, () => {
      const found = cases[rule].find((each) => each.name === name)?.of;
      assert.ok(found, cases[rule].map((each) => each.name).join(" | "));
      const [alone = [], part = []] = [null, places[found.step]].map((place) => {
        const finding = evaluate({ ...found, place }).find((each) => each.rule === rule);
        return finding === undefined ? [] : renderFinding(finding).split("\n");
      });
      // Where nothing was read, nothing is said of what was found.
      const hasFound = alone.some((line) => line.startsWith("  Found:"));
      assert.equal(alone.length, hasFound ? 6 : 5);
      const differing = (lines: readonly string[]) => lines.filter((_, i) => alone[i] !== part[i]);
      assert.deepEqual([differing(alone), differing(part)], texts);
    });
});
