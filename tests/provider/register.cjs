// Run in a program's folder, as users have it: registers one resource of each kind with a mocked engine and prints what
// the SDK made of their providers, as JSON: { "ExchangeSchemaPrep": text, … }.
const pulumi = require("@pulumi/pulumi");
const { setMocks } = pulumi.runtime;

const target = "2007 SP1";
const directory = { url: "ldaps://dc1.contoso.com", user: "CONTOSO\\reader", password: "Reader-Secret-1" };
const connection = { host: "127.0.0.1", password: "Prep-Secret-1" };
const computer = { name: "dc1.contoso.com", media: "D:\\SP1", connection };
const texts = {};

const mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    texts[type.split(":").at(-1)] = inputs.__provider;
    return { id: name, state: { planned: {} } };
  },
};

async function main() {
  await setMocks(mocks, "contoso", "test");
  const exchange = require("pulumi-exchange-upgrade");
  const schema = new exchange.ExchangeSchemaPrep("schema", { target, directory, computer });
  const ad = new exchange.ExchangeADPrep("ad", { schema, computer });
  const emea = new exchange.ExchangeDomainPrep("emea", { ad, computer });
  const mbx = new exchange.ExchangeRoleUpgrade("mbx", { prepared: emea, computer });
  const update = new exchange.ExchangeSecurityUpdate("update", {
    computer: { name: computer.name, connection },
    directory,
    file: "D:\\SU\\a.msp",
    kb: "KB5074993",
    build: "15.2.1748.43",
  });
  const cms = new exchange.ExchangeClusteredMailboxUpgrade("cms", {
    prepared: emea,
    name: "mbx1.contoso.com",
    nodes: { one: { name: "node1.contoso.com", connection }, two: { name: "node2.contoso.com", connection } },
  });
  await Promise.all(
    [schema, ad, emea, mbx, update, cms].map(
      (resource) => new Promise((resolve) => resource.urn.apply(resolve)),
    ),
  );
  process.stdout.write(JSON.stringify(texts));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
