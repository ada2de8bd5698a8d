// As many dynamic resources with the inputs and outputs of an ExchangeRoleUpgrade, none of them a secret, and a provider
// that does nothing.
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");

const plan = {
  step: "server upgrade",
  command: "D:\\SP1\\Setup.com /mode:upgrade",
  account: "CONTOSO\\exadmin",
  groups:
    "Exchange Organization Administrators (P1), or Exchange Server Administrator (P3); local Administrators",
  place: "on the server",
  before: "2007 RTM (8.0.685.25)",
  after: "2007 SP1 (8.1.240.6)",
  undo: "irreversible (D9)",
  rules: "D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D15, P1, P2, P3, P4, R1, R2, R3, R4",
};
const levels = { "Client Access": "8.1.240.6", "Management Tools": "8.1.240.6" };

const provider = {
  check: async (_olds, news) => ({ inputs: news }),
  diff: async () => ({ changes: false }),
  create: async (inputs) => {
    const { name } = inputs.computer;
    const planned = { ...inputs.prepared, server: name };
    const outputs = {
      plan: { ...plan, computer: name },
      planned,
      forest: "contoso.com",
      levels,
      adopted: true,
    };
    return { id: `${name}/server`, outs: { ...inputs, ...outputs } };
  },
  read: async (id, props) => ({ id, props }),
  update: async (_id, _olds, news) => ({ outs: news }),
  delete: async () => {},
};

class Trivial extends pulumi.dynamic.Resource {
  constructor(name, inputs) {
    const outputs = {
      plan: undefined,
      planned: undefined,
      forest: undefined,
      levels: undefined,
      adopted: undefined,
    };
    super(provider, name, { ...inputs, ...outputs }, {}, "bench", "Trivial");
  }
}

const lab = JSON.parse(readFileSync(process.env.EXCHANGE_LAB, "utf8"));
const target = "2007 SP1";
const directory = { ...lab.directory, ...lab.accounts["CONTOSO\\reader"] };
const prepared = { target, from: "as found", schema: false, organization: false, domains: [], verify: true };

for (const [name, at] of Object.entries(lab.computers)) {
  const connection = { ...at, ...lab.accounts["CONTOSO\\exadmin"] };
  new Trivial(name.split(".")[0], {
    target,
    directory,
    prepared,
    computer: { name, media: "D:\\SP1", connection },
  });
}
