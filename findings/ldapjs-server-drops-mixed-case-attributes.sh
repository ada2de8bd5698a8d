#!/usr/bin/env bash
# ldapjs 3.0.7 (server): response.send() with a plain object, for a search that names its attributes.
#
# Expected: names of attributes are compared without regard to case (RFC 4512, 2.5), so a search for `objectClass` gets it.
# Seen:     the server compares the entry's names in lower case with the names as the client wrote them. Whatever the client
#           writes with a capital letter (objectClass, objectVersion, rangeUpper: all of Active Directory's own spelling) is
#           left out without an error; the same search in lower case gets it.
# Who meets it: whoever tests a client of Active Directory against an ldapjs server, and takes "absent" for its own fault. A
#           SearchResultEntry made by hand is sent as it is.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund ldapts@8.2.0 ldapjs@3.0.7

cat >case.mjs <<'JS'
import ldapjs from "ldapjs";
import { Client } from "ldapts";

const server = ldapjs.createServer();
server.bind("cn=reader", (_request, response) => response.end());
server.search("dc=contoso", (_request, response) => {
  response.send({ dn: "cn=org,dc=contoso", attributes: { cn: ["org"], objectVersion: ["11221"] } });
  response.end();
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new Client({ url: `ldap://127.0.0.1:${server.port}` });
await client.bind("cn=reader", "any");
for (const name of ["objectVersion", "objectversion"]) {
  const { searchEntries } = await client.search("dc=contoso", { scope: "sub", filter: "(cn=org)", attributes: [name] });
  const values = Object.entries(searchEntries[0]).filter(([key]) => key !== "dn").flatMap(([, value]) => value);
  console.log(`asked for ${name}: ${values.length === 0 ? "nothing" : values.join()}`);
}
await client.unbind();
server.close();
JS
node case.mjs 2>/dev/null | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
asked for objectVersion: nothing
asked for objectversion: 11221
SEEN
