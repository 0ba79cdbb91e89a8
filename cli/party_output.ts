/**
 * `-OF`: where a party writes what it prints and learns.
 *
 * @module
 */

/** Lines of results, written as they come. */
export interface ResultLines extends Disposable {
  write(line: string): void;
}

/** Opens the file `<prefix>-P<party>-0`, which begins empty; without a prefix, or with ".", standard output. */
export function openResults(prefix: string | undefined, party: number): ResultLines {
  if (prefix === undefined || prefix === ".") return { write: (line) => console.log(line), [Symbol.dispose]: () => {} };
  const name = `${prefix}-P${party}-0`;
  if (name.includes("/")) Deno.mkdirSync(name.replace(/[^/]*$/, ""), { recursive: true });
  const file = Deno.openSync(name, { create: true, write: true, truncate: true });
  const encoder = new TextEncoder();
  return {
    write: (line) => {
      const bytes = encoder.encode(`${line}\n`);
      for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    },
    [Symbol.dispose]: () => file.close(),
  };
}
