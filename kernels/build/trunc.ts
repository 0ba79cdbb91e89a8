// Made by "deno task kernels" from src/trunc.as.ts and src/spreading.ts.
/**
 * Kernels of `src/trunc.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./trunc.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/** t = e · topbit(r) − u mod 2^m: a holder of r to the learner. */
export function offer(r: number, e: number, u: number, n: number, m: number, ring: number, t: number): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 90,
      args: [r, e, u, n, m, ring, t],
      moves: [8, 8, 8, "count", 0, 0, 8],
      total: n,
      least: 16384,
    });
  }
  if (recording) note(90, 10, r, e, u, n, m, ring, t);
  else wasm.offer(r, e, u, n, m, ring, t);
}

/** From c = z + 2^(L−2) + r: delta = w − e0 − e2 mod 2^m with w = 1 − topbit(c), and g = (c >> m) − 2^(L−2−m) − s. */
export function learn(
  c: number,
  e0: number,
  e2: number,
  s: number,
  n: number,
  m: number,
  ring: number,
  delta: number,
  g: number,
): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 91,
      args: [c, e0, e2, s, n, m, ring, delta, g],
      moves: [8, 8, 8, 8, "count", 0, 0, 8, 8],
      total: n,
      least: 16384,
    });
  }
  if (recording) note(91, 16, c, e0, e2, s, n, m, ring, delta, g);
  else wasm.learn(c, e0, e2, s, n, m, ring, delta, g);
}

/** y = −(r >> m) + 2^(L−m) · (delta · topbit(r) + u0 + u2): the summand that both holders of r know. */
export function settle(
  r: number,
  delta: number,
  u0: number,
  u2: number,
  n: number,
  m: number,
  ring: number,
  y: number,
): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 92,
      args: [r, delta, u0, u2, n, m, ring, y],
      moves: [8, 8, 8, 8, "count", 0, 0, 8],
      total: n,
      least: 16384,
    });
  }
  if (recording) note(92, 13, r, delta, u0, u2, n, m, ring, y);
  else wasm.settle(r, delta, u0, u2, n, m, ring, y);
}

/** y = base + 2^(L−m) · t: a summand of the learner. `y` may be `base`. */
export function lift(base: number, t: number, n: number, m: number, ring: number, y: number): void {
  if (helped && n >= 65536) {
    return spread({
      kernel: 93,
      args: [base, t, n, m, ring, y],
      moves: [8, 8, "count", 0, 0, 8],
      total: n,
      least: 16384,
    });
  }
  if (recording) note(93, 8, base, t, n, m, ring, y);
  else wasm.lift(base, t, n, m, ring, y);
}

/** y += 1 − bit m−1 of r: makes (r >> m) in y that of r − 2^(m−1), rounded down. */
export function halve(r: number, n: number, m: number, y: number): void {
  if (helped && n >= 65536) {
    return spread({ kernel: 94, args: [r, n, m, y], moves: [8, "count", 0, 8], total: n, least: 16384 });
  }
  if (recording) note(94, 3, r, n, m, y);
  else wasm.halve(r, n, m, y);
}

/** out = x >> m, or with `up` = 1 rounded up; 1 ≤ m ≤ 63. `out` may be x. */
export function shift(x: number, n: number, m: number, up: bigint, out: number): void {
  if (recording) note(95, 6, x, n, m, up, out);
  else wasm.shift(x, n, m, up, out);
}

/** out = x mod 2^m; 1 ≤ m ≤ 64. `out` may be x. */
export function lowBits(x: number, n: number, m: number, out: number): void {
  if (recording) note(96, 3, x, n, m, out);
  else wasm.lowBits(x, n, m, out);
}
