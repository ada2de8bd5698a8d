import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeAbandonedFolders } from "../../lib/program/commands/mediaSource";

describe("the folder of the scripts that check media", () => {
  it("is removed a day later where its process could not do it", () => {
    const parent = mkdtempSync(join(tmpdir(), "exchange-upgrade-abandoned-"));
    try {
      const { pid: gone } = spawnSync(process.execPath, ["-e", ""]);
      const [old, young] = [25, 23].map((hours) => new Date(Date.now() - hours * 60 * 60_000));
      for (const [name, time] of [
        [`exchange-upgrade-media-${gone}-old`, old],
        [`exchange-upgrade-media-${gone}-young`, young],
        [`exchange-upgrade-media-${process.pid}-running`, old],
        [`exchange-upgrade-media-${gone}`, old],
        ["exchange-upgrade-media-test-Ab12", old],
      ] as const) {
        mkdirSync(join(parent, name));
        utimesSync(join(parent, name), time as Date, time as Date);
      }
      removeAbandonedFolders(parent);
      const kept = [
        `exchange-upgrade-media-${gone}-young`,
        `exchange-upgrade-media-${process.pid}-running`,
        `exchange-upgrade-media-${gone}`,
        "exchange-upgrade-media-test-Ab12",
      ];
      assert.deepEqual(readdirSync(parent).sort(), kept.sort());
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  });
});
