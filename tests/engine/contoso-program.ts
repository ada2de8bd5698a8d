/** The upgrade of contoso as a program in plain JavaScript; the example's own is run by the demo, through TypeScript. */

/** The resources of the program, in its order. */
export const steps: readonly string[] = [
  "schema",
  "ad",
  "emea",
  "cas-lon",
  "cas-nyc",
  "cas-dub",
  "hub-lon",
  "um-lon",
  "mbx-lon",
  "mbx-dub",
  "edge1",
  "tools1",
];

export const schemaStep = `const schema = new ExchangeSchemaPrep("schema", { target, directory, computer: dc1 });`;

/** Every step after the schema's, in the order of the document. @param emea more arguments of the child domain's step */
export function stepsAfterSchema(emea = ""): string {
  return `
const ad = new ExchangeADPrep("ad", { schema, computer: dc1 });
const emea = new ExchangeDomainPrep("emea", { ad, domain: "emea.contoso.com", computer: emeaDc${emea} });
const up = (name, prepared, after, fqdn, account) =>
  new ExchangeRoleUpgrade(name, { prepared, after, computer: computer(fqdn, account) });
const casLon = up("cas-lon", ad, [], "cas-lon.contoso.com");
const casNyc = up("cas-nyc", ad, [], "cas-nyc.contoso.com");
const casDub = up("cas-dub", emea, [casLon, casNyc], "cas-dub.emea.contoso.com");
const hub = up("hub-lon", ad, [casDub], "hub-lon.contoso.com");
const um = up("um-lon", ad, [casDub], "um-lon.contoso.com");
const mbxLon = up("mbx-lon", ad, [hub, um], "mbx-lon.contoso.com");
const mbxDub = up("mbx-dub", emea, [hub, um], "mbx-dub.emea.contoso.com");
up("edge1", Prepared.edge({ target }), [mbxLon, mbxDub], "edge1.perimeter.contoso.com",
  "edge1.perimeter.contoso.com\\\\Administrator");
up("tools1", ad, [mbxLon, mbxDub], "tools1.contoso.com");
`;
}
