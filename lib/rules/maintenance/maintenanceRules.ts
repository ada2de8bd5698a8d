/** The rules on taking servers out of service around Setup, and around a security update. */
import { compareProducts, isModern, maintenanceOf } from "../../releases";
import type { RuleId } from "../ids";
import { always, handled, onUpdates, own, type Rule } from "../rule";

/** Applies to servers of products that can be taken out of service, and to security updates. */
const onServers: Rule["appliesTo"] = (c) =>
  onUpdates(c) || (c.step === "server" && compareProducts(c.target.product, "2010") >= 0);

const onModernServers: Rule["appliesTo"] = (c) =>
  onUpdates(c) || (c.step === "server" && isModern(c.target.product));

const described: Rule["source"] = ({ product }) => {
  const maintenance = maintenanceOf(product);
  return maintenance === "none" ? "not described" : maintenance;
};

export const maintenanceRules = {
  R59: {
    level: "should",
    appliesTo: onModernServers,
    judges: "program",
    title: always("the program says whether a server is taken out of service around Setup, or an update"),
    source: described,
    enforced: handled("maintenance", "`maintenance` in the program"),
  },
  R60: {
    level: "must",
    appliesTo: onServers,
    judges: "program",
    title: always("a server that is to be taken out of service can be"),
    source: described,
    enforced: handled("maintenance", "`maintenance` and `run` in the program, and the roles of the server"),
  },
  R61: {
    level: "must",
    appliesTo: onServers,
    judges: "computer",
    title: always("the management shell of a server that is taken out of service can be read"),
    source: own("how a server is taken out of service"),
    enforced: handled(
      "maintenance",
      "component states, copies, queues, cluster node and services, in the server's own shell",
    ),
  },
  R62: {
    level: "must",
    appliesTo: onServers,
    judges: "organization",
    title: always("a group keeps two copies of its databases, unless the program says otherwise"),
    source: described,
    enforced: handled("maintenance", "the members of the server's group, in its shell"),
  },
  R63: {
    level: "must",
    appliesTo: onServers,
    judges: "organization",
    title: always("no database goes down with the server, unless the program says otherwise"),
    source: described,
    enforced: handled(
      "maintenance",
      "the copies of the databases that are active on a member of a group, in its shell",
    ),
  },
  R64: {
    level: "must",
    appliesTo: onModernServers,
    judges: "organization",
    title: always("another server takes the messages of one that is taken out of service"),
    source: described,
    enforced: handled(
      "maintenance",
      "HubTransport and activation policy of the other servers of the group and the site, in the server's shell",
    ),
  },
  R65: {
    level: "should",
    appliesTo: onModernServers,
    judges: "computer",
    title: always("nobody else keeps a component of the server out of service"),
    source: described,
    enforced: handled("maintenance", "the component states by requester, in the server's shell"),
  },
  R66: {
    level: "must",
    appliesTo: onServers,
    judges: "computer",
    title: always("Setup, or an update, starts only when the server is seen to be out of service"),
    source: described,
    enforced: handled(
      "maintenance",
      "looked at until it is, or until `maintenance.patience` is over; then it is put back",
    ),
  },
  R67: {
    level: "must",
    appliesTo: onServers,
    judges: "computer",
    title: always("a server is put back into service as it was found"),
    source: own("what was found before is kept on the computer"),
    enforced: handled(
      "maintenance",
      "at the end, after the restart: states, policy, node, copies and services as they were found",
    ),
  },
  R68: {
    level: "should",
    appliesTo: onServers,
    judges: "computer",
    title: always("a server is well after it was put back"),
    source: own("how the result is proven"),
    enforced: handled(
      "maintenance",
      "component states of every requester, copies, cluster node and queues, after the server is back",
    ),
  },
  R69: {
    level: "should",
    appliesTo: onModernServers,
    judges: "program",
    title: always("a server is restarted while it is out of service"),
    source: described,
    enforced: handled(
      "maintenance",
      "`reboot` in the program, where Microsoft asks for a restart after each Setup, or update",
    ),
  },
} satisfies { readonly [Id in RuleId]?: Rule };

/**
 * The rules that only apply if the program takes the server out of service. R59, which asks whether it does, is not
 * among them.
 */
export const whereMaintained: readonly RuleId[] = (
  Object.keys(maintenanceRules) as readonly (keyof typeof maintenanceRules)[]
).filter((id) => id !== "R59");
