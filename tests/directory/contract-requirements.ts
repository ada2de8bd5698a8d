/** The contract for what the system requirements, the order of servers and rule P3 are judged by. */
import assert from "node:assert/strict";
import type { AccessEntry, ForestFacts } from "../../lib/facts";
import { childDomain, dc1, emeaDc2, type GetSubject, sidOf, valueFrom, whyOf } from "./contract-support";
import { allServers, names, passwordOf } from "./organization";

/** `RPWPCRCCDCLCLORCWOWDSDDTSW`: what Windows shows as full control of a directory object. */
const fullControl = 0xf01ff;

export function requirementsContract(given: GetSubject): void {
  describe("what is required of the forest", () => {
    let forest: ForestFacts;
    let seenByBlind: ForestFacts;
    before(async () => {
      const session = await given().open();
      forest = await session.forest();
      const blind = await given().open({ user: "CONTOSO\\blind", password: passwordOf("blind") });
      seenByBlind = await blind.forest();
      await given().closeSessions();
    });

    it("has the functional levels of the forest and of each domain, each read there", () => {
      assert.deepEqual(forest.functionalLevel, {
        known: true,
        value: 2,
        source: `msDS-Behavior-Version of ${names.partitions} on ${dc1}`,
      });
      assert.deepEqual(forest.domainFunctionalLevels, {
        "contoso.test": {
          known: true,
          value: { level: 2, mixed: false },
          source: `msDS-Behavior-Version and nTMixedDomain of DC=contoso,DC=test on ${dc1}`,
        },
        [childDomain]: {
          known: true,
          value: { level: 0, mixed: true },
          source: `msDS-Behavior-Version and nTMixedDomain of DC=emea,DC=contoso,DC=test on ${emeaDc2}`,
        },
      });
    });

    it("has the Windows of every domain controller, read in its domain", () => {
      const root = `operatingSystemVersion of the domain controllers in DC=contoso,DC=test on ${dc1}`;
      const child = `operatingSystemVersion of the domain controllers in DC=emea,DC=contoso,DC=test on ${emeaDc2}`;
      assert.deepEqual(forest.domainControllerWindows, {
        [dc1]: { known: true, value: { major: 5, minor: 2, build: 3790, servicePack: 2 }, source: root },
        "dc2.contoso.test": {
          known: true,
          value: { major: 5, minor: 0, build: 2195, servicePack: 4 },
          source: root,
        },
        "emea-dc1.emea.contoso.test": { known: true, value: null, source: child },
        [emeaDc2]: { known: true, value: { major: 6, minor: 0, build: 6003, servicePack: 0 }, source: child },
      });
    });

    it("has the external URLs by server, none for a server without one", () => {
      assert.deepEqual(forest.externalUrls, {
        known: true,
        value: { [names.server("all.contoso.test")]: ["https://mail.contoso.test/owa"] },
        source: `msExchExternalHostName under ${names.exchange} on ${dc1}`,
      });
    });

    it("knows of a server without virtual directories that it has none", () => {
      assert.deepEqual(forest.unseenUrls, {
        known: true,
        value: {},
        source: `msExchExternalHostName under ${names.exchange} on ${dc1}`,
      });
    });

    it("has the virtual directories with their external URLs", async () => {
      const session = await given().open();
      assert.deepEqual(await session.virtualDirectories(), {
        known: true,
        value: [
          {
            server: names.server("all.contoso.test"),
            name: "owa (Default Web Site)",
            externalUrls: ["https://mail.contoso.test/owa"],
          },
          { server: names.server("cas-seen.contoso.test"), name: "owa (Default Web Site)", externalUrls: [] },
        ],
        source: `virtual directories under ${names.exchange} on ${dc1}`,
      });
      await session.close();
      assert.match(whyOf(await session.virtualDirectories()), /has been closed; open a new one$/);
    });

    it("is unknown, not absent, to an account that may not see it", () => {
      const { domainFunctionalLevels, domainControllerWindows } = seenByBlind;
      assert.deepEqual(domainFunctionalLevels["contoso.test"], {
        known: false,
        why: "this account cannot see nTMixedDomain of the domain, which is always set; let it read the object",
        source: `msDS-Behavior-Version and nTMixedDomain of DC=contoso,DC=test on ${dc1}`,
      });
      const dc2 = domainControllerWindows["dc2.contoso.test"];
      assert.ok(dc2);
      assert.equal(whyOf(dc2), "this account cannot see the computer object of dc2.contoso.test");
      assert.equal(domainControllerWindows[dc1]?.known, true);
    });
  });

  describe("permissions on servers", () => {
    const of = (entries: readonly AccessEntry[] | undefined, sid: string): readonly AccessEntry[] =>
      (entries ?? []).filter((entry) => entry.sid === sid);

    it("are read of every server, more than one page of them, in one search", async () => {
      const session = await given().open();
      await session.domainLevel("contoso.test");
      const before = session.searches;
      const fact = await session.serverAccess();
      assert.equal(session.searches - before, 1);
      assert.equal(fact.source, `nTSecurityDescriptor of the servers under ${names.exchange} on ${dc1}`);
      assert.equal(Object.keys(valueFrom(fact)).length, allServers);
    });

    it("give full control to delegates of that server, and to administrators of all of them", async () => {
      const session = await given().open();
      const access = valueFrom(await session.serverAccess());
      const [delegated, other] = ["new", "all"].map((name) => access[names.server(`${name}.contoso.test`)]);
      const full = (sid: string): readonly AccessEntry[] => [{ sid, allow: true, mask: fullControl }];
      const delegates = sidOf("CONTOSO\\Third");
      assert.deepEqual(of(delegated, delegates), full(delegates));
      assert.deepEqual(of(other, delegates), []);
      for (const name of ["CONTOSO\\Exchange Organization Administrators", "CONTOSO\\Enterprise Admins"]) {
        const sid = sidOf(name);
        assert.deepEqual(of(delegated, sid), full(sid), name);
        assert.deepEqual(of(other, sid), full(sid), name);
      }
      const authenticatedUsers = of(other, "S-1-5-11");
      assert.ok(authenticatedUsers.length > 0);
      assert.ok(authenticatedUsers.every(({ mask }) => (mask & fullControl) !== fullControl));
    });

    it("are read of one server alone, like its objects, in one small search each", async () => {
      const session = await given().open();
      const [forest, all] = await Promise.all([session.forest(), session.serverAccess()]);
      const named = valueFrom(forest.servers).filter(
        ({ fqdn, name }) => fqdn === `${name.toLowerCase()}.contoso.test`,
      );
      const before = session.searches;
      for (const server of named.slice(0, 5)) {
        const own = valueFrom(await session.serverObjectsOf(server.fqdn ?? ""));
        assert.deepEqual(
          own.servers.filter(({ fqdn }) => fqdn === server.fqdn),
          [server],
        );
        const list = valueFrom(await session.serverAccess(server.dn));
        assert.deepEqual(list, { [server.dn]: valueFrom(all)[server.dn] });
      }
      assert.equal(session.searches - before, 10);
      const none = await session.serverObjectsOf("nobody.contoso.test");
      assert.deepEqual(valueFrom(none), { servers: [], setAside: [] });
    });

    it("of a server whose list an account may not read are missing, and no others", async () => {
      const session = await given().open({ user: "CONTOSO\\blind", password: passwordOf("blind") });
      const access = valueFrom(await session.serverAccess());
      assert.equal(access[names.server("new.contoso.test")], undefined);
      assert.equal(Object.keys(access).length, allServers - 1);
    });
  });
}
