/**
 * Arithmetic over Z_2^64, long vectors in all threads: see `src/ring.as.ts`.
 *
 * @module
 */
import * as ring from "../build/ring.wasm";
import { helped, spread } from "../pool.ts";

export * from "../build/ring.wasm";

/** Words from which other threads are asked for help: some 50 µs of work. */
const LONG = 1 << 16;
/** Words a chunk, at least. */
const LEAST = 1 << 14;

/** out = x + y */
export function add(x: number, y: number, out: number, n: number): void {
  if (!helped || n < LONG) return ring.add(x, y, out, n);
  spread({ kernel: ring.add, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: LEAST });
}

/** out = x − y */
export function sub(x: number, y: number, out: number, n: number): void {
  if (!helped || n < LONG) return ring.sub(x, y, out, n);
  spread({ kernel: ring.sub, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: LEAST });
}

/** out = −x */
export function negate(x: number, out: number, n: number): void {
  if (!helped || n < LONG) return ring.negate(x, out, n);
  spread({ kernel: ring.negate, args: [x, out, n], moves: [8, 8, "count"], total: n, least: LEAST });
}

/** out = x · y */
export function mul(x: number, y: number, out: number, n: number): void {
  if (!helped || n < LONG) return ring.mul(x, y, out, n);
  spread({ kernel: ring.mul, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: LEAST });
}

/** out += x · y */
export function mulAdd(x: number, y: number, out: number, n: number): void {
  if (!helped || n < LONG) return ring.mulAdd(x, y, out, n);
  spread({ kernel: ring.mulAdd, args: [x, y, out, n], moves: [8, 8, 8, "count"], total: n, least: LEAST });
}

/** out = x + c, c one word */
export function addScalar(x: number, c: bigint, out: number, n: number): void {
  if (!helped || n < LONG) return ring.addScalar(x, c, out, n);
  spread({ kernel: ring.addScalar, args: [x, c, out, n], moves: [8, 0, 8, "count"], total: n, least: LEAST });
}

/** out = x · c, c one word */
export function mulScalar(x: number, c: bigint, out: number, n: number): void {
  if (!helped || n < LONG) return ring.mulScalar(x, c, out, n);
  spread({ kernel: ring.mulScalar, args: [x, c, out, n], moves: [8, 0, 8, "count"], total: n, least: LEAST });
}

/** out += x0 · (y0 + y1) + x1 · y0: a party's part of a replicated product. Araki et al. 2016, section 2.2. */
export function replicatedMulAdd(x0: number, x1: number, y0: number, y1: number, out: number, n: number): void {
  if (!helped || n < LONG) return ring.replicatedMulAdd(x0, x1, y0, y1, out, n);
  const args = [x0, x1, y0, y1, out, n];
  spread({ kernel: ring.replicatedMulAdd, args, moves: [8, 8, 8, 8, 8, "count"], total: n, least: LEAST });
}
