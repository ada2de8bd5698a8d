export const STAMPS: string;
export function filesBelow(folder: string): string[];
export function fingerprint(root: string, files: readonly string[], facts?: readonly string[]): string;
export function readStamp(path: string): string | undefined;
export function writeStamp(path: string, value: string): void;
