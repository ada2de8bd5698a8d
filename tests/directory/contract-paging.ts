/** The contract for answers of several pages: all of them or a failure, never the pages that happened to come. */
import assert from "node:assert/strict";
import { Server } from "../../lib/directory/client";
import { endpointOf } from "../../lib/directory/directoryConnection";
import { serversSearch } from "../../lib/directory/exchange";
import { dc1, type GetSubject } from "./contract-support";
import { allServers, names } from "./organization";
import { Relay } from "./relay";

/** Pieces that a client sends before it asks for the second page: handshake, logon, first page. */
const secondPage = 4;

export function pagingContract(given: GetSubject): void {
  const search = serversSearch(names.configuration);

  /** Searches through a relay, which tells when the second page is asked for. */
  async function searchThrough(
    onSecondPage: (relay: Relay) => void,
  ): Promise<{ readonly found: readonly string[]; readonly connections: number }> {
    const relay = await Relay.before(given().urlOf(dc1));
    relay.onRequest = (piece) => {
      if (piece === secondPage && relay.accepted === 1) onSecondPage(relay);
    };
    const url = `ldaps://127.0.0.1:${relay.port}`;
    const server = new Server(
      endpointOf(given().connection({ url, serverName: dc1, timeoutMs: 4000 })),
      given().logons,
      () => {},
    );
    try {
      const entries = await server.search(search);
      return { found: entries.map(({ dn }) => dn), connections: relay.accepted };
    } catch (error) {
      assert.ok(error instanceof Error);
      assert.equal(error.message, `${url} did not answer within 4 s (search of ${search.base})`);
      return { found: [], connections: relay.accepted };
    } finally {
      server.close();
      await relay.close();
    }
  }

  describe("more entries than fit into one answer", () => {
    it("come in pages", async () => {
      let pages = 1;
      const { found, connections } = await searchThrough(() => pages++);
      assert.equal(new Set(found).size, allServers);
      assert.deepEqual([pages, connections], [2, 1]);
    });

    it("are asked for anew when the connection is cut between two pages", async () => {
      const { found, connections } = await searchThrough((relay) => relay.cut());
      assert.equal(found.length, allServers);
      assert.equal(new Set(found).size, allServers);
      assert.equal(connections, 2);
    });

    it("are no answer at all when the domain controller stops between two pages", async () => {
      try {
        const { found } = await searchThrough(() => given().pause(dc1));
        assert.deepEqual(found, []);
      } finally {
        given().resume(dc1);
      }
    });
  });
}
