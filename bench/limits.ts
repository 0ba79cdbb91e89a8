/**
 * What this machine can do at best, measured at the start: the roofline that kernels are compared with (Williams, Waterman and
 * Patterson 2009).
 *
 * A kernel takes no less time than its bytes at the speed at which the C library copies a range of the same size, and no less
 * than its operations at the speed of independent ones in registers. Both are measured, so no table of processors is needed: the
 * copy by `Uint8Array.set` of unshared memory, the operations by loops of eight independent chains, which is more than the
 * latency of any of them. Scalar multiplications run at one a cycle on the common 64-bit processors (Fog, Instruction tables,
 * 2022), so that limit is what plain C reaches; 128-bit operations are those that WebAssembly has.
 *
 * @module
 */

/** What a kernel call does at least. */
export interface Load {
  /** Bytes read and bytes written. */
  readonly bytes: number;
  /** Bytes of memory that it touches: they decide which cache can hold them. Default: `bytes`. */
  readonly touched?: number;
  /** 64-bit multiplications. */
  readonly multiplications?: number;
  /** Operations on 64-bit words: additions, logic, shifts. */
  readonly scalars?: number;
  /** Operations on 128 bits: additions, logic, shifts, shuffles. */
  readonly vectors?: number;
}

/** Operations a second. */
interface Rates {
  readonly multiplications: number;
  readonly scalars: number;
  readonly vectors: number;
}

/** Chains that do not depend on each other, and operations of each in one pass of the loop. */
const CHAINS = 8, UNROLLED = 8;

const I32 = 0x7f, I64 = 0x7e, V128 = 0x7b;

/** The instructions of a loop, in WebAssembly's encoding. */
interface Chain {
  readonly type: number;
  /** From an i32 on the stack to the type. */
  readonly widen: readonly number[];
  /** First and second operation: x ← second(first(x, y), y). */
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** From the type to an i64. */
  readonly narrow: readonly number[];
}

const ADD64 = [0x7c], MUL64 = [0x7e], XOR64 = [0x85], EXTEND = [0xad];
const SPLAT32X4 = [0xfd, 0x11], ADD32X4 = [0xfd, 0xae, 0x01], XOR128 = [0xfd, 0x51], LANE64 = [0xfd, 0x1d, 0];

const SCALAR: Chain = { type: I64, widen: EXTEND, first: ADD64, second: XOR64, narrow: [] };
const MULTIPLY: Chain = { type: I64, widen: EXTEND, first: MUL64, second: ADD64, narrow: [] };
const VECTOR: Chain = { type: V128, widen: SPLAT32X4, first: ADD32X4, second: XOR128, narrow: LANE64 };

/** A function of a number of passes: `UNROLLED` times both operations on each chain a pass. */
function loopOf({ type, widen, first, second, narrow }: Chain): (passes: number) => bigint {
  const get = (local: number) => [0x20, local], set = (local: number) => [0x21, local];
  const PASSES = 0, Y = 1;
  const chains = Array.from({ length: CHAINS }, (_, i) => 2 + i);
  const begin = [Y, ...chains].flatMap((local) => [
    ...[...get(PASSES), 0x41, local, 0x6a], // passes + local
    ...[...widen, ...set(local)],
  ]);
  const pass = chains.flatMap((x) => [...get(x), ...get(Y), ...first, ...get(Y), ...second, ...set(x)]);
  const body = [
    ...begin,
    ...[0x03, 0x40], // loop
    ...Array.from({ length: UNROLLED }, () => pass).flat(),
    ...[...get(PASSES), 0x41, 1, 0x6b, 0x22, PASSES, 0x0d, 0, 0x0b], // until --passes = 0
    ...chains.flatMap((x, i) => [...get(x), ...narrow, ...(i === 0 ? [] : XOR64)]),
    0x0b,
  ];
  const code = [1, chains.length + 1, type, ...body];
  const section = (id: number, content: readonly number[]) => [id, ...leb(content.length), ...content];
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, I32, 1, I64]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]), // export "f"
    ...section(10, [1, ...leb(code.length), ...code]),
  ];
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)));
  return exports["f"] as (passes: number) => bigint;
}

function leb(n: number): number[] {
  return n < 0x80 ? [n] : [n & 0x7f | 0x80, ...leb(n >>> 7)];
}

/** Seconds of the fastest of many calls, some of them to warm up. */
function fastest(call: () => void, repeats = 40): number {
  let best = Infinity;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    call();
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

/** Loop passes a second; what each pass does is counted by the caller. */
function passesPerSecond(chain: Chain): number {
  const loop = loopOf(chain), passes = 20_000;
  return passes / fastest(() => loop(passes));
}

/** The limits of this machine, for one thread. */
export class Limits {
  readonly rates: Rates;
  /** Bytes read and written a second, by the logarithm of the bytes touched. */
  readonly #copies = new Map<number, number>();

  constructor() {
    const a_pass = CHAINS * UNROLLED;
    this.rates = {
      multiplications: a_pass * passesPerSecond(MULTIPLY),
      scalars: 2 * a_pass * passesPerSecond(SCALAR),
      vectors: 2 * a_pass * passesPerSecond(VECTOR),
    };
  }

  /** Bytes read and written a second by a copy that touches so many bytes, to the next power of two. */
  copying(touched: number): number {
    const log = Math.max(12, Math.round(Math.log2(touched)));
    const known = this.#copies.get(log);
    if (known !== undefined) return known;
    const half = 2 ** (log - 1);
    const from = new Uint8Array(half).fill(1), to = new Uint8Array(half).fill(2);
    // A clock of microseconds needs calls that take longer.
    const times = Math.ceil(2 ** 22 / half);
    const seconds = fastest(() => {
      for (let i = 0; i < times; i++) to.set(from);
    });
    const rate = 2 * half * times / seconds;
    this.#copies.set(log, rate);
    return rate;
  }

  /** Seconds that a call takes at least, and what sets that limit. */
  least({ bytes, touched = bytes, ...operations }: Load): { readonly seconds: number; readonly by: string } {
    const bounds: [seconds: number, by: string][] = [[bytes / this.copying(touched), "memory"]];
    for (const [name, count] of Object.entries(operations)) {
      bounds.push([count / this.rates[name as keyof Rates], name]);
    }
    const [seconds, by] = bounds.reduce((a, b) => b[0] > a[0] ? b : a);
    return { seconds, by };
  }
}
