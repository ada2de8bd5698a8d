#!/usr/bin/env bash
# ldapts 8.2.0 (client), logged on, and a server that ends the idle connection, as domain controllers do after 15 minutes.
#
# Expected: the next search fails because the connection is gone, or the client connects and logs on again before it asks.
# Seen:     it connects again and asks without a logon. A server that lets anonymous clients search answers with what those may
#           see, and the search succeeds with less: the same object, without the attributes that the account could read.
#           `client.isBound` says false by then, which nobody asks after a search that succeeded. The option autoRebind logs on
#           again; it is off unless it is set.
# Who meets it: whoever keeps a client, and takes what it does not find for what is not there.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund ldapts@8.2.0 ldapjs@3.0.7

cat >idle.mjs <<'JS'
import ldapjs from "ldapjs";
import { Client } from "ldapts";

const sockets = [];
const server = ldapjs.createServer();
const loggedOn = new WeakSet();
server.bind("cn=reader", (request, response) => {
  loggedOn.add(request.connection);
  response.end();
});
server.search("dc=contoso", (request, response) => {
  const more = loggedOn.has(request.connection) ? { description: ["for the account only"] } : {};
  const attributes = { cn: ["mbx1"], ...more };
  response.send({ dn: "cn=mbx1,dc=contoso", attributes });
  response.end();
});
server.on("error", () => {});
server.server.on("connection", (socket) => sockets.push(socket));
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const client = new Client({ url: `ldap://127.0.0.1:${server.port}` });
const search = async (when) => {
  const options = { scope: "sub", filter: "(cn=mbx1)", attributes: ["cn", "description"] };
  const { searchEntries } = await client.search("dc=contoso", options);
  console.log(`${when}: connections ${sockets.length}, logged on ${client.isBound}, ${JSON.stringify(searchEntries[0])}`);
};
await client.bind("cn=reader", "any");
await search("after the logon");
for (const socket of sockets) socket.end();
await new Promise((resolve) => setTimeout(resolve, 200));
await search("after the server has ended the connection");
await client.unbind();
server.close();
JS
node idle.mjs 2>/dev/null | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
after the logon: connections 1, logged on true, {"dn":"cn=mbx1,dc=contoso","cn":"mbx1","description":"for the account only"}
after the server has ended the connection: connections 2, logged on false, {"dn":"cn=mbx1,dc=contoso","cn":"mbx1","description":[]}
SEEN
