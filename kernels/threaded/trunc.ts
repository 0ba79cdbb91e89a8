/**
 * The local computations of multiply-and-truncate, long vectors in all threads: see `src/trunc.as.ts`.
 *
 * @module
 */
import * as trunc from "../build/trunc.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

export * from "../build/trunc.wasm";

/** Words from which other threads are asked for help: some 50 µs of work. */
const LONG = 1 << 16;
/** Words a chunk, at least. */
const LEAST = 1 << 14;

/** t = e · topbit(r) − u mod 2^m: a holder of r to the learner. */
export function offer(r: number, e: number, u: number, n: number, m: number, ring: number, t: number): void {
  if (!helped || n < LONG) {
    return recording ? note(trunc.offer, r, e, u, n, m, ring, t) : trunc.offer(r, e, u, n, m, ring, t);
  }
  const moves = [8, 8, 8, "count", 0, 0, 8] as const;
  spread({ kernel: trunc.offer, args: [r, e, u, n, m, ring, t], moves, total: n, least: LEAST });
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
  if (!helped || n < LONG) {
    return recording
      ? note(trunc.learn, c, e0, e2, s, n, m, ring, delta, g)
      : trunc.learn(c, e0, e2, s, n, m, ring, delta, g);
  }
  const moves = [8, 8, 8, 8, "count", 0, 0, 8, 8] as const;
  spread({ kernel: trunc.learn, args: [c, e0, e2, s, n, m, ring, delta, g], moves, total: n, least: LEAST });
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
  if (!helped || n < LONG) {
    return recording
      ? note(trunc.settle, r, delta, u0, u2, n, m, ring, y)
      : trunc.settle(r, delta, u0, u2, n, m, ring, y);
  }
  const moves = [8, 8, 8, 8, "count", 0, 0, 8] as const;
  spread({ kernel: trunc.settle, args: [r, delta, u0, u2, n, m, ring, y], moves, total: n, least: LEAST });
}

/** y = base + 2^(L−m) · t: a summand of the learner. `y` may be `base`. */
export function lift(base: number, t: number, n: number, m: number, ring: number, y: number): void {
  if (!helped || n < LONG) {
    return recording ? note(trunc.lift, base, t, n, m, ring, y) : trunc.lift(base, t, n, m, ring, y);
  }
  const moves = [8, 8, "count", 0, 0, 8] as const;
  spread({ kernel: trunc.lift, args: [base, t, n, m, ring, y], moves, total: n, least: LEAST });
}

/** y += 1 − bit m−1 of r: makes (r >> m) in y that of r − 2^(m−1), rounded down. */
export function halve(r: number, n: number, m: number, y: number): void {
  if (!helped || n < LONG) return recording ? note(trunc.halve, r, n, m, y) : trunc.halve(r, n, m, y);
  spread({ kernel: trunc.halve, args: [r, n, m, y], moves: [8, "count", 0, 8], total: n, least: LEAST });
}
