#!/usr/bin/env bash
# ldapts 8.2.0 (client) and a search that names its attributes.
#
# Expected: an attribute that the server does not send is not in the entry, so `entry.description === undefined` or
#           `"description" in entry` tells whether the object has one.
# Seen:     every attribute that was asked for is in the entry, with [] where the server sent none, and as a plain string
#           where it sent one value. "Has it" is a question of length, and an attribute that the account may not read (which
#           Active Directory leaves out without an error) looks the same as one that is not set.
# Who meets it: whoever reads Active Directory from Node.js and decides by presence.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund ldapts@8.2.0 ldapjs@3.0.7

cat >absent.mjs <<'JS'
import ldapjs from "ldapjs";
import { Client } from "ldapts";

const server = ldapjs.createServer();
server.bind("cn=reader", (_request, response) => response.end());
server.search("dc=contoso", (_request, response) => {
  response.send({ dn: "cn=mbx1,dc=contoso", attributes: { cn: ["mbx1"] } });
  response.end();
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new Client({ url: `ldap://127.0.0.1:${server.port}` });
await client.bind("cn=reader", "any");
const search = async (attributes) =>
  (await client.search("dc=contoso", { scope: "sub", filter: "(cn=mbx1)", attributes })).searchEntries[0];
console.log(JSON.stringify(await search(["cn", "description"])));
console.log(JSON.stringify(await search(undefined)));
await client.unbind();
server.close();
JS
node absent.mjs 2>/dev/null | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
{"dn":"cn=mbx1,dc=contoso","cn":"mbx1","description":[]}
{"dn":"cn=mbx1,dc=contoso","cn":"mbx1"}
SEEN
