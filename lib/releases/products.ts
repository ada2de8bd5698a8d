/** The Exchange products, oldest first. */
export const products = ["2000", "2003", "2007", "2010", "2013", "2016", "2019", "SE"] as const;

/** One of {@link products}. "SE" is Subscription Edition. */
export type Product = (typeof products)[number];

/** Product names for messages. */
export const productNames: Readonly<Record<Product, string>> = {
  "2000": "Exchange 2000",
  "2003": "Exchange 2003",
  "2007": "Exchange 2007",
  "2010": "Exchange 2010",
  "2013": "Exchange 2013",
  "2016": "Exchange 2016",
  "2019": "Exchange 2019",
  SE: "Exchange Server Subscription Edition",
};

const places = Object.fromEntries(products.map((product, place) => [product, place])) as Readonly<
  Record<Product, number>
>;

/** Negative when `a` is the older product, zero when equal, positive when `a` is the newer one. */
export function compareProducts(a: Product, b: Product): number {
  return places[a] - places[b];
}

/** The product in the name of a release, such as `2007 SP1`; undefined for a name that begins with none. */
export function productOfName(name: string): Product | undefined {
  return products.find((product) => name.startsWith(`${product} `));
}

/** Whether a product is Exchange 2013 or later: two server roles, Setup.exe, and cumulative updates. */
export function isModern(product: Product): boolean {
  return compareProducts(product, "2013") >= 0;
}
