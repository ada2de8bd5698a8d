/** Names of local Administrators' members, looked up: whose they are, and what cannot be. */
import assert from "node:assert/strict";
import { known, type LocalMember, type PrincipalFacts, unknown } from "../../lib/facts";
import { Answers } from "../../lib/provider/facts/answers";
import { administratorsOf, asksAdministrators } from "../../lib/provider/facts/resolveAdministrators";
import { parseInputs } from "../../lib/provider/step/inputs";
import { type Step, stepOf } from "../../lib/provider/step/step";
import type { Props } from "../../lib/wire/values";
import { aCase, identityIs, sids } from "../rules/builder";
import { inputsOf } from "./builder";

function aStep(changes: Props = {}, kind: "server" | "schema" = "server"): Step {
  const step = stepOf(kind, parseInputs(kind, inputsOf(kind, changes)));
  assert.ok(step);
  return step;
}

/** A directory with these names, and what it was asked. */
function directoryWith(principals: { readonly [name: string]: PrincipalFacts }) {
  const asked: string[] = [];
  const answers = new Answers();
  const read = async (name: string) => {
    asked.push(name);
    return name.includes("silent")
      ? unknown("no answer", "dc1.contoso.com")
      : known(principals[name] ?? null, "dc1.contoso.com");
  };
  return { asked, lookUp: (name: string) => answers.kept(name, () => read(name)) };
}

const domainAdmins = { sid: sids.contosoDomainAdmins, domain: "contoso.com", domainLocal: false };

function resolve(
  members: readonly LocalMember[],
  directory: ReturnType<typeof directoryWith> | null,
  productType: string,
) {
  const { computer, forest } = aCase({
    machine: {
      ...identityIs("mbx-lon.contoso.com", "London", { productType }),
      administrators: known(members, "net localgroup"),
    },
  }).facts;
  return administratorsOf(aStep(), computer, forest, directory?.lookUp ?? null);
}

const member = (name: string, isLocalAccount = false): LocalMember => ({ name, isLocalAccount });

describe("members of local Administrators", () => {
  it("are accounts of the computer, or of a domain, or of nobody who is known", async () => {
    const directory = directoryWith({ "CONTOSO\\Domain Admins": domainAdmins });
    const members = [
      member("Administrator", true),
      member("CONTOSO\\Domain Admins"),
      member("Everyone"),
      member("FABRIKAM\\x"),
      member("CONTOSO\\silent"),
    ];
    const found = await resolve(members, directory, "ServerNT");
    assert.deepEqual(found.known && found.value, [
      { kind: "local account", name: "Administrator" },
      { kind: "domain", name: "CONTOSO\\Domain Admins", ...domainAdmins },
      { kind: "unresolved", name: "Everyone", why: "the computer has no account of this name" },
      {
        kind: "unresolved",
        name: "FABRIKAM\\x",
        why: "the forest has no account or group of this name",
      },
      { kind: "unresolved", name: "CONTOSO\\silent", why: "no answer" },
    ]);
    await resolve(members, directory, "ServerNT");
    assert.deepEqual(directory.asked, ["CONTOSO\\Domain Admins", "FABRIKAM\\x", "CONTOSO\\silent"], "once");
  });

  it("stand on a domain controller without the name of its own domain", async () => {
    const directory = directoryWith({ "CONTOSO\\Domain Admins": domainAdmins });
    const found = await resolve([member("Domain Admins")], directory, "LanmanNT");
    assert.deepEqual(found.known && found.value, [
      { kind: "domain", name: "Domain Admins", ...domainAdmins },
    ]);
  });

  it("of a domain are nobody's where the step has no directory", async () => {
    const found = await resolve([member("CONTOSO\\Domain Admins")], null, "ServerNT");
    assert.deepEqual(found.known && found.value, [
      {
        kind: "unresolved",
        name: "CONTOSO\\Domain Admins",
        why: "the step has no directory to look it up in",
      },
    ]);
  });

  it("are asked for where a server's Setup runs under another account than the one that connects", () => {
    const run = "manual";
    const account = { name: "CONTOSO\\exadmin" };
    assert.equal(asksAdministrators(aStep({ run, account })), true);
    assert.equal(asksAdministrators(aStep({ run, account: { name: "contoso\\PREP" } })), false);
    assert.equal(asksAdministrators(aStep({ run })), false);
    assert.equal(asksAdministrators(aStep({ account })), false);
    assert.equal(asksAdministrators(aStep({ run, account }, "schema")), false);
  });
});
