#!/usr/bin/env bash
# ldapts 8.2.0 (client), a search in pages, and a server whose first page has no entries but a cookie.
#
# Expected: only an empty cookie ends a search in pages (RFC 2696, 3). A server may send a page without entries before others, for
#           instance because the time for a page was over before it had found one; the client asks for the next.
# Seen:     ldapts takes the empty page for the last one, and the search succeeds with nothing. The same server, with one entry in
#           its first page, is asked for the second.
# Who meets it: whoever takes the result for all there is, as for the servers of a large forest. A page that has a reference to
#           another server, even if no entries, is not taken for the last one.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund ldapts@8.2.0 ldapjs@3.0.7

cat >pages.mjs <<'JS'
import ldapjs from "ldapjs";
import { Client } from "ldapts";

for (const first of [[], ["mbx1"]]) {
  const pages = [first, ["mbx2"]];
  let asked = 0;
  const server = ldapjs.createServer();
  server.bind("cn=reader", (_request, response) => response.end());
  server.search("dc=contoso", (_request, response) => {
    const page = pages[asked++] ?? [];
    for (const cn of page) response.send({ dn: `cn=${cn},dc=contoso`, attributes: { cn: [cn] } });
    const cookie = Buffer.from(asked < pages.length ? "more" : "");
    response.addControl(new ldapjs.PagedResultsControl({ value: { size: 0, cookie } }));
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new Client({ url: `ldap://127.0.0.1:${server.port}` });
  await client.bind("cn=reader", "any");
  const { searchEntries } = await client.search("dc=contoso", { scope: "sub", attributes: ["cn"], paged: true });
  const found = searchEntries.map(({ cn }) => cn).join(" and ") || "nothing";
  console.log(`pages of ${pages.map((page) => page.length).join(" and ")}: ${asked} asked for, found ${found}`);
  await client.unbind();
  server.close();
}
JS
node pages.mjs 2>/dev/null | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
pages of 0 and 1: 1 asked for, found nothing
pages of 1 and 1: 2 asked for, found mbx1 and mbx2
SEEN
