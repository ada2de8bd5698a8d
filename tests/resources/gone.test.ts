/** Servers that are gone for good: what a program may say of them, what is left of the forest, and what is told. */
import assert from "node:assert/strict";
import { known, unknown } from "../../lib/facts";
import { goneProblems, tellGone, withoutGone } from "../../lib/provider/step/gone";
import { parseInputs } from "../../lib/provider/step/inputs";
import type { ResourceLog } from "../../lib/wire/engine";
import { aCase, dnOf, serverObject, serversAre, silent } from "../rules/builder";

const cas9 = serverObject("cas9", ["Client Access"]);
const mbx1 = serverObject("mbx1", ["Mailbox"]);
const older = serverObject("mbx1", ["Mailbox"], "8.0.685.25", { dn: dnOf("mbx1", "First") });
const nameless = serverObject("OLD", ["Mailbox"], undefined, { fqdn: null });
const copy = {
  kind: "conflict copy" as const,
  dn: dnOf("mbx1\\0ACNF:1"),
  name: "mbx1",
  fqdn: "mbx1.contoso.com",
  created: null,
};
const { forest } = aCase({
  forest: { ...serversAre(cas9, mbx1, older, nameless), setAside: known([copy], "servers") },
}).facts;

const left = (gone: { readonly [server: string]: string }, of = forest) => {
  const { servers, setAside } = withoutGone(of, gone).forest;
  return [
    servers.known ? servers.value.map(({ dn }) => dn) : servers.why,
    setAside.known ? setAside.value.map(({ dn }) => dn) : setAside.why,
  ];
};

describe("servers that are gone", () => {
  it("are named by FQDN or by the DN of an object, in any spelling; what this program upgrades is not gone", () => {
    const what = (server: string) => goneProblems({ [server]: "CHG0051" }, ["mbx1.contoso.com"]);
    for (const server of ["cas9.contoso.com", "CAS9.Contoso.COM", cas9.dn, "cn=cas9 , cn=Servers,CN=x"])
      assert.deepEqual(what(server), [], server);
    for (const server of ["CAS9", "", "cas9 contoso", ".contoso.com", "cas9..com"])
      assert.deepEqual(
        what(server),
        [[server, "is neither the FQDN of a server, such as cas9.contoso.com, nor the DN of its object"]],
        server,
      );
    assert.deepEqual(what("MBX1.contoso.com"), [
      ["MBX1.contoso.com", "this program upgrades it, so it cannot be gone"],
    ]);
  });

  it("need a reason, and are refused where the step itself, or one before it, upgrades them", () => {
    const problems = (gone: unknown, place?: unknown) =>
      parseInputs("server", {
        target: "2007 SP1",
        directory: { url: "ldaps://dc1.contoso.com", user: "CONTOSO\\reader", password: "x" },
        computer: {
          name: "mbx1.contoso.com",
          media: "D:\\SP1",
          connection: {
            host: "mbx1.contoso.com",
            hostKey: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
          },
        },
        after: ["wave contoso-1", "cas1.contoso.com"],
        gone,
        __place: place,
      }).problems;
    assert.deepEqual(problems({ "cas9.contoso.com": "CHG0051: decommissioned in 2019" }), []);
    assert.deepEqual(problems({ "cas9.contoso.com": " " }), ['gone["cas9.contoso.com"]: needs a reason']);
    assert.deepEqual(problems({ "mbx1.contoso.com": "x", "cas1.contoso.com": "x", cas9: "x" }), [
      'gone["mbx1.contoso.com"]: this program upgrades it, so it cannot be gone',
      'gone["cas1.contoso.com"]: this program upgrades it, so it cannot be gone',
      "gone.cas9: is neither the FQDN of a server, such as cas9.contoso.com, nor the DN of its object",
    ]);
  });

  it("leave the forest without their objects: all of a name, or the one of a DN", () => {
    const all = [cas9, mbx1, older, nameless].map(({ dn }) => dn);
    const without = (...gone: readonly string[]) => all.filter((dn) => !gone.includes(dn));
    assert.deepEqual(left({}), [all, [copy.dn]]);
    assert.deepEqual(left({ "CAS9.contoso.com": "x" }), [without(cas9.dn), [copy.dn]]);
    assert.deepEqual(left({ "mbx1.contoso.com": "x" }), [without(mbx1.dn, older.dn), []]);
    assert.deepEqual(left({ [older.dn.toUpperCase()]: "x" }), [without(older.dn), [copy.dn]]);
    assert.deepEqual(left({ [copy.dn]: "x" }), [all, []]);
    assert.deepEqual(left({ [nameless.dn.replaceAll(",", ", ")]: "x" }), [without(nameless.dn), [copy.dn]]);
    assert.deepEqual(left({ "other.contoso.com": "x" }), [all, [copy.dn]]);
    const unread = { ...forest, servers: silent, setAside: silent };
    assert.deepEqual(left({ "cas9.contoso.com": "x" }, unread), [silent.why, silent.why]);
  });

  it("leave a forest as it is where the program names none, and give the same one for the same names", () => {
    assert.equal(withoutGone(forest, undefined).forest, forest);
    const gone = { "cas9.contoso.com": "x" };
    assert.equal(withoutGone(forest, gone), withoutGone(forest, { ...gone }));
    assert.notEqual(withoutGone(forest, gone), withoutGone({ ...forest }, gone));
  });

  it("are told once for all steps, with what speaks against it", async () => {
    const upgraded = serverObject("cas8", ["Client Access"], "8.1.240.6");
    const beyond = serverObject("cas7", ["Client Access"], "14.3.123.4");
    const gone = {
      "cas9.contoso.com": "CHG0051: decommissioned in 2019",
      "cas8.contoso.com": "CHG0052",
      "cas7.contoso.com": "CHG0053",
      "cas6.contoso.com": "CHG0054",
    };
    const said = async (of: Parameters<typeof aCase>[0]) => {
      const texts: string[] = [];
      const log = {
        info: async (text: string) => void texts.push(`info ${text}`),
        warn: async (text: string) => void texts.push(`warning ${text}`),
        progress: async () => undefined,
      } as unknown as ResourceLog;
      const c = aCase(of);
      const living = withoutGone(c.facts.forest, gone);
      const judged = { ...c, gone: living.gone, facts: { ...c.facts, forest: living.forest } };
      await tellGone([judged, judged], log);
      return texts;
    };
    assert.deepEqual(await said({ forest: serversAre(cas9, upgraded, beyond) }), [
      "info cas9.contoso.com is taken for gone (CHG0051: decommissioned in 2019): no rule waits for it, or rests on it",
      "warning cas8.contoso.com is taken for gone (CHG0052), and its object shows that somebody has upgraded it: Version 8.1 (Build 30240.6) [XU-GONE]",
      "warning cas7.contoso.com is taken for gone (CHG0053), and its object shows that somebody has upgraded it: Version 14.3 (Build 30123.4) [XU-GONE]",
      "info cas6.contoso.com is taken for gone (CHG0054), and the directory shows no such server any more: leave it out of `gone`",
    ]);
    const unread = await said({ forest: { servers: unknown("no answer", "dc1") } });
    assert.equal(unread.length, 4);
    assert.ok(unread.every((text) => /^info .*: no rule waits for it, or rests on it$/.test(text)));
  });
});
