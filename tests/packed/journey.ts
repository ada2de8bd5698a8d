/** One user's way: our package added to a new project, and the whole life of its stack on a lab of its own. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startLab } from "../../lab";
import { type Ended, run } from "./command";
import { fetchNode, install, type Manager, ownNode } from "./managers";
import { small } from "./organization";
import { program } from "./program";
import { makeProject } from "./project";
import type { Tarball } from "./tarball";

/** What one user has. */
export interface Variant {
  readonly manager: Manager;
  /** Version of @pulumi/pulumi. */
  readonly sdk: string;
  /** Version of Node.js. @default the one that runs these tests */
  readonly node?: string;
}

/** What came of it: how each command ended, in this order. */
export interface Journey {
  /** Files of the installed package that are not those of the tarball. */
  readonly otherFiles: readonly string[];
  /** True when @pulumi/command came along, whose plugin Pulumi would download. */
  readonly hasCommand: boolean;
  /** The compiler on the program, with the declarations of every package checked as well. */
  readonly types: Ended;
  /** The names that an ES module may import, as JSON. */
  readonly moduleNames: Ended;
  readonly preview: Ended;
  readonly up: Ended;
  readonly upAgain: Ended;
  readonly refresh: Ended;
  /** `pulumi stack output --json`. */
  readonly outputs: Ended;
  /** `pulumi stack export`. */
  readonly state: Ended;
  /** The preview with the configuration's `target` set back. */
  readonly rollback: Ended;
  /** Every end of Setup, on any computer. */
  readonly setupRuns: readonly string[];
}

/** What `pulumi new typescript` puts into a program's devDependencies, pinned. */
const devDependencies = { "@types/node": "20.19.43", typescript: "5.9.3" };

const listNames =
  'import * as all from "pulumi-exchange-upgrade"; console.log(JSON.stringify(Object.keys(all)));';

/** Goes one user's way in `folder`, which is for package managers and another Node.js. */
export async function travel(variant: Variant, tarball: Tarball, folder: string): Promise<Journey> {
  const { manager, sdk } = variant;
  const node = variant.node === undefined ? ownNode : await fetchNode(join(folder, "node"), variant.node);
  const lab = await startLab(small, { setupSeconds: 0.02 });
  try {
    const project = await makeProject({
      lab,
      main: "index.ts",
      program,
      packages: { dependencies: { "@pulumi/pulumi": sdk }, devDependencies },
      node,
      install: (path) =>
        install(path, { manager, folder: join(folder, manager), node, tarball: tarball.path }),
    });
    try {
      const modules = join(project.folder, "node_modules");
      const installed = join(modules, "pulumi-exchange-upgrade");
      const inFolder = (...args: readonly string[]) => run(join(node, "node"), args, { cwd: project.folder });
      const otherFiles = tarball.files.filter(
        (file) => !readFileSync(join(installed, file)).equals(tarball.read(file)),
      );
      const types = await inFolder(join(modules, "typescript", "bin", "tsc"), "--noEmit");
      const moduleNames = await inFolder("--input-type=module", "--eval", listNames);
      const preview = await project.pulumi("preview");
      // From here on the program stays as it was type-checked, which costs two seconds of a processor each time.
      project.env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
      const up = await project.pulumi("up", "--yes", "--skip-preview");
      const upAgain = await project.pulumi("up", "--yes", "--skip-preview");
      const refresh = await project.pulumi("refresh", "--yes", "--skip-preview");
      const outputs = await project.pulumi("stack", "output", "--json");
      const state = await project.pulumi("stack", "export");
      await project.pulumiOk("config", "set", "target", "2007 RTM");
      const rollback = await project.pulumi("preview");
      const setupRuns = Object.values(lab.computers).flatMap((c) => c.setupRuns.map((each) => each.result));
      return {
        hasCommand: existsSync(join(modules, "@pulumi", "command")),
        ...{ otherFiles, types, moduleNames, preview, up, upAgain, refresh, outputs, state, rollback },
        setupRuns,
      };
    } finally {
      await project.remove();
    }
  } finally {
    await lab.stop();
  }
}

/** Starts `work` on every item, at most `width` at once and in their order. A failure waits for whoever awaits it. */
export function inLanes<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): readonly Promise<R>[] {
  let free = width;
  const waiting: (() => void)[] = [];
  const started = items.map(async (item) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work(item);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  });
  for (const each of started) each.catch(() => {});
  return started;
}
