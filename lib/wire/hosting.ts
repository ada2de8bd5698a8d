/** Whether this process serves the resources as Pulumi's resource plugin, or as Node.js dynamic resources of a program. */
let plugin = false;

/** Says that this process is the plugin. Its entry calls this before it loads the rest: classes decide by it what they are. */
export function hostAsPlugin(): void {
  plugin = true;
}

export function isHostedAsPlugin(): boolean {
  return plugin;
}
