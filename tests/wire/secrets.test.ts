/** Credentials and how they are kept out of texts. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { redact, resolveCredential, secretsOf } from "../../lib/wire/secrets";

const key = [
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
  "QyNTUxOQAAACD0s1r9bTqVn2Ssl3b4Zx7t8k2m4yq3uYpQw6eR5oNfAgAAAJgk3vO2JN7z",
  "AAAAC3NzaC1lZDI1NTE5",
  "-----END OPENSSH PRIVATE KEY-----",
  "",
].join("\n");

/** Runs `work` with environment variables set, and puts them back. */
function withEnvironment(variables: { readonly [name: string]: string }, work: () => void): void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

describe("a credential", () => {
  it("is the secret itself", () => {
    assert.equal(resolveCredential("Lab-Prep-1", "directory.password"), "Lab-Prep-1");
  });

  it("or the name of a variable that is read when it is needed", () => {
    withEnvironment({ TEST_EXCHANGE_PASSWORD: "from outside" }, () => {
      assert.equal(
        resolveCredential({ env: "TEST_EXCHANGE_PASSWORD" }, "directory.password"),
        "from outside",
      );
    });
  });

  for (const [name, variables] of [
    ["not set", {}],
    ["empty", { TEST_EXCHANGE_PASSWORD: "" }],
  ] as const) {
    it(`says which variable is missing when it is ${name}`, () => {
      withEnvironment(variables, () => {
        assert.throws(
          () => resolveCredential({ env: "TEST_EXCHANGE_PASSWORD" }, "computer.connection.password"),
          {
            name: "Error",
            message:
              "computer.connection.password is to be read from the environment variable TEST_EXCHANGE_PASSWORD, which is " +
              "not set where the provider runs. Set it in the shell that runs pulumi (for refresh and destroy too).",
          },
        );
      });
    });
  }
});

describe("the secrets of inputs", () => {
  it("are the credentials at any depth, longest first, and nothing else", () => {
    const props = {
      directory: { url: "ldaps://dc1.contoso.com", user: "CONTOSO\\reader", password: "reader-1" },
      computer: {
        connection: { host: "dc1", password: "prep-long-1", proxy: { privateKeyPassword: "phrase" } },
      },
      list: [{ password: "in a list" }],
      account: { name: "CONTOSO\\prep", password: { env: "TEST_EXCHANGE_UNSET" } },
    };
    assert.deepEqual(secretsOf(props), ["prep-long-1", "in a list", "reader-1", "phrase"]);
  });

  it("are what the variables hold", () => {
    withEnvironment({ TEST_EXCHANGE_PASSWORD: "from outside" }, () => {
      assert.deepEqual(secretsOf({ password: { env: "TEST_EXCHANGE_PASSWORD" } }), ["from outside"]);
    });
  });

  it("are the lines of a key as well, since a message may quote one of them", () => {
    const secrets = secretsOf({ privateKey: key });
    for (const line of key.split("\n").filter((l) => l !== "" && !l.startsWith("-----"))) {
      assert.ok(secrets.includes(line), line);
    }
    assert.ok(!secrets.some((s) => s.startsWith("-----") && !s.includes("b3BlbnNz")));
  });

  it("are the strings in a credential of a wrong shape", () => {
    const found = secretsOf({ password: { value: "wrong-place" }, privateKey: ["one-part", "other-part"] });
    assert.deepEqual([...found].sort(), ["one-part", "other-part", "wrong-place"]);
  });

  it("are not what is too short to be told from ordinary text", () => {
    assert.deepEqual(secretsOf({ password: "ab", privateKey: "" }), []);
  });
});

describe("redaction", () => {
  it("hides the beginning of a secret, where an ellipsis has taken the rest", () => {
    const secrets = ["Winter-2008", "summer"];
    assert.equal(redact("with Winter-20… and sum…", secrets), "with [secret]… and [secret]…");
    assert.equal(redact("with Winter-2008… and Winter-2009…", secrets), "with [secret]… and Winter-2009…");
    // Two characters hide little, as a secret of two does.
    assert.equal(redact("it is su…", secrets), "it is su…");
  });

  it("leaves the rest of a text as it is", () => {
    const text = "bind as CONTOSO\\reader with reader-1 failed; reader-1 is wrong";
    assert.equal(
      redact(text, ["reader-1"]),
      "bind as CONTOSO\\reader with [secret] failed; [secret] is wrong",
    );
    assert.equal(redact(text, []), text);
  });

  it("takes secrets literally, not as patterns", () => {
    assert.equal(redact("a.c abc $& \\", ["a.c", "$&"]), "[secret] abc [secret] \\");
  });

  it("hides the longer of two that overlap as a whole", () => {
    const secrets = secretsOf({ password: "winter", privateKeyPassword: "winter2008" });
    assert.equal(redact("winter2008 winter", secrets), "[secret] [secret]");
  });

  it("hides a key as a whole, by its lines, with other line ends, and as JSON writes it", () => {
    const secrets = secretsOf({ privateKey: key });
    const texts = [
      key,
      key.replaceAll("\n", "\r\n"),
      JSON.stringify({ key }),
      JSON.stringify(key.replaceAll("\n", "\r\n")),
      `cannot parse ${key.split("\n")[1]}`,
      key.split("\n").join(" "),
    ];
    for (const text of texts) {
      const clean = redact(text, secrets);
      for (const line of key.split("\n").filter((l) => l !== "" && !l.startsWith("-----"))) {
        assert.ok(!clean.includes(line), clean);
      }
    }
  });

  it("hides every planted secret in any text, as it is and as JSON writes it", () => {
    // What people choose, and what would be special in JSON or in a pattern; no part of "[secret]" itself.
    const secret = fc
      .string({ unit: fc.constantFrom(..."AZ09$.*+?^(){}|\\/\"'\t\nüß🔑"), minLength: 3, maxLength: 24 })
      .filter((s) => s.trim().length >= 3);
    fc.assert(
      fc.property(secret, secret, fc.string(), fc.string(), (one, two, before, after) => {
        const secrets = secretsOf({ password: one, connection: { privateKey: two } });
        const text = `${before}${one}${after}${two} ${JSON.stringify({ text: one })} ${JSON.stringify(two)}`;
        const clean = redact(text, secrets);
        for (const planted of [one, two]) {
          assert.ok(!clean.includes(planted), clean);
          assert.ok(!clean.includes(JSON.stringify(planted).slice(1, -1)), clean);
        }
      }),
    );
  });
});
