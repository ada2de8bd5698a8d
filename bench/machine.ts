/** What the bench ran on. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { benchCli } from "./project";

/** The machine and the versions, each as a line of text. */
export interface Machine {
  readonly hardware: string;
  readonly versions: string;
  readonly date: string;
  /** Processes that waited for a processor before the bench began, on average over a minute. */
  readonly load: string;
}

export function machine(): Machine {
  const [processor] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return {
    hardware: `${processor?.model.trim() ?? "unknown processor"}, ${cpus().length} cores, ${memory} GiB of memory`,
    versions: `Node ${process.version}, Pulumi CLI ${cliVersion()}, @pulumi/pulumi ${sdkVersion()}`,
    date: new Date().toISOString().slice(0, 10),
    load: (loadavg()[0] ?? 0).toFixed(1),
  };
}

function cliVersion(): string {
  return execFileSync(benchCli().program, ["version"], { encoding: "utf8" }).trim();
}

function sdkVersion(): string {
  return (require("@pulumi/pulumi/package.json") as { readonly version: string }).version;
}
