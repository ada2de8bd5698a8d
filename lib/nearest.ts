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

/** Letters to put in, take out, replace or swap with the next one, to make one text of the other. */
function editsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : same;
      row.push(Math.min(same, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}
