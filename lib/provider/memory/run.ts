/**
 * What one run of the provider has learned. The engine starts a process for each run of `pulumi`, and the front door makes one
 * of these in it. Two runs in one process know nothing of each other.
 */

import type { ExchangeFiles } from "../../host";
import { Logons } from "../../logons";
import type { Release } from "../../releases";
import type { ClusterFacts } from "../../rules/cluster/clusterCase";
import { Webhook } from "../../wire/webhook";
import { FactsReader } from "../facts/gather";
import type { ToldByOthers } from "../step/case";
import { DeclaredFacing } from "./declaredFacing";
import { DeclaredGroups } from "./declaredGroups";
import { Forecast } from "./forecast";
import { Passes } from "./passes";
import { RecordedWindows } from "./recordedWindows";
import { ServerOrder } from "./serverOrder";
import { StagedMedia } from "./stagedMedia";
import { Told } from "./told";

export class Run implements ToldByOthers {
  readonly order = new ServerOrder();
  /** The order among security updates. It is apart, because one program may upgrade and update the same server. */
  readonly updates = new ServerOrder();
  readonly facing = new DeclaredFacing();
  readonly groups = new DeclaredGroups();
  readonly staged = new StagedMedia();
  readonly windows = new RecordedWindows();
  readonly upgrades = new Map<string, Release>();
  readonly passes = new Passes();
  readonly told = new Told();
  readonly forecast = new Forecast(this.order);
  readonly webhook = new Webhook();
  /** Ends of change windows that the webhook was told about, in milliseconds since 1970 UTC. */
  readonly windowsTold = new Set<number>();
  /** What previews have found of ExSetup.exe and of the files of updates, by computer and file. */
  readonly filesOfUpdates = new Map<string, Promise<ExchangeFiles>>();
  /** What previews have read of clustered mailbox servers, by a digest of what is asked. */
  readonly clusters = new Map<string, Promise<ClusterFacts>>();
  readonly logons = new Logons();
  readonly facts = new FactsReader(this, this.logons);

  /** Closes every session: for a process that goes on without this run. */
  close(): Promise<void> {
    return this.facts.close();
  }
}
