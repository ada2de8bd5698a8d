/** Whether this process serves the resources as Pulumi's resource plugin, or as Node.js dynamic resources of a program. */
let plugin = false;

/**
 * Declares this process the plugin. Its entry calls this before it loads the rest, since classes behave accordingly.
 */
export function hostAsPlugin(): void {
  plugin = true;
}

export function isHostedAsPlugin(): boolean {
  return plugin;
}
