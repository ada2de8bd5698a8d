/** What is said of a name that is no argument, with the one that was probably meant. */

/** What is said of a name that is no argument. @param names those that there are in its place */
export function strayText(key: string, names: readonly string[]): string {
  const near = nearest(key, names);
  return near === undefined ? "is no argument here" : `is no argument here; did you mean \`${near}\`?`;
}

/** The name that a misspelled one is most likely meant to be; undefined where none is near. */
function nearest(key: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, edits: editsBetween(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(Math.min(key.length, name.length) / 3)))
    .sort((a, b) => a.edits - b.edits);
  return best?.name;
}

/** Letters to put in, take out or replace, to make one text of the other (Levenshtein). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(same, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
