/** Every operation and function of the ring costs at most what its target says: see docs/complexity.md. */
import { assert, assertLessOrEqual } from "@std/assert";
import { replicatedRing } from "@symbolon/replicated-ring";
import { functionRows, operationRows } from "../tools/complexity_rows.ts";
import { RING_TARGETS } from "../tools/complexity_targets.ts";

const target = replicatedRing.target({});
const rows = new Map([...operationRows(target), ...functionRows(target)].map((row) => [row.name, row]));

for (const wanted of RING_TARGETS) {
  for (const name of wanted.rows) {
    const row = rows.get(name);
    const missing = row === undefined ? "it does not exist yet" : "unknown" in row ? row.unknown : null;
    const { rounds } = wanted.target;
    const bytes = wanted.target.bytes ?? Infinity;
    const most = `${bytes === Infinity ? "" : `${bytes} bytes and `}${rounds} ${rounds === 1 ? "round" : "rounds"}`;
    const why = missing !== null ? ` (ignored: ${missing})` : "";
    Deno.test({
      name: `${name} takes at most ${most}${why}`,
      ignore: missing !== null,
      fn() {
        assert(row !== undefined && !("unknown" in row));
        assertLessOrEqual(row.rounds, rounds);
        assertLessOrEqual(row.bytes!, bytes);
      },
    });
  }
}

Deno.test("every function has figures", () => {
  for (const row of rows.values()) assert(!("unknown" in row), `${row.name}: ${"unknown" in row ? row.unknown : ""}`);
});
