/** Caches what is derived from a release, since thousands of servers are judged by the same few releases. */

/**
 * Calls `make` once for each object, and returns the same answer from then on. The object must never change. The cache
 * holds it weakly.
 */
export function keptFor<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const kept = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const found = kept.get(key);
    if (found !== undefined) return found.value;
    const value = make(key);
    kept.set(key, { value });
    return value;
  };
}
