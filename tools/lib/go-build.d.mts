export function buildPlan(): { readonly version: string; readonly go: string; readonly entry: string };
export function buildInto(
  bin: string,
  options: { readonly log: (line: string) => void; readonly env: NodeJS.ProcessEnv },
): Promise<void>;
