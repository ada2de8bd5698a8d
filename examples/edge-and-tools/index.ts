/**
 * What rests on no preparation of its own: an Edge Transport server, which belongs to no domain and has its own
 * administrator, and a computer with nothing but the management tools.
 */
import { ExchangeRoleUpgrade, Prepared } from "pulumi-exchange-upgrade";
import { computer, directory, target } from "../contoso/inventory";

const edge1 = new ExchangeRoleUpgrade("edge1", {
  prepared: Prepared.edge({ target }),
  computer: computer("edge1.perimeter.contoso.com", "edge1.perimeter.contoso.com\\Administrator"),
});

const tools1 = new ExchangeRoleUpgrade("tools1", {
  prepared: Prepared.verify({ directory, target }),
  computer: computer("tools1.contoso.com"),
});

export const levels = { edge1: edge1.levels, tools1: tools1.levels };
