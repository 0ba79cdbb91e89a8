/**
 * Files that import each other, directly or by way of others: whoever reads one of them has to read all.
 *
 * @module
 */

/** What each file imports: files of the repository. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The circles: of each set of files that all lead to each other, a shortest way round from the first of them by name. */
export function circlesOf(imports: Imports): string[][] {
  return together(imports).map((files) => shortest(files, imports));
}

/** Sets of files of which each leads to each, by Tarjan's algorithm without recursion. */
function together(imports: Imports): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const sets: string[][] = [];
  for (const start of imports.keys()) {
    if (order.has(start)) continue;
    const path: { readonly file: string; next: number }[] = [];
    const enter = (file: string) => {
      order.set(file, order.size);
      low.set(file, order.get(file)!);
      open.push(file);
      isOpen.add(file);
      path.push({ file, next: 0 });
    };
    enter(start);
    while (path.length > 0) {
      const at = path.at(-1)!;
      const to = imports.get(at.file)?.[at.next++];
      if (to !== undefined) {
        if (!order.has(to)) enter(to);
        else if (isOpen.has(to)) low.set(at.file, Math.min(low.get(at.file)!, order.get(to)!));
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) low.set(above.file, Math.min(low.get(above.file)!, low.get(at.file)!));
      if (low.get(at.file) !== order.get(at.file)) continue;
      const set = open.splice(open.indexOf(at.file));
      for (const file of set) isOpen.delete(file);
      if (set.length > 1 || imports.get(at.file)?.includes(at.file)) sets.push(set.sort());
    }
  }
  return sets;
}

/** A shortest way from the first file back to it. */
function shortest([first]: readonly string[], imports: Imports): string[] {
  const from = new Map<string, string>();
  const queue = [first!];
  for (const file of queue) {
    for (const to of imports.get(file) ?? []) {
      if (to === first) {
        const way = [first!];
        for (let at = file; at !== first; at = from.get(at)!) way.splice(1, 0, at);
        return way;
      }
      if (from.has(to)) continue;
      from.set(to, file);
      queue.push(to);
    }
  }
  return [first!];
}
