/**
 * The scripts of maintenance, parsed by a real parser of PowerShell (tree-sitter-powershell). It is no compiler: what it lets through
 * and Windows PowerShell 5.1 does not have is refused here by hand. None of them was ever executed: docs/assumptions.md says so.
 */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { actScript, acts } from "../../lib/host/maintenance/actScripts";
import type { MaintenanceAct } from "../../lib/host/maintenance/contract";
import { forms, unreadMaintenance } from "../../lib/host/maintenance/reading";
import { readScript } from "../../lib/host/maintenance/readScript";
import { bootstrap } from "../../lib/host/maintenance/runScript";

/** What is used of web-tree-sitter. */
interface Node {
  readonly type: string;
  readonly text: string;
  readonly isError: boolean;
  readonly isMissing: boolean;
  readonly startPosition: { readonly row: number };
  readonly children: readonly Node[];
}
type Parse = (text: string) => Node;

async function parser(): Promise<Parse> {
  const find = createRequire(__filename);
  const { Parser, Language } = find("web-tree-sitter");
  await Parser.init();
  const parsing = new Parser();
  parsing.setLanguage(
    await Language.load(find.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm")),
  );
  return (text) => parsing.parse(text).rootNode;
}

function nodesOf(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

/** What is wrong with a script, each with its line. */
function faultsOf(parse: Parse, text: string): readonly string[] {
  const nodes = nodesOf(parse(text));
  const at = ({ startPosition: { row } }: Node): string => `line ${row + 1}`;
  return [
    ...nodes
      .filter(({ isError, isMissing }) => isError || isMissing)
      .map((node) => `${at(node)}: not parsed`),
    // Windows PowerShell has neither chains of pipelines nor these operators.
    ...nodes
      .filter(
        ({ type, text }) => ["&&", "||", "??", "??=", "?.", "?["].includes(type) || /^(&&|\|\|)$/.test(text),
      )
      .map((node) => `${at(node)}: PowerShell 7 alone has ${node.text}`),
    ...nodes
      .filter(({ type }) => type === "ternary_expression")
      .map((node) => `${at(node)}: PowerShell 7 alone has the ternary operator`),
    ...(/[^\t\n -~]/.test(text) ? ["a character that is not ASCII"] : []),
  ];
}

/** Commands by name with the parameters that they are given, but those that a script defines itself. */
function commandsOf(parse: Parse, text: string): { readonly [command: string]: readonly string[] } {
  const nodes = nodesOf(parse(text));
  const own = nodes.filter(({ type }) => type === "function_name").map(({ text: name }) => name);
  const found: { [command: string]: string[] } = {};
  for (const command of nodes.filter(({ type }) => type === "command")) {
    const [name] = nodesOf(command).filter(({ type }) => type === "command_name");
    if (name === undefined || own.includes(name.text)) continue;
    const parameters = command.children
      .flatMap((child) => (child.type === "command_elements" ? child.children : [child]))
      .filter(({ type }) => type === "command_parameter")
      .map(({ text: parameter }) => parameter.replace(/:.*$/, ""));
    found[name.text] = [...new Set([...(found[name.text] ?? []), ...parameters])].sort();
  }
  return found;
}

/** What every script uses of Windows PowerShell itself. */
const common = [
  ...["Add-Type", "ConvertFrom-Json", "Get-Command", "Get-PSSession", "New-Object", "Remove-PSSession"],
];
const shell = [
  "Add-PSSnapin",
  "Connect-ExchangeServer",
  "Get-ItemProperty",
  "Join-Path",
  "Out-Null",
  "Test-Path",
];

/**
 * Commands of each act beside those that load the shell, with their parameters as Microsoft documents them (Exchange PowerShell,
 * Failover Clusters, Microsoft.PowerShell.Management).
 */
const ofActs: { readonly [A in MaintenanceAct["act"]]: { readonly [command: string]: readonly string[] } } = {
  setComponentState: {
    "Set-ServerComponentState": ["-Component", "-ErrorAction", "-Identity", "-Requester", "-State"],
  },
  restartTransport: { "Restart-Service": ["-Name"], "Get-Service": ["-Name"] },
  redirectMessages: { "Redirect-Message": ["-Confirm", "-ErrorAction", "-Server", "-Target"] },
  startDagMaintenance: {},
  stopDagMaintenance: {},
  setActivationPolicy: {
    "Set-MailboxServer": ["-DatabaseCopyAutoActivationPolicy", "-ErrorAction", "-Identity"],
  },
  setActivationDisabledAndMoveNow: {
    "Set-MailboxServer": ["-DatabaseCopyActivationDisabledAndMoveNow", "-ErrorAction", "-Identity"],
  },
  suspendActivation: {
    "Suspend-MailboxDatabaseCopy": ["-ActivationOnly", "-Confirm", "-ErrorAction", "-Identity"],
  },
  suspendClusterNode: {
    "Import-Module": [],
    "Suspend-ClusterNode": ["-ErrorAction", "-Name"],
    "Out-Null": [],
  },
  resumeClusterNode: { "Import-Module": [], "Resume-ClusterNode": ["-ErrorAction", "-Name"], "Out-Null": [] },
  moveActiveManager: {
    "Import-Module": [],
    "Get-ClusterGroup": ["-ErrorAction"],
    "Move-ClusterGroup": ["-ErrorAction", "-InputObject"],
    "Out-Null": [],
  },
  startServices: { "Get-Service": ["-Name"], "Start-Service": ["-Name"] },
};

/** Acts that need Exchange's shell. */
const inShell: readonly MaintenanceAct["act"][] = [
  ...(["setComponentState", "redirectMessages", "startDagMaintenance", "stopDagMaintenance"] as const),
  ...(["setActivationPolicy", "setActivationDisabledAndMoveNow", "suspendActivation"] as const),
];

/** What each act is told, beside the registry key and the mark. */
const told: { readonly [A in MaintenanceAct["act"]]: readonly string[] } = {
  setComponentState: ["component", "requester", "state"],
  restartTransport: [],
  redirectMessages: ["target"],
  startDagMaintenance: ["overrideMinimumTwoCopies", "pauseClusterNode"],
  stopDagMaintenance: [],
  setActivationPolicy: ["policy"],
  setActivationDisabledAndMoveNow: ["disabled"],
  suspendActivation: ["database"],
  suspendClusterNode: [],
  resumeClusterNode: [],
  moveActiveManager: [],
  startServices: ["services"],
};

describe("scripts of maintenance", function () {
  this.timeout(20_000);
  let parse: Parse;
  const all: { readonly [name: string]: string } = {
    bootstrap,
    readMaintenance: readScript,
    ...Object.fromEntries(acts.map((act) => [act, actScript(act)])),
  };

  before(async () => {
    parse = await parser();
  });

  for (const [name, text] of Object.entries(all))
    it(`${name} is PowerShell, of Windows PowerShell too`, () => {
      assert.deepEqual(faultsOf(parse, text), []);
    });

  it("would be found out otherwise", () => {
    const cases: { readonly [text: string]: RegExp } = {
      "if ($a) {\n  Get-Queue\n": /not parsed/,
      '$a = "open': /not parsed/,
      "Get-Queue && Get-Service": /PowerShell 7 alone has &&/,
      "$a = $b ? 1 : 2": /not parsed|ternary/,
      "$a = $b ?? 1": /not parsed|\?\?/,
      "Write-Output 'Zürich'": /not ASCII/,
    };
    for (const [text, expected] of Object.entries(cases))
      assert.match(faultsOf(parse, text).join("; "), expected, text);
  });

  it("read with Microsoft's cmdlets, and change nothing by it", () => {
    assert.deepEqual(commandsOf(parse, readScript), {
      ...Object.fromEntries(Object.entries(commandsOf(parse, actScript("stopDagMaintenance")))),
      "Get-ClusterNode": ["-ErrorAction", "-Name"],
      "Get-DatabaseAvailabilityGroup": ["-ErrorAction", "-Identity", "-Status"],
      "Get-ExchangeServer": ["-ErrorAction", "-Identity"],
      "Get-MailboxDatabase": ["-ErrorAction", "-Server"],
      "Get-MailboxDatabaseCopyStatus": ["-ErrorAction", "-Server"],
      "Get-MailboxServer": ["-ErrorAction", "-Identity"],
      "Get-Queue": ["-ErrorAction", "-ResultSize", "-Server"],
      "Get-ServerComponentState": ["-Component", "-ErrorAction", "-Identity"],
      "Get-Service": ["-Name"],
      "Get-UMActiveCalls": ["-ErrorAction", "-Server"],
      "Import-Module": [],
    });
    const changing = Object.keys(commandsOf(parse, readScript)).filter((name) =>
      /^(Set|Suspend|Resume|Move|Redirect|Restart|Start|Stop)-/.test(name),
    );
    assert.deepEqual(changing, []);
  });

  for (const act of acts)
    it(`${act} uses the cmdlets of its act, and no other`, () => {
      const expected = [...common, ...(inShell.includes(act) ? shell : []), ...Object.keys(ofActs[act])];
      const found = commandsOf(parse, actScript(act));
      assert.deepEqual(Object.keys(found).sort(), [...new Set(expected)].sort());
      for (const [command, parameters] of Object.entries(ofActs[act]))
        if (command !== "Out-Null") assert.deepEqual(found[command], parameters, command);
    });

  it("take what they are about from their parameters, and from nowhere else", () => {
    for (const act of acts) {
      const used = [...actScript(act).matchAll(/\$parameters\.(\w+)/g)].map(([, name = ""]) => name);
      assert.deepEqual(
        [...new Set(used)].sort(),
        [...new Set([...told[act], "mark", "registryKey"])].sort(),
        act,
      );
    }
  });

  it("answer in the form that is read", () => {
    const written = nodesOf(parse(readScript))
      .filter(({ type }) => type === "hash_literal_expression")
      .map((literal) =>
        nodesOf(literal)
          .filter(({ type }) => type === "hash_entry")
          .map(({ text }) => text.slice(0, text.indexOf("=")).trim())
          .sort(),
      )
      .filter((names) => names.length > 0);
    for (const form of forms)
      assert.ok(
        written.some((names) => `${names}` === `${form}`),
        `${form}`,
      );
    const known = [
      ...forms.map(String),
      // A part, and the answer as a whole.
      ...["ok,value", "error,ok", "error,ok,value", "auto"],
      [...Object.keys(unreadMaintenance("")), "server"].sort().join(),
    ];
    assert.deepEqual(
      written.map(String).filter((names) => !known.includes(names)),
      [],
    );
  });

  it("go onto the command line of cmd.exe as one line that is always the same", () => {
    const command = Buffer.from(bootstrap, "utf16le").toString("base64");
    assert.ok(command.length < 2_000, `${command.length} characters`);
  });
});
