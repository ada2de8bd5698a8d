/** What is derived from a release is the same each time: it is made once, and thousands of servers are judged by it. */

/** A function of an object that makes its answer once for each. The object never changes, and the answer goes with it. */
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
