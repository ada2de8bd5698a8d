/** Every pair of releases, allowed or refused, as the sentence that people read. */
import assert from "node:assert/strict";
import {
  describeUnreachable,
  explainUnreachable,
  type Product,
  products,
  type Release,
  releases,
  transition,
} from "../../lib/releases";
import { named } from "./named";

/** What is said of a pair: of an upgrade in place how well it is known, of every other pair why there is none. */
function sentence(from: string, to: string): string {
  const edge = transition(from, to);
  if (edge !== undefined) return `In place, ${edge.evidence}: ${edge.source}`;
  const found = explainUnreachable(from, to);
  assert.ok(found, `${from} > ${to}`);
  return describeUnreachable(found);
}

const documentation = "Microsoft's Exchange documentation, MicrosoftDocs/OfficeDocs-Exchange";
const full = `In place, documented: ${documentation}, installing cumulative updates: each one is a full installation; the .NET Framework that both ends support can force a stop`;
const service2010 =
  "In place, documented: Microsoft TechNet bb629560 (upgrading Exchange 2010 to a service pack)";

/** Upgrades in place, as the table of the sources has them: from, to, the sentence. `a..b` is every final release between. */
const inPlace: readonly (readonly [from: string, to: string, text: string])[] = [
  [
    "2007 RTM",
    "2007 SP1",
    'In place, documented: Microsoft TechNet, "How to Upgrade to Exchange 2007 SP1", 2008-03-11; public transcript of an Exchange 2007 SP1 Setup.com /mode:upgrade run',
  ],
  [
    "2007 RTM",
    "2007 SP2",
    "In place, documented: Microsoft TechNet bb676559 and bb691226 (upgrading clustered mailbox servers to SP1 or SP2)",
  ],
  [
    "2007 SP1",
    "2007 SP2",
    "In place, documented: Microsoft Exchange Team, techcommunity 599231 (Exchange 2007 SP2)",
  ],
  [
    "2007 SP1",
    "2007 SP3",
    'In place, practice: null.53bits.co.uk, "upgrading from Exchange 2007 SP1 to SP3"',
  ],
  ...["2007 RTM", "2007 SP2"].map(
    (from) =>
      [
        from,
        "2007 SP3",
        "In place, unverified: no statement found; each service pack of Exchange 2007 is the full product (techcommunity 599231)",
      ] as const,
  ),
  ["2010 RTM", "2010 SP1..2010 SP3", service2010],
  ["2010 SP1..2010 SP2", "2010 SP3", service2010],
  [
    "2010 SP1",
    "2010 SP2",
    'In place, practice: Microsoft consultants\' blog (MEA Center of Expertise), "Exchange 2010 SP2 - Installation", 2012-01-17',
  ],
  [
    "2013 RTM..2013 CU23",
    "2013 RTM..2013 CU23",
    `In place, documented: ${documentation}, updates for Exchange 2013: no earlier cumulative update or service pack is needed first`,
  ],
  ["2016 RTM..2016 CU23", "2016 RTM..2016 CU23", full],
  ["2019 RTM..2019 CU15", "2019 RTM..2019 CU15", full],
  [
    "2019 CU14..2019 CU15",
    "SE RTM",
    'In place, documented: Microsoft Learn, "Upgrade to Exchange Server SE"; techcommunity 4410173',
  ],
];

/** From one product to another: what is said after "cannot be upgraded in place to …: ". */
const byMove: { readonly [pair: string]: string } = {
  "2000 2007": newServer("2007", "Exchange 2000 SP3 on every Exchange 2000 server"),
  "2003 2007": newServer("2007", "Exchange 2003 SP2 on every Exchange 2003 server"),
  "2007 2010": newServer("2010", "Exchange 2007 SP2 on the Exchange 2007 servers"),
  "2007 2013": newServer(
    "2013",
    "Exchange 2007 SP3 RU10 on every Exchange 2007 server including Edge, and media of 2013 CU2 or later",
  ),
  "2007 2016": refusing(
    "Exchange 2016",
    "2007",
    "every Exchange 2007 server removed first, by way of new Exchange 2010 or 2013 servers",
  ),
  "2010 2013": newServer(
    "2013",
    "Exchange 2010 SP3 on every Exchange 2010 server including Edge, and media of 2013 CU2 or later",
  ),
  "2010 2016": newServer(
    "2016",
    "Exchange 2010 SP3 with Update Rollup 11 on every Exchange 2010 server including Edge",
  ),
  "2010 2019": refusing(
    "Exchange 2019",
    "2010",
    "every Exchange 2010 server removed first, by way of new Exchange 2013 or 2016 servers",
  ),
  "2013 2016": newServer("2016", "Exchange 2013 CU10 on every Exchange 2013 server including Edge"),
  "2013 2019": newServer(
    "2019",
    "Exchange 2013 CU21 on every Exchange 2013 server including Edge, and media below 2019 CU15, whose Setup refuses an organization that still has Exchange 2013",
  ),
  "2013 SE": refusing(
    "Exchange Server Subscription Edition",
    "2013",
    "every Exchange 2013 server removed first, by way of new Exchange 2016 or 2019 servers",
  ),
  "2016 2019": newServer(
    "2019",
    "Exchange 2016 CU11 on every Exchange 2016 server including Edge, and CU23 beside 2019 CU15",
  ),
  "2016 SE": newServer(
    "Server Subscription Edition",
    "Exchange 2016 CU23 on every Exchange 2016 server including Edge",
  ),
};

function newServer(product: string, needs: string): string {
  return `install Exchange ${product} on a new server and move mailboxes and services to it; it needs ${needs}.`;
}

function refusing(media: string, product: string, needs: string): string {
  return `Setup of ${media} refuses an organization that has Exchange ${product}; it needs ${needs}.`;
}

const finals = releases.filter(({ preview }) => !preview);

function within(range: string, name: string): boolean {
  const [first = "", last = first] = range.split("..");
  const at = finals.findIndex((release) => release.name === name);
  const place = (each: string) => finals.indexOf(named(each));
  return place(first) >= 0 && place(first) <= at && at <= place(last);
}

function inPlaceText(from: Release, to: Release): string | undefined {
  if (finals.indexOf(from) < 0 || finals.indexOf(from) >= finals.indexOf(to)) return undefined;
  return inPlace.find(([start, end]) => within(start, from.name) && within(end, to.name))?.[2];
}

/** "2013 CU1 to 2013 CU23", "2019 CU14 or 2019 CU15": three and more of one product are joined. */
function listText(list: readonly Release[]): string {
  const parts = products.flatMap((product) => {
    const names = list.filter((each) => each.product === product).map(({ name }) => name);
    return names.length > 2 ? [`${names[0]} to ${names.at(-1)}`] : names;
  });
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} or ${parts.at(-1)}` : `${parts[0]}`;
}

function expected(from: Release, to: Release): string {
  const direct = inPlaceText(from, to);
  if (direct !== undefined) return direct;
  const onward = releases.filter((each) => inPlaceText(from, each) !== undefined);
  const inward = releases.filter((each) => inPlaceText(each, to) !== undefined);
  const age = ({ product, name }: Release) =>
    products.indexOf(product) * 1000 + releases.findIndex((each) => each.name === name);
  if (from === to) return `Exchange ${to.name} is what is there already: there is nothing to upgrade.`;
  if (age(to) < age(from)) {
    const way = onward.length > 0 ? `stay as it is, or go on to ${listText(onward)}` : "only stay as it is";
    return `Exchange ${to.name} is older than ${from.name}, and there is no way back: uninstalling removes Exchange from the server. ${from.name} can ${way}.`;
  }
  if (to.product === "SE" && from.product === "2019" && !from.preview)
    return `No upgrade in place leads from Exchange ${from.name} straight to SE RTM: upgrade to 2019 CU14 or 2019 CU15 first.`;
  // CU15 is the first whose Setup refuses 2013 servers: new servers are no way to it as long as they are there.
  if (from.product === "2013" && to.name === "2019 CU15")
    return (
      `Exchange ${from.name} cannot be upgraded in place to ${to.name}, and new servers are no way either: Setup refuses while an ` +
      "Exchange 2013 server is in the organization. New servers of Exchange 2019 need Exchange 2013 CU21 on every Exchange 2013 " +
      "server including Edge, and media below 2019 CU15, whose Setup refuses an organization that still has Exchange 2013."
    );
  const way = byMove[`${from.product} ${to.product}`];
  if (way !== undefined) return `Exchange ${from.name} cannot be upgraded in place to ${to.name}: ${way}`;
  const out =
    onward.length > 0
      ? `From ${from.name}, upgrades in place lead to ${listText(onward)}.`
      : `No upgrade in place from ${from.name} is known.`;
  const into =
    inward.length > 0
      ? `${to.name} is reached in place from ${listText(inward)}.`
      : `No upgrade in place to ${to.name} is known.`;
  return `No source says that Exchange ${from.name} can be upgraded to ${to.name}. ${out} ${into}`;
}

describe("the sentence for every pair of releases", () => {
  for (const from of products)
    for (const to of products)
      it(`from ${from} to ${to} is the one that the sources support`, () => {
        const of = (product: Product) => releases.filter((release) => release.product === product);
        for (const start of of(from))
          for (const target of of(to))
            assert.equal(
              sentence(start.name, target.name),
              expected(start, target),
              `${start.name} > ${target.name}`,
            );
      });

  const counts = { inPlace: 0, other: 0 };
  it("is of as many upgrades in place as the table of the sources has", () => {
    for (const from of releases)
      for (const to of releases) {
        if (transition(from.name, to.name) === undefined) counts.other += 1;
        else counts.inPlace += 1;
      }
    // 6 of 2007 and of 2010 each; any earlier to any later of 24, 24 and 16 releases of 2013, 2016 and 2019; 2 to SE.
    assert.deepEqual(counts, { inPlace: 6 + 6 + 276 + 276 + 120 + 2, other: 81 * 81 - 686 });
  });
});
