// The local computations of multiply-and-truncate by m bits over Z_2^L (L ≤ 64, 1 ≤ m ≤ L − 2), by role. Results are right mod 2^L;
// bits from L on are undefined. See backends/replicated-ring/truncation.ts.

@inline
function low(bits: i32): u64 {
  return bits == 64 ? <u64>-1 : ((<u64>1) << bits) - 1;
}

/** t = e · topbit(r) − u mod 2^m: a holder of r to the learner. */
export function offer(r: usize, e: usize, u: usize, n: i32, m: i32, ring: i32, t: usize): void {
  const mask = low(m), top = <u64>(ring - 1);
  for (const end = t + (<usize>n << 3); t < end; t += 8, r += 8, e += 8, u += 8) {
    store<u64>(t, (load<u64>(e) * ((load<u64>(r) >> top) & 1) - load<u64>(u)) & mask);
  }
}

/** From c = z + 2^(L−2) + r: delta = w − e0 − e2 mod 2^m with w = 1 − topbit(c), and g = (c >> m) − 2^(L−2−m) − s. */
export function learn(
  c: usize, e0: usize, e2: usize, s: usize, n: i32, m: i32, ring: i32, delta: usize, g: usize,
): void {
  const mask = low(m), all = low(ring), top = <u64>(ring - 1), shift = <u64>m;
  const offset: u64 = (<u64>1) << (ring - 2 - m);
  for (const end = c + (<usize>n << 3); c < end; c += 8, e0 += 8, e2 += 8, s += 8, delta += 8, g += 8) {
    const v = load<u64>(c) & all;
    store<u64>(delta, (1 - (v >> top) - load<u64>(e0) - load<u64>(e2)) & mask);
    store<u64>(g, (v >> shift) - offset - load<u64>(s));
  }
}

/** y = −(r >> m) + 2^(L−m) · (delta · topbit(r) + u0 + u2): the summand that both holders of r know. */
export function settle(
  r: usize, delta: usize, u0: usize, u2: usize, n: i32, m: i32, ring: i32, y: usize,
): void {
  const all = low(ring), top = <u64>(ring - 1), shift = <u64>m, up = <u64>(ring - m);
  for (const end = y + (<usize>n << 3); y < end; y += 8, r += 8, delta += 8, u0 += 8, u2 += 8) {
    const v = load<u64>(r) & all;
    store<u64>(y, ((load<u64>(delta) * (v >> top) + load<u64>(u0) + load<u64>(u2)) << up) - (v >> shift));
  }
}

/** y = base + 2^(L−m) · t: a summand of the learner. `y` may be `base`. */
export function lift(base: usize, t: usize, n: i32, m: i32, ring: i32, y: usize): void {
  const up = <u64>(ring - m);
  for (const end = y + (<usize>n << 3); y < end; y += 8, base += 8, t += 8) {
    store<u64>(y, load<u64>(base) + (load<u64>(t) << up));
  }
}

/** y += 1 − bit m−1 of r: makes (r >> m) in y that of r − 2^(m−1), rounded down. */
export function halve(r: usize, n: i32, m: i32, y: usize): void {
  const shift = <u64>(m - 1);
  for (const end = y + (<usize>n << 3); y < end; y += 8, r += 8) {
    store<u64>(y, load<u64>(y) + 1 - ((load<u64>(r) >> shift) & 1));
  }
}

/** out = x >> m, or with `up` = 1 rounded up; 1 ≤ m ≤ 63. `out` may be x. */
export function shift(x: usize, n: i32, m: i32, up: u64, out: usize): void {
  const mask = low(m), by = <u64>m;
  for (const end = out + (<usize>n << 3); out < end; out += 8, x += 8) {
    const v = load<u64>(x);
    store<u64>(out, (v >> by) + (((v & mask) + mask >> by) & up));
  }
}

/** out = x mod 2^m; 1 ≤ m ≤ 64. `out` may be x. */
export function lowBits(x: usize, n: i32, m: i32, out: usize): void {
  const mask = low(m);
  for (const end = out + (<usize>n << 3); out < end; out += 8, x += 8) store<u64>(out, load<u64>(x) & mask);
}
