export const COMMAND_PLUGIN: string;
export function findCommandPlugin(options?: {
  readonly log?: (line: string) => void;
  readonly env?: { readonly [name: string]: string | undefined };
}): Promise<{ readonly folder: string; readonly how: string }>;
