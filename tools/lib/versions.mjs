const PATTERN = /(?:^|[^0-9.])(\d+)\.(\d+)(?:\.(\d+))?((?:-|rc|beta)[0-9A-Za-z.-]+)?/;

/**
 * Reads the first version in a program's answer: `v3.259.0`, `go1.26rc1`, `3.216.0-alpha.1+dirty`.
 * A missing patch number is 0. Undefined when the text holds no version.
 */
export function parseVersion(text) {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, major, minor, patch = "0", prerelease] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    prerelease: prerelease !== undefined,
  };
}

/** Negative, zero or positive, as `a` is before, like or after `b`. A pre-release is before its release. */
export function compareVersions(a, b) {
  return (
    a.major - b.major || a.minor - b.minor || a.patch - b.patch || Number(b.prerelease) - Number(a.prerelease)
  );
}

/** Whether `text` holds a version that is `minimum` or later; false when it holds none. */
export function isAtLeast(text, minimum) {
  const found = parseVersion(text);
  const needed = parseVersion(minimum);
  if (!needed) throw new Error(`"${minimum}" is no version, so nothing can be compared with it.`);
  return found !== undefined && compareVersions(found, needed) >= 0;
}
