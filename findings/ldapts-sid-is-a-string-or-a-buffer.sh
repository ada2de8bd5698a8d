#!/usr/bin/env bash
# ldapts 8.2.0 (client) and binary attributes of Active Directory (objectSid, objectGUID, tokenGroups) in a search without
# explicitBufferAttributes.
#
# Expected: what an attribute is depends on the attribute: objectSid is a Buffer for every object.
# Seen:     it depends on the octets of each value. What happens to be UTF-8 is a string, all else a Buffer. The SID of a domain's
#           account is a Buffer for nearly every domain; that of BUILTIN\Administrators and of the other groups that every Windows
#           has is a string with control characters, as is the odd account whose numbers are all small.
# Who meets it: code that was tried on users of one domain, and meets a well-known group later: Buffer.isBuffer(sid) is false, or
#           sid.readUInt32LE is no function. With the names in explicitBufferAttributes, as the server spells them, all are Buffers.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund ldapts@8.2.0 ldapjs@3.0.7

cat >sids.mjs <<'JS'
import ldapjs from "ldapjs";
import { Client } from "ldapts";

/** A SID of authority 5 with these numbers. */
const sid = (...numbers) => {
  const octets = Buffer.alloc(8 + 4 * numbers.length);
  octets.writeUInt8(1, 0);
  octets.writeUInt8(numbers.length, 1);
  octets.writeUInt8(5, 7);
  numbers.forEach((number, i) => octets.writeUInt32LE(number, 8 + 4 * i));
  return octets;
};
const objects = {
  "S-1-5-21-2127521184-1604012920-1887927527-1104": sid(21, 2127521184, 1604012920, 1887927527, 1104),
  "S-1-5-32-544": sid(32, 544),
  "S-1-5-11": sid(11),
};
const server = ldapjs.createServer();
server.bind("cn=reader", (_request, response) => response.end());
server.search("dc=contoso", (_request, response) => {
  for (const [cn, value] of Object.entries(objects)) {
    const attributes = Object.entries({ cn, objectsid: value }).map(
      ([type, each]) => new ldapjs.Attribute({ type, values: [each] }),
    );
    const objectName = `cn=${cn},dc=contoso`;
    response.send(new ldapjs.SearchEntry({ messageId: response.messageId, objectName, attributes }));
  }
  response.end();
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new Client({ url: `ldap://127.0.0.1:${server.port}` });
await client.bind("cn=reader", "any");
const typeOf = (value) => (Buffer.isBuffer(value) ? "a Buffer" : `a ${typeof value}`);
for (const explicitBufferAttributes of [[], ["objectsid"]]) {
  const options = { scope: "sub", attributes: ["cn", "objectsid"], explicitBufferAttributes };
  const { searchEntries } = await client.search("dc=contoso", options);
  console.log(`explicitBufferAttributes [${explicitBufferAttributes}]:`);
  for (const { cn, objectsid } of searchEntries) console.log(`  ${cn} is ${typeOf(objectsid)}`);
}
await client.unbind();
server.close();
JS
node sids.mjs 2>/dev/null | tee seen
diff seen - <<'SEEN' || { echo "this has changed"; exit 1; }
explicitBufferAttributes []:
  S-1-5-21-2127521184-1604012920-1887927527-1104 is a Buffer
  S-1-5-32-544 is a string
  S-1-5-11 is a string
explicitBufferAttributes [objectsid]:
  S-1-5-21-2127521184-1604012920-1887927527-1104 is a Buffer
  S-1-5-32-544 is a Buffer
  S-1-5-11 is a Buffer
SEEN
