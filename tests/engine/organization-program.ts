/** Contoso as one component, in plain JavaScript, beside the preamble of the harness. */

/** @param change more statements, which may change `servers` and `args` before the component is made */
export function organizationProgram(change = ""): string {
  return `
const { ExchangeUpgrade } = require("pulumi-exchange-upgrade");
const server = (name, roles, site, more = {}) => ({ computer: computer(name), roles: [].concat(roles), site, ...more });
const servers = {
  "mbx-lon": server("mbx-lon.contoso.com", "Mailbox", "London"),
  "mbx-dub": server("mbx-dub.emea.contoso.com", "Mailbox", "Dublin"),
  "cas-lon": server("cas-lon.contoso.com", "Client Access", "London", { internetFacing: true }),
  "cas-nyc": server("cas-nyc.contoso.com", "Client Access", "NewYork", { internetFacing: true }),
  "cas-dub": server("cas-dub.emea.contoso.com", "Client Access", "Dublin"),
  "hub-lon": server("hub-lon.contoso.com", "Hub Transport", "London"),
  "um-lon": server("um-lon.contoso.com", "Unified Messaging", "London"),
  "tools1": server("tools1.contoso.com", "Management Tools"),
  "edge1": {
    computer: computer("edge1.perimeter.contoso.com", "edge1.perimeter.contoso.com\\\\Administrator"),
    roles: ["Edge Transport"],
  },
};
const args = {
  target, directory, servers,
  preparation: { schema: { computer: dc1 }, domains: { "emea.contoso.com": { computer: emeaDc } } },
};
${change}
const upgrade = new ExchangeUpgrade("contoso", args);
exports.proven = upgrade.verification.proven;
`;
}
