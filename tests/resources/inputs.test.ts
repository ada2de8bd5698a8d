/** A resource's inputs: what is refused and how it is said, and what is left out because it is not known yet. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type StepKind, stepKinds } from "../../lib/model";
import { parseInputs } from "../../lib/provider/step/inputs";
import { isRecord, type Props, unknownPaths, unknownValue } from "../../lib/wire/values";
import { computerOf, connection, inputsOf, plannedBefore } from "./builder";

/** What begins like a file of certificates and their key; there is no key in it. */
const withKey = "-----BEGIN RSA PRIVATE KEY-----\nnone\n-----END RSA PRIVATE KEY-----\n";

const manual = { run: "manual" } as const;
const name = "dc1.contoso.com";

/** Everything that a step can be given, so that each part of it can be tried. */
const everything: Props = inputsOf("domain", {
  directory: {
    url: "ldaps://dc1.contoso.com:636",
    user: "CONTOSO\\reader",
    password: { env: "READER_PASSWORD" },
    ca: "-----BEGIN CERTIFICATE-----",
    serverName: "dc1.contoso.com",
    minVersion: "TLSv1",
    insecureSkipVerify: false,
    domainControllers: { "emea-dc1.emea.contoso.com": "ldap://127.0.0.1:389/" },
  },
  computer: computerOf("domain", {
    connection: {
      ...connection,
      privateKey: "key",
      privateKeyPassword: { env: "KEY_PASSPHRASE" },
      agentSocketPath: "/run/agent",
      insecureIgnoreHostKey: false,
      algorithms: {
        kex: ["diffie-hellman-group14-sha1"],
        cipher: ["aes128-cbc"],
        serverHostKey: ["ssh-rsa"],
        hmac: ["hmac-sha1"],
      },
      proxy: { ...connection, host: "jump.contoso.com", password: { env: "JUMP_PASSWORD" } },
    },
  }),
  account: { name: "EMEA\\emeaprep", password: "Emea-Secret-1" },
  run: "direct",
  timeouts: { setup: 90, facts: 30 },
  domain: "emea.contoso.com",
  allDomains: false,
});

interface ProblemCase {
  readonly name: string;
  readonly step?: StepKind;
  readonly given: Props;
  readonly problems: readonly string[];
}

const problemCases: readonly ProblemCase[] = [
  {
    name: "nothing at all",
    given: {},
    problems: [
      "target: missing",
      "computer: missing",
      "directory: missing; only an Edge Transport server (Prepared.edge) needs none",
    ],
  },
  {
    name: "arguments that there are not, at any depth",
    given: inputsOf("schema", {
      server: "dc1",
      computer: computerOf("schema", {
        hostname: "dc1",
        connection: { ...connection, hostkey: "x", pass: "y" },
      }),
    }),
    problems: [
      "computer.connection.hostkey: is no argument here; did you mean `hostKey`?",
      "computer.connection.pass: is no argument here",
      "computer.hostname: is no argument here",
      "server: is no argument here",
    ],
  },
  {
    name: "answers that the target's Setup has no switch for",
    given: inputsOf("server", {
      setup: {
        acceptLicenseTerms: true,
        diagnosticData: true,
        extendedProtection: "off",
        licenseSwitch: "/IAcceptExchangeServerLicenseTerms",
      },
    }),
    step: "server",
    problems: [
      "setup.diagnosticData: Setup of 2007 SP1 has no switch for it",
      "setup.extendedProtection: Setup of 2007 SP1 has no switch for it",
      "setup.licenseSwitch: Setup of 2007 SP1 has no switch for it",
    ],
  },
  {
    name: "a license switch that is none",
    given: inputsOf("schema", { setup: { licenseSwitch: "/mode:uninstall" } }),
    problems: [
      "setup.licenseSwitch: is no license switch of Setup, such as /IAcceptExchangeServerLicenseTerms",
    ],
  },
  {
    name: "a host key of another form",
    given: inputsOf("schema", {
      computer: computerOf("schema", { connection: { ...connection, hostKey: "MD5:16:27:ac:a5:76" } }),
    }),
    problems: [
      'computer.connection.hostKey: is neither an OpenSSH public key line ("ssh-ed25519 AAAA…") nor a SHA256 fingerprint ("SHA256:" and 43 characters). Print the server\'s key with: ssh-keyscan <host>',
    ],
  },
  {
    name: "a host key that is cut",
    given: inputsOf("schema", {
      computer: computerOf("schema", {
        connection: {
          ...connection,
          hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFVKV0/wItd6PBf85arl09pQdV8RVcu0n7zW0NWXTJ",
        },
      }),
    }),
    problems: [
      "computer.connection.hostKey: is no whole public key: it begins like one of type ssh-ed25519, and its 66 characters are cut or changed. Print the server's key with: ssh-keyscan <host>",
    ],
  },
  {
    name: "a directory by another protocol",
    given: inputsOf("schema", {
      directory: { url: "https://dc1.contoso.com", user: "reader", password: "Reader-Secret-1" },
    }),
    problems: ["directory.url: is not ldaps://host[:port] or ldap://host[:port]"],
  },
  {
    name: "credentials in the directory's address",
    given: inputsOf("schema", {
      directory: { url: "ldaps://reader:Reader-Secret-1@dc1", user: "reader", password: "Reader-Secret-1" },
    }),
    problems: ["directory.url: is not ldaps://host[:port] or ldap://host[:port]"],
  },
  {
    name: "a directory whose certificates have a private key beside them",
    given: inputsOf("schema", {
      directory: { url: "ldaps://dc1.contoso.com", user: "reader", password: "Reader-Secret-1", ca: withKey },
    }),
    problems: [
      "directory.ca: holds a private key, and is kept in plain text: give the certificates alone, and replace the key",
    ],
  },
  {
    name: "a directory without credentials",
    given: inputsOf("schema", { directory: { url: "ldaps://dc1.contoso.com" } }),
    problems: ["directory.user: missing", "directory.password: missing"],
  },
  {
    name: "a domain controller's address of another form",
    given: inputsOf("schema", {
      directory: {
        url: "ldaps://dc1.contoso.com",
        user: "reader",
        password: "Reader-Secret-1",
        domainControllers: { "dc2.contoso.com": "dc2:636" },
      },
    }),
    problems: [
      'directory.domainControllers["dc2.contoso.com"]: is not ldaps://host[:port] or ldap://host[:port]',
    ],
  },
  {
    name: "credentials of another form",
    given: inputsOf("schema", {
      directory: { url: "ldaps://dc1.contoso.com", user: "reader", password: ["Reader-Secret-1"] },
      computer: computerOf("schema", {
        connection: { ...connection, password: { secret: "Prep-Secret-1" }, privateKey: { env: "MY KEY" } },
      }),
    }),
    problems: [
      'directory.password: is neither a secret value nor { env: "NAME" }',
      'computer.connection.password: is neither a secret value nor { env: "NAME" }',
      "computer.connection.privateKey.env: is not the name of an environment variable",
    ],
  },
  {
    name: "a task without what it needs",
    given: inputsOf("schema", { run: "task", taskName: 'x"y', computer: { name: "dc1.contoso.com" } }),
    problems: [
      "taskName: is not a name of letters, digits, blanks, dots and hyphens",
      'computer.media: missing; run: "task" needs the folder that holds Setup of the target',
      'computer.connection: missing; run: "task" starts Setup over it',
      'account: missing; run: "task" runs Setup as that account, and the rules judge it',
    ],
  },
  {
    name: "a task of its own under an account without a password",
    given: inputsOf("schema", { run: "scheduled", taskName: "x", account: { name: "CONTOSO\\prep" } }),
    problems: [
      'account.password: missing; run: "scheduled" registers a task under the account',
      'taskName: only run: "task" has it',
    ],
  },
  {
    name: "a connection over WinRM with what only SSH has",
    given: inputsOf("schema", {
      computer: computerOf("schema", {
        connection: {
          winrm: true,
          host: "dc1",
          user: "prep@contoso.com",
          password: "Secret-1",
          privateKey: "Secret-2",
          agentSocketPath: "/run/agent",
          algorithms: { kex: [] },
        },
      }),
    }),
    problems: ["privateKey", "agentSocketPath", "algorithms"].map(
      (name) =>
        `computer.connection.${name}: only SSH has it; over WinRM the account is proven by its password, and the computer by Kerberos or its certificate`,
    ),
  },
  {
    name: "a connection over WinRM without an account",
    given: inputsOf("schema", { computer: computerOf("schema", { connection: { winrm: {}, host: "dc1" } }) }),
    problems: [
      "computer.connection.user: missing; over WinRM it is an account of a domain, such as exadmin@contoso.com",
      "computer.connection.password: missing; WinRM logs on with a password",
    ],
  },
  ...["DC1\\Administrator", ".\\Administrator"].map((user) => ({
    name: `a connection over WinRM with an account of the computer itself, ${user}`,
    given: inputsOf("schema", {
      computer: computerOf("schema", { connection: { winrm: true, host: "dc1", user, password: "x" } }),
    }),
    problems: [
      "computer.connection.user: is an account of the computer itself, which Kerberos does not know; over WinRM give one of a domain, such as exadmin@contoso.com, or `winrm.https`, which takes it",
    ],
  })),
  ...["DC1\\Administrator", ".\\Administrator", "Administrator"].map((user) => ({
    name: `a connection over HTTPS with an account of the computer itself, ${user}`,
    given: inputsOf("schema", {
      computer: computerOf("schema", {
        connection: { winrm: { https: true }, host: "dc1", user, password: "x" },
      }),
    }),
    problems: [],
  })),
  {
    name: "a connection over HTTPS with an account whose domain DNS does not know",
    given: inputsOf("schema", {
      computer: computerOf("schema", {
        connection: { winrm: { https: true }, host: "dc1", user: "CONTOSO\\prep", password: "x" },
      }),
    }),
    problems: [
      "computer.connection.user: does not say the DNS name of its domain, by which Kerberos finds it; over WinRM write it as exadmin@contoso.com, or give `winrm.realm`",
    ],
  },
  ...(
    [
      [{}, ': is none of: true, { ca: "<PEM>" }, { fingerprint: "<SHA-256>" }'],
      [
        { ca: "/etc/ssl/ca.pem", fingerprint: "AB".repeat(32) },
        ".ca: is no certificate in PEM form",
        ': is none of: true, { ca: "<PEM>" }, { fingerprint: "<SHA-256>" }',
      ],
      [{ ca: "/etc/ssl/ca.pem" }, ".ca: is no certificate in PEM form"],
      [
        { ca: withKey },
        ".ca: holds a private key, and is kept in plain text: give the certificates alone, and replace the key",
        ".ca: is no certificate in PEM form",
      ],
      [
        { fingerprint: "AB".repeat(20) },
        ".fingerprint: is of SHA-1, as Windows shows a thumbprint. Print it on a copy of the certificate with: certutil -hashfile <file>.cer SHA256",
      ],
    ] as const
  ).map(([https, ...problems]) => ({
    name: `a connection over HTTPS with ${JSON.stringify(https)}`,
    given: inputsOf("schema", {
      computer: computerOf("schema", {
        connection: { winrm: { https }, host: "dc1", user: "Administrator", password: "x" },
      }),
    }),
    problems: problems.map((problem) => `computer.connection.winrm.https${problem}`),
  })),
  {
    name: "a connection over WinRM with an account whose domain DNS does not know",
    given: inputsOf("schema", {
      computer: computerOf("schema", {
        connection: { winrm: true, host: "dc1", user: "CONTOSO\\prep", password: "x" },
      }),
    }),
    problems: [
      "computer.connection.user: does not say the DNS name of its domain, by which Kerberos finds it; over WinRM write it as exadmin@contoso.com, or give `winrm.realm`",
    ],
  },
  {
    name: "a connection over WinRM with the DNS name of the account's domain",
    given: inputsOf("schema", {
      computer: computerOf("schema", {
        connection: { winrm: { realm: "contoso.com" }, host: "dc1", user: "CONTOSO\\prep", password: "x" },
      }),
    }),
    problems: [],
  },
  {
    name: "a connection over WinRM that is none",
    given: inputsOf("schema", {
      computer: computerOf("schema", {
        connection: { winrm: { kdc: ["ldaps://dc1"] }, host: "dc1", user: "x@contoso.com", password: "x" },
      }),
    }),
    problems: ["computer.connection.winrm.kdc[0]: is not host or host:port"],
  },
  {
    name: "a connection over WinRM of no form, within",
    given: inputsOf("schema", {
      computer: computerOf("schema", {
        connection: { winrm: { https: false }, host: "dc1", user: "x@contoso.com", password: "x" },
      }),
    }),
    problems: [
      'computer.connection.winrm: is neither true nor an object such as { kdc: ["dc1.contoso.com"] } or { https: { fingerprint: "<SHA-256>" } }',
    ],
  },
  {
    name: "a computer by its short name",
    given: inputsOf("schema", { computer: computerOf("schema", { name: "dc1" }) }),
    problems: ["computer.name: is not a fully qualified domain name such as cas1.contoso.com"],
  },
  {
    name: "a computer by its address, or by a name that no computer can have",
    given: inputsOf("schema", { computer: computerOf("schema", { name: "-dc1.contoso.com" }) }),
    problems: ["computer.name: is not a fully qualified domain name such as cas1.contoso.com"],
  },
  {
    name: "a folder that is none",
    given: inputsOf("schema", { computer: computerOf("schema", { media: "SP1" }) }),
    problems: ['computer.media: is not a folder such as "D:\\Exchange2007SP1"'],
  },
  {
    name: "a folder with what cmd.exe would act on",
    given: inputsOf("schema", { computer: computerOf("schema", { media: 'D:\\SP1" & del' }) }),
    problems: ['computer.media: is not a folder such as "D:\\Exchange2007SP1"'],
  },
  {
    name: "numbers and switches of another form",
    given: inputsOf("schema", {
      computer: computerOf("schema", {
        connection: { ...connection, port: "22", insecureIgnoreHostKey: "no" },
      }),
      timeouts: { setup: "90" },
      run: "wizard",
    }),
    problems: [
      "computer.connection.port: invalid input: expected number, received string",
      "computer.connection.insecureIgnoreHostKey: invalid input: expected boolean, received string",
      'run: invalid option: expected one of "task"|"scheduled"|"direct"|"manual"',
      "timeouts.setup: invalid input: expected number, received string",
    ],
  },
  {
    name: "null where something stands",
    given: inputsOf("schema", { target: null, account: null }),
    problems: [
      "target: invalid input: expected string, received null",
      "account: is null, and no object { name, password }",
    ],
  },
  {
    name: "a computer that is only named, and a list where reasons belong",
    given: inputsOf("schema", { computer: "dc1.contoso.com", waive: ["D6"] }),
    problems: [
      "computer: is a string, and no object { name, domain, connection, media }",
      "waive: invalid input: expected record, received array",
    ],
  },
  {
    name: "a proxy without host",
    given: inputsOf("schema", {
      computer: computerOf("schema", { connection: { ...connection, proxy: { port: 22 } } }),
    }),
    problems: ["computer.connection.proxy.host: missing"],
  },
  {
    name: "no directory",
    step: "server",
    given: inputsOf("server", { directory: undefined }),
    problems: ["directory: missing; only an Edge Transport server (Prepared.edge) needs none"],
  },
  {
    name: "run direct without media and without a connection",
    given: inputsOf("schema", { computer: { name } }),
    problems: [
      'computer.media: missing; run: "direct" needs the folder that holds Setup of the target',
      'computer.connection: missing; run: "direct" starts Setup over it',
    ],
  },
  {
    name: "a server without a connection, which an operator upgrades",
    step: "server",
    given: inputsOf("server", { ...manual, computer: { name } }),
    problems: ["computer.connection: missing; a server's result is verified in its registry, over it"],
  },
  {
    name: "a domain for another step",
    given: inputsOf("schema", { domain: "emea.contoso.com" }),
    problems: ["domain: only a domain preparation has one"],
  },
  {
    name: "all domains for another step",
    step: "server",
    given: inputsOf("server", { allDomains: true }),
    problems: ["domain: only a domain preparation has one"],
  },
  {
    name: "one domain and all of them",
    step: "domain",
    given: inputsOf("domain", { domain: "emea.contoso.com", allDomains: true }),
    problems: ["domain: cannot be given together with allDomains: true"],
  },
];

describe("inputs with a problem", () => {
  for (const { name: what, step = "schema", given, problems } of problemCases) {
    it(`are refused for ${what}`, () => {
      assert.deepEqual(parseInputs(step, given).problems, problems);
    });
  }
});

describe("inputs in order", () => {
  const edge = { ...plannedBefore.server, schema: false, organization: false, domains: [], edge: true };
  const fine: readonly (readonly [what: string, step: StepKind, given: Props])[] = [
    ...stepKinds.map((step) => [`a ${step} step`, step, inputsOf(step)] as const),
    ["everything that can be said", "domain", everything],
    [
      "a preparation by an operator, without a connection",
      "schema",
      inputsOf("schema", { ...manual, computer: { name } }),
    ],
    [
      "an Edge Transport server without a directory",
      "server",
      inputsOf("server", { directory: undefined, prepared: edge }),
    ],
    ["all domains", "domain", inputsOf("domain", { allDomains: true })],
    ["one domain and explicitly not all", "domain", inputsOf("domain", { domain: "a.b", allDomains: false })],
    [
      "a share as folder",
      "schema",
      inputsOf("schema", { computer: computerOf("schema", { media: "\\\\f\\m\\SP 1" }) }),
    ],
    [
      "a registered task by its name",
      "schema",
      inputsOf("schema", { run: "task", taskName: "Exchange Setup", account: { name: "CONTOSO\\prep" } }),
    ],
    [
      "a task of its own, with a password or the name of its variable",
      "schema",
      inputsOf("schema", { run: "scheduled", account: { name: "CONTOSO\\prep", password: { env: "PREP" } } }),
    ],
    [
      "an address of version 6",
      "schema",
      inputsOf("schema", { directory: { url: "ldaps://[::1]:636/", user: "r", password: "secret" } }),
    ],
    [
      "an address in capitals",
      "schema",
      inputsOf("schema", { directory: { url: "LDAPS://DC1.contoso.com", user: "r", password: "secret" } }),
    ],
    [
      "the plan of an earlier check, and bookkeeping",
      "schema",
      inputsOf("schema", { plan: { step: "x" }, planned: {}, __urn: "urn", __provider: "text" }),
    ],
  ];
  for (const [what, step, given] of fine) {
    it(`are taken: ${what}`, () => {
      const parsed = parseInputs(step, given);
      assert.deepEqual(parsed.problems, []);
      assert.deepEqual(parsed.unknown, []);
    });
  }

  it("are handed on as they are, names in lower case, without bookkeeping", () => {
    const given = inputsOf("domain", {
      __urn: "urn",
      computer: computerOf("domain", { name: "EMEA-DC1.emea.Contoso.com" }),
      domain: "EMEA.contoso.com",
    });
    const { __urn, ...own } = given;
    assert.deepEqual(parseInputs("domain", given).known, {
      ...own,
      computer: computerOf("domain", { name: "emea-dc1.emea.contoso.com" }),
      domain: "emea.contoso.com",
    });
  });
});

/** Every path to a value in `value`, those of objects and arrays themselves included. */
function pathsOf(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  const inside = Array.isArray(value)
    ? value.flatMap((item, i) => pathsOf(item, [...at, String(i)]))
    : isRecord(value)
      ? Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...at, key]))
      : [];
  return at.length === 0 ? inside : [at, ...inside];
}

/** `value` with another value at a path. */
function withAt(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value))
    return value.map((item, i) => (String(i) === key ? withAt(item, rest, put) : item));
  return isRecord(value) ? { ...value, [key]: withAt(value[key], rest, put) } : value;
}

describe("inputs that are not known yet", () => {
  const paths = pathsOf(everything);

  it("are many enough to be worth trying", () => {
    assert.ok(paths.length > 60);
    assert.ok(paths.some((path) => path.join(".") === "computer.connection.algorithms.kex.0"));
  });

  for (const path of paths) {
    // A part of the computer stands alone; of everything else the whole argument is left out.
    const cut = path.slice(0, path[0] === "computer" ? 2 : 1);
    it(`leave ${cut.join(".")} out when ${path.join(".")} is not known, and refuse nothing`, () => {
      const { known, unknown, problems } = parseInputs(
        "domain",
        withAt(everything, path, unknownValue) as Props,
      );
      assert.deepEqual(unknown, [cut.join(".")]);
      assert.deepEqual(problems, []);
      assert.deepEqual(unknownPaths(known), []);
      const [top = "", part] = cut;
      const left: unknown = known[top as keyof typeof known];
      assert.equal(part === undefined || !isRecord(left) ? left : left[part], undefined);
      for (const other of Object.keys(everything).filter((key) => key !== top)) {
        assert.ok(Object.hasOwn(known, other), `${other} is known and must be kept`);
      }
    });
  }

  it("do not hide problems elsewhere", () => {
    const given = inputsOf("schema", {
      directory: unknownValue,
      computer: computerOf("schema", { media: "SP1" }),
    });
    assert.deepEqual(parseInputs("schema", given).problems, [
      'computer.media: is not a folder such as "D:\\Exchange2007SP1"',
    ]);
  });

  it("do not hide a problem beside them in the computer", () => {
    const computer = computerOf("schema", {
      name: "dc1",
      connection: { ...connection, password: unknownValue },
    });
    assert.deepEqual(parseInputs("schema", inputsOf("schema", { computer })).problems, [
      "computer.name: is not a fully qualified domain name such as cas1.contoso.com",
    ]);
  });

  it("are no reason to call something missing", () => {
    for (const what of ["directory", "computer", "run", "prepared", "target"]) {
      for (const step of stepKinds) {
        const given = inputsOf(step, { [what]: unknownValue });
        assert.deepEqual(parseInputs(step, given).problems, [], `${step}, ${what}`);
      }
    }
    const bare = { name, connection: unknownValue, media: unknownValue };
    assert.deepEqual(parseInputs("server", inputsOf("server", { computer: bare })).problems, []);
  });

  it("are never used in part, however many there are", () => {
    fc.assert(
      fc.property(fc.subarray([...paths], { minLength: 1 }), fc.constantFrom(...stepKinds), (some, step) => {
        const given = some.reduce<unknown>((value, path) => withAt(value, path, unknownValue), everything);
        const { known, unknown } = parseInputs(step, given as Props);
        assert.deepEqual(unknownPaths(known), []);
        assert.ok(unknown.length > 0);
      }),
      { numRuns: 200 },
    );
  });
});

describe("texts about inputs", () => {
  const strings = pathsOf(everything).filter((path) => typeof at(everything, path) === "string");

  function at(value: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>(
      (inside, key) =>
        Array.isArray(inside) ? inside[Number(key)] : isRecord(inside) ? inside[key] : undefined,
      value,
    );
  }

  /** Something that stands in no message by itself, with what makes inputs invalid. */
  const planted = fc
    .tuple(
      fc.string({ unit: fc.constantFrom(..."kqzx7-"), minLength: 6, maxLength: 12 }),
      fc.constantFrom("", " ", '"', "\n", "@", "%"),
    )
    .map(([text, odd]) => `kq${text}${odd}zx`);

  it("never hold what was given, whatever string of the inputs it was put into", () => {
    fc.assert(
      fc.property(
        fc.subarray([...strings], { minLength: 1 }),
        planted,
        fc.constantFrom(...stepKinds),
        fc.boolean(),
        (paths, text, step, wrapped) => {
          // A string, or something else that holds it: both must stay out of the texts.
          const put = wrapped ? { value: text, list: [text] } : text;
          const given = paths.reduce<unknown>((value, path) => withAt(value, path, put), everything);
          const { problems, unknown } = parseInputs(step, given as Props);
          for (const line of [...problems, ...unknown]) assert.ok(!line.includes(text), line);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("are one line each, without a full stop", () => {
    fc.assert(
      fc.property(
        fc.subarray([...strings], { minLength: 1 }),
        fc.jsonValue({ maxDepth: 2 }),
        (paths, put) => {
          const given = paths.reduce<unknown>((value, path) => withAt(value, path, put), everything);
          for (const problem of parseInputs("domain", given as Props).problems) {
            assert.match(problem, /^[\w.]+(\[("[\w.-]+"|\d+)\][\w.]*)*: [^\n]*[^\n.]$/);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
