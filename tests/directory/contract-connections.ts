/** The contract for logging on, certificates, and everything that goes wrong with connections. */
import assert from "node:assert/strict";
import { Client } from "ldapts";
import { domainSid } from "../../lab/directory";
import { DirectorySession } from "../../lib/directory";
import { Server } from "../../lib/directory/client";
import { endpointOf } from "../../lib/directory/directoryConnection";
import { systemObjectsSearch } from "../../lib/directory/exchange";
import { DirectoryFailure } from "../../lib/directory/failure";
import {
  accountOf,
  childDomain,
  closedUrl,
  dc1,
  emeaDc2,
  type GetSubject,
  plainError,
  sidOf,
  valueFrom,
  whyOf,
} from "./contract-support";
import { allServers, names, passwordOf } from "./organization";
import { Relay } from "./relay";

/** What Active Directory answers to whoever has not logged on. */
const operationsError = 1;

/** Time that a stopped domain controller gets, ms. */
const shortTime = 6000;

export function connectionsContract(given: GetSubject): void {
  describe("logging on", () => {
    it("works by DOMAIN\\name and with StartTLS", async () => {
      const session = await given().open({
        url: given().plainUrlOf(dc1),
        user: "CONTOSO\\reader",
      });
      assert.equal(valueFrom((await session.forest()).schema), 10637);
    });

    it("gives the same facts with StartTLS as on LDAPS, in every domain", async () => {
      const plain = Object.keys(given().directory.controllers).map(
        (name) => [name, given().plainUrlOf(name)] as const,
      );
      const [secure, upgraded] = [
        await given().open(),
        await given().open({
          url: given().plainUrlOf(dc1),
          domainControllers: {
            ...Object.fromEntries(plain),
            "emea-dc1.emea.contoso.test": closedUrl,
          },
        }),
      ];
      assert.deepEqual(await upgraded.forest(), await secure.forest());
      assert.deepEqual(await upgraded.domainLevel(childDomain), await secure.domainLevel(childDomain));
      assert.deepEqual(await upgraded.account("EMEA\\emea-admin"), await secure.account("EMEA\\emea-admin"));
    });

    it("with a wrong password says so, without the password", async () => {
      await assert.rejects(
        DirectorySession.open(given().connection({ password: "Wr0ng-Secret" }), given().logons),
        plainError(
          `Directory ${given().label(dc1)} refused to log on reader@contoso.test (LDAP result 49, data 52e): ` +
            "the user name or the password is wrong; check both",
        ),
      );
    });

    it("as nobody known does not tell that nobody is", async () => {
      await assert.rejects(
        DirectorySession.open(
          given().connection({ user: "nobody@contoso.test", password: "Wr0ng-Secret" }),
          given().logons,
        ),
        plainError(
          `Directory ${given().label(dc1)} refused to log on nobody@contoso.test (LDAP result 49, data 52e): ` +
            "the user name or the password is wrong; check both",
        ),
      );
    });

    it("refuses a certificate that nobody here trusts, on LDAPS and on StartTLS", async () => {
      for (const url of [given().urlOf(dc1), given().plainUrlOf(dc1)]) {
        const { ca: _, ...untrusting } = given().connection({ url });
        await assert.rejects(DirectorySession.open(untrusting, given().logons), (error: unknown) => {
          assert.match(
            String(error),
            /^Error: Directory ldaps?:\/\/127\.\S+ shows a certificate from an issuer that is not trusted here \((UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN)\); give the certificate of the issuing certification authority as `ca` \(PEM\)$/,
          );
          return true;
        });
        assert.equal((await given().open({ ...untrusting, insecureSkipVerify: true })).searches, 1);
      }
    });

    it("refuses a certificate for another name, on LDAPS and on StartTLS", async () => {
      for (const url of [given().urlOf(dc1), given().plainUrlOf(dc1)]) {
        await assert.rejects(
          DirectorySession.open(given().connection({ url, serverName: "dc9.contoso.test" }), given().logons),
          /^Error: Directory ldaps?:\/\/127\.\S+ shows a certificate for DNS:dc1\.contoso\.test, .*IP Address:127\.\S+, not for dc9\.contoso\.test; connect by a name in the certificate, or give that name as `serverName`$/,
        );
      }
      const session = await given().open({ serverName: dc1 });
      assert.equal(valueFrom((await session.forest()).root), "contoso.test");
    });

    it("refuses a certificate of another domain's domain controller that does not carry its name", async () => {
      const session = await given().open({
        domainControllers: { [emeaDc2]: given().urlOf(dc1), "emea-dc1.emea.contoso.test": closedUrl },
      });
      assert.match(
        whyOf(await session.domainLevel(childDomain)),
        /^no domain controller of emea\.contoso\.test could be asked: ldaps:\/\/127\.0\.0\.1:1 refuses connections \(ECONNREFUSED\); check that a domain controller listens on this port; ldaps:\/\/127\.\S+ shows a certificate for DNS:dc1\.contoso\.test, .*IP Address:127\.\S+, not for emea-dc2\.emea\.contoso\.test; connect by a name in the certificate, or give that name as `serverName`$/,
      );
    });
  });

  describe("a domain controller of another domain", () => {
    it("answers for the forest, and the other domains are asked elsewhere", async () => {
      const session = await given().open({ url: given().urlOf(emeaDc2), user: "reader@contoso.test" });
      const forest = await session.forest();
      assert.equal(valueFrom(forest.schema), 10637);
      assert.equal(valueFrom(forest.schemaMaster).name, dc1);
      assert.equal(valueFrom(forest.servers).length, allServers);
      assert.equal(valueFrom(forest.groups).schemaAdmins, `${domainSid("contoso.test")}-518`);
      assert.equal(
        (await session.domainLevel("contoso.test")).source,
        `objectVersion of CN=Microsoft Exchange System Objects,DC=contoso,DC=test on ${dc1}`,
      );
    });

    it("never lets what it does not hold look absent", async () => {
      const server = new Server(endpointOf(given().connection()), given().logons, () => {});
      const base = "DC=emea,DC=contoso,DC=test";
      try {
        await assert.rejects(server.search(systemObjectsSearch(base)), (error: unknown) => {
          assert.ok(error instanceof DirectoryFailure);
          // Active Directory refers to the other domain; Samba says that there is no such object.
          const texts: { readonly [kind: string]: string } = {
            referral: `${given().label(dc1)} holds no copy of ${base} and refers to another server`,
            absent: `${given().label(dc1)} has no object ${base}`,
          };
          assert.equal(error.message, texts[error.kind]);
          return true;
        });
      } finally {
        server.close();
      }
      // The same through a session whose map of domain controllers is wrong.
      const session = await given().open({
        domainControllers: { [emeaDc2]: given().urlOf(dc1), "emea-dc1.emea.contoso.test": closedUrl },
        insecureSkipVerify: true,
      });
      const closed = `${closedUrl} refuses connections (ECONNREFUSED); check that a domain controller listens on this port`;
      const elsewhere = [
        `no domain controller of ${childDomain} could be asked: ${closed}; ${given().label(dc1)} holds no copy of ${base} and refers to another server`,
        `${given().label(dc1)} has no object ${base}`,
      ];
      for (const fact of [
        await session.domainLevel(childDomain),
        await session.account("EMEA\\emea-admin"),
        await session.account(sidOf("EMEA\\emea-admin")),
        await session.account("emea-admin@emea.contoso.test"),
      ]) {
        assert.ok(elsewhere.includes(whyOf(fact)), whyOf(fact));
      }
    });
  });

  describe("a domain controller that stops answering", () => {
    it("makes facts unknown, and is logged on to again when it comes back", async () => {
      const session = await given().open({ timeoutMs: shortTime });
      const before = await session.forest();
      assert.equal(valueFrom(before.schema), 10637);
      given().pause(dc1);
      try {
        const during = await session.forest();
        const why = `${given().label(dc1)} did not answer within 6 s (search of the root DSE)`;
        // Of what is read in each domain there is nothing, since the domains are not known.
        const { domainFunctionalLevels, domainControllerWindows, ...facts } = during;
        assert.deepEqual([domainFunctionalLevels, domainControllerWindows], [{}, {}]);
        for (const [name, fact] of Object.entries(facts)) {
          assert.deepEqual(fact, { known: false, why, source: given().label(dc1) }, name);
        }
        // Now without a connection: it is the logon that is not answered.
        assert.equal(
          whyOf(await session.domainLevel("contoso.test")),
          `${given().label(dc1)} did not answer within 6 s (connecting and logging on)`,
        );
      } finally {
        given().resume(dc1);
      }
      const after = await session.forest();
      assert.deepEqual(after, before);
      assert.equal(accountOf(await session.account("CONTOSO\\nested")).sid, sidOf("CONTOSO\\nested"));
    });

    it("would be asked anonymously afterwards by ldapts alone, which the directory refuses", async () => {
      const client = new Client({
        url: given().urlOf(dc1),
        tlsOptions: { ca: given().directory.ca },
        timeout: 500,
      });
      const read = () => client.search(names.schemaVersion, { scope: "base", attributes: ["rangeUpper"] });
      try {
        await client.bind("reader@contoso.test", passwordOf("reader"));
        assert.equal((await read()).searchEntries[0]?.rangeUpper, "10637");
        given().pause(dc1);
        await assert.rejects(read(), /timed out/);
        given().resume(dc1);
        // Connected again, not logged on: why the product never lets a client connect twice.
        await assert.rejects(read(), { code: operationsError });
      } finally {
        given().resume(dc1);
        await client.unbind();
      }
    });

    it("takes only its own domain's facts along", async () => {
      const session = await given().open({ timeoutMs: shortTime });
      given().pause(emeaDc2);
      try {
        const forest = await session.forest();
        assert.deepEqual(Object.keys(valueFrom(forest.groups).domainAdmins), ["contoso.test"]);
        assert.equal(valueFrom(forest.schema), 10637);
        const silent = `${given().label(emeaDc2)} did not answer within 6 s (connecting and logging on)`;
        const refused = `${closedUrl} refuses connections (ECONNREFUSED); check that a domain controller listens on this port`;
        const nobodyToAsk = `no domain controller of emea.contoso.test could be asked: ${refused}; ${silent}`;
        const [level, there, perhapsThere, here] = await Promise.all([
          session.domainLevel("emea.contoso.test"),
          session.account("EMEA\\emea-admin"),
          session.account("nobody@contoso.test"),
          session.account("nested@contoso.test"),
        ]);
        assert.equal(whyOf(level), nobodyToAsk);
        assert.equal(whyOf(there), nobodyToAsk);
        assert.equal(whyOf(perhapsThere), nobodyToAsk);
        assert.equal(accountOf(here).name, "CONTOSO\\nested");
      } finally {
        given().resume(emeaDc2);
      }
      assert.equal(valueFrom(await session.domainLevel("emea.contoso.test")), 10628);
    });

    it("lets no session be opened", async () => {
      given().pause(dc1);
      try {
        await assert.rejects(
          DirectorySession.open(given().connection({ timeoutMs: shortTime }), given().logons),
          plainError(`Directory ${given().label(dc1)} did not answer within 6 s (connecting and logging on)`),
        );
      } finally {
        given().resume(dc1);
      }
    });
  });

  describe("a connection that is cut", () => {
    for (const scheme of ["ldaps", "ldap"] as const) {
      it(`is made and logged on anew (${scheme})`, async () => {
        const target = scheme === "ldaps" ? given().urlOf(dc1) : given().plainUrlOf(dc1);
        const relay = await Relay.before(target);
        try {
          const session = await given().open({ url: `${scheme}://127.0.0.1:${relay.port}`, serverName: dc1 });
          const before = await session.forest();
          relay.cut();
          assert.deepEqual(await session.forest(), before);
          assert.equal(relay.accepted, 2);
          // Cut between request and answer.
          const pending = session.domainLevel("contoso.test");
          setImmediate(() => relay.cut());
          assert.equal(valueFrom(await pending), 10628);
        } finally {
          await relay.close();
        }
      });
    }
  });
}
