import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { indicesOf, liesInside, rowAxes, rowParts, sizeOf, transposedWindow, type Window } from "./mod.ts";

const extents = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });

/** A window whose first axes are the rows of a matrix. */
const matrices = fc.record({ rows: extents, columns: extents, seed: fc.nat(6) }).map(({ rows, columns, seed }) => {
  const shape = [...rows, ...columns];
  const window: Window = { shape, offset: 1000, strides: shape.map((_, d) => (seed + 3 * d) % 7 - 2) };
  return { window, rows: sizeOf(rows), columns: sizeOf(columns) };
});

Deno.test("the parts of a matrix are its rows in order, no more elements at a time than asked for unless a row has more", () => {
  fc.assert(
    fc.property(matrices, fc.integer({ min: 1, max: 80 }), ({ window, rows, columns }, most) => {
      const parts = rowParts(window, rows, most);
      assertEquals(parts.flatMap((part) => indicesOf(part.window)), indicesOf(window));
      let row = 0;
      for (const part of parts) {
        assertEquals([part.row, part.rows * columns], [row, sizeOf(part.window.shape)]);
        assert(part.rows === 1 || part.rows * columns <= most, `${part.rows} rows`);
        row += part.rows;
      }
      assertEquals(row, rows);
    }),
    { seed: 1, numRuns: 300 },
  );
  assertEquals(rowParts({ shape: [0, 3], offset: 0, strides: [3, 1] }, 0, 10), []);
});

Deno.test("the transposed window shows columns for rows", () => {
  fc.assert(
    fc.property(matrices, ({ window, rows, columns }) => {
      const [straight, turned] = [indicesOf(window), indicesOf(transposedWindow(window, rows))];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) assertEquals(turned[j * rows + i], straight[i * columns + j]);
      }
    }),
    { seed: 2, numRuns: 200 },
  );
});

Deno.test("rows that end inside of an axis are none; a window lies inside if both its ends do", () => {
  const window = { shape: [2, 3], offset: 2, strides: [3, -1] };
  assertEquals([1, 2, 3, 6].map((rows) => rowAxes(window, rows)), [0, 1, -1, 2]);
  assertEquals([liesInside(window, 6), liesInside(window, 5), liesInside({ ...window, offset: 1 }, 6)], [
    true,
    false,
    false,
  ]);
});
