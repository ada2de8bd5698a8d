import assert from "node:assert/strict";
import { contoso, startLab } from "../../lab";
import { openSession, readComputer } from "../../lib/host";
import { Logons } from "../../lib/logons";
import { questionsFor } from "./computer-support";

describe("computers of contoso", () => {
  it("should tell everything, and nothing that stands in the way of 2007 SP1", async () => {
    const lab = await startLab(contoso);
    try {
      for (const { name, domain } of contoso.computers) {
        const account = domain === null ? "Administrator" : "CONTOSO\\prep";
        const session = await openSession(
          { ...lab.connection(name, account), dialErrorLimit: 0 },
          new Logons(),
        );
        const { administrators, pendingFiles, ...facts } = await readComputer(
          session,
          questionsFor("2007 SP1"),
        );
        session.close();
        assert.ok(!administrators.known, "nobody asks who administers it");
        assert.equal(pendingFiles, undefined);
        const unread = Object.entries(facts).filter(([, { known }]) => !known);
        assert.deepEqual(
          unread.map(([fact]) => fact),
          [
            ...["framework", "software", "executionPolicy", "eventLogs", "openShells"],
            ...["services", "startTypes", "installerCache", "freeSpace"],
            ...["expiredCertificates", "remoteManagement", "languageMode", "webApplications"],
            ...["folders", "searchProcesses", "scannerExclusions"],
          ],
          "only what Setup of later releases asks for",
        );
        assert.deepEqual(
          [facts.clusterKeys, facts.remoteRegistry, facts.pendingRestart, facts.media].map(
            (fact) => fact.known && fact.value,
          ),
          [[], 2, [], { major: 8, minor: 1, build: 240, revision: 6 }],
          name,
        );
      }
    } finally {
      await lab.stop();
    }
  });
});
