/**
 * The order is in the types: what is written here compiles, and what is marked `@ts-expect-error` must not. The compiler
 * is the test (`tsc` checks this file, and an expected error that does not happen is an error); nothing here is run.
 */
import assert from "node:assert/strict";
import {
  type AccountArgs,
  type ComputerArgs,
  type DirectoryArgs,
  ExchangeADPrep,
  ExchangeDomainPrep,
  ExchangeRoleUpgrade,
  ExchangeSchemaPrep,
  Prepared,
} from "../../lib";

/** Programs that are checked and never run. */
function programs(directory: DirectoryArgs, computer: ComputerArgs, account: AccountArgs): void {
  const target = "2007 SP1";
  const schema = new ExchangeSchemaPrep("schema", { target, directory, computer });
  const ad = new ExchangeADPrep("ad", { schema, computer });
  const emea = new ExchangeDomainPrep("emea", { ad, domain: "emea.contoso.com", computer });
  const cas1 = new ExchangeRoleUpgrade("cas1", { prepared: ad, computer });
  const mbx1 = new ExchangeRoleUpgrade("mbx1", { prepared: emea, after: [cas1], computer, account });

  // Somebody else prepared: all of it, or a part.
  const prepared = Prepared.verify({ directory, target });
  new ExchangeADPrep("ad", { schema: prepared, computer });
  new ExchangeDomainPrep("all", { ad: prepared, allDomains: true, computer, run: "manual" });
  new ExchangeRoleUpgrade("mbx2", { prepared, after: [cas1, mbx1], computer });
  new ExchangeRoleUpgrade("edge1", { prepared: Prepared.edge({ target }), computer });

  // Outputs of one step are inputs of another.
  new ExchangeSchemaPrep("other", {
    target: schema.target,
    directory,
    computer: { ...computer, media: "D:\\SP1" },
  });

  // Waivers are by the numbers of rules, in a map that is made elsewhere, too.
  const waive: { readonly [rule: string]: string } = { D6: "CHG0042" };
  new ExchangeSchemaPrep("waived", { target, directory, computer, waive });
  new ExchangeSchemaPrep("waived", { target, directory, computer, waive: { R11: "CHG0042" } });
  // @ts-expect-error: there is no such rule.
  new ExchangeSchemaPrep("waived", { target, directory, computer, waive: { D66: "CHG0042" } });
  // @ts-expect-error: a waiver has a reason.
  new ExchangeSchemaPrep("waived", { target, directory, computer, waive: { D6: true } });

  // @ts-expect-error: Active Directory needs the schema's preparation.
  new ExchangeADPrep("x", { computer });
  // @ts-expect-error: its target is the schema's.
  new ExchangeADPrep("x", { schema, computer, target });
  // @ts-expect-error: Active Directory does not rest on a domain.
  new ExchangeADPrep("x", { schema: emea, computer });
  // @ts-expect-error: nor on itself.
  new ExchangeADPrep("x", { schema: ad, computer });
  // @ts-expect-error: nor on a server.
  new ExchangeADPrep("x", { schema: cas1, computer });

  // @ts-expect-error: a domain needs the organization's preparation.
  new ExchangeDomainPrep("x", { domain: "emea.contoso.com", computer });
  // @ts-expect-error: the schema's is not enough.
  new ExchangeDomainPrep("x", { ad: schema, computer });
  // @ts-expect-error: nor is another domain's.
  new ExchangeDomainPrep("x", { ad: emea, computer });

  // @ts-expect-error: a server needs a preparation.
  new ExchangeRoleUpgrade("x", { computer });
  // @ts-expect-error: the schema's is not enough.
  new ExchangeRoleUpgrade("x", { prepared: schema, computer });
  // @ts-expect-error: another server is none.
  new ExchangeRoleUpgrade("x", { prepared: cas1, computer });
  // @ts-expect-error: a preparation is no server that comes before.
  new ExchangeRoleUpgrade("x", { prepared: ad, after: [emea], computer });
  // @ts-expect-error: its directory is the preparation's.
  new ExchangeRoleUpgrade("x", { prepared: ad, computer, directory });

  // @ts-expect-error: the schema needs a target.
  new ExchangeSchemaPrep("x", { directory, computer });
  // @ts-expect-error: and a directory.
  new ExchangeSchemaPrep("x", { target, computer });
  // @ts-expect-error: and a computer.
  new ExchangeSchemaPrep("x", { target, directory });
  // @ts-expect-error: the schema has no domain.
  new ExchangeSchemaPrep("x", { target, directory, computer, domain: "emea.contoso.com" });
  // @ts-expect-error: a computer has a name.
  new ExchangeSchemaPrep("x", { target, directory, computer: {} });
  // @ts-expect-error: there is no such way to run Setup.
  new ExchangeSchemaPrep("x", { target, directory, computer, run: "wizard" });
  // @ts-expect-error: an edge server has no directory.
  Prepared.edge({ target, directory });
  // @ts-expect-error: Prepared is made by its own functions.
  new Prepared(target, {});

  // @ts-expect-error: a variable is named by a string.
  new ExchangeSchemaPrep("x", { target, directory: { ...directory, password: { env: 1 } }, computer });
}

describe("the order of the steps", () => {
  it("is in the types, which the compiler checks in this file", () => {
    assert.equal(typeof programs, "function");
  });
});
