// Moving words: strided copies, gathers, and packing of values narrower than a word.

/** Bytes up to which a loop is faster than a bulk operation: those call out of WebAssembly. */
const SHORT: usize = 256;

/** Elements of a run from which a bulk copy is faster than a loop. */
const LONG: i32 = 16;

/**
 * Copies a strided block: dst[Σ i_d · dstStride_d] = src[Σ i_d · srcStride_d].
 * `spec` holds, a dimension, three 32-bit integers: extent, source stride, destination stride (in elements of `limbs` words).
 * `at` is scratch of 4 bytes a dimension.
 */
export function copyStrided(src: usize, dst: usize, spec: usize, dims: i32, limbs: i32, at: usize): void {
  if (dims == 0) return memory.copy(dst, src, <usize>limbs << 3);
  const unit = <usize>limbs << 3;
  const last = spec + <usize>(dims - 1) * 12;
  const inner = load<i32>(last), ss = <isize>load<i32>(last, 4) * unit, ds = <isize>load<i32>(last, 8) * unit;
  for (let d = 0; d < dims; d++) {
    if (load<i32>(spec + <usize>d * 12) == 0) return;
    store<i32>(at + (<usize>d << 2), 0);
  }
  while (true) {
    if (ss == unit && ds == unit && inner >= LONG) memory.copy(dst, src, <usize>inner * unit);
    else if (limbs == 1) {
      let s = src, t = dst;
      for (let i = 0; i < inner; i++, s += ss, t += ds) store<u64>(t, load<u64>(s));
    } else if (limbs == 2) {
      let s = src, t = dst;
      for (let i = 0; i < inner; i++, s += ss, t += ds) v128.store(t, v128.load(s));
    } else {
      let s = src, t = dst;
      for (let i = 0; i < inner; i++, s += ss, t += ds) memory.copy(t, s, unit);
    }
    let d = dims - 2;
    for (; d >= 0; d--) {
      const row = spec + <usize>d * 12;
      const extent = load<i32>(row), sd = <isize>load<i32>(row, 4) * unit, dd = <isize>load<i32>(row, 8) * unit;
      const i = load<i32>(at + (<usize>d << 2)) + 1;
      src += sd;
      dst += dd;
      if (i < extent) {
        store<i32>(at + (<usize>d << 2), i);
        break;
      }
      src -= sd * extent;
      dst -= dd * extent;
      store<i32>(at + (<usize>d << 2), 0);
    }
    if (d < 0) return;
  }
}

/**
 * dst row i = src row rows[i]; rows are 32-bit indices, a row has `bytes` bytes.
 * In pairs of words: a bulk copy of shared memory is several times slower for short rows.
 */
export function gatherRows(src: usize, rows: usize, count: i32, bytes: usize, dst: usize): void {
  const pairs = bytes & ~15;
  for (let i = 0; i < count; i++, rows += 4) {
    let from = src + <usize>load<u32>(rows) * bytes;
    for (const end = dst + pairs; dst < end; dst += 16, from += 16) v128.store(dst, v128.load(from));
    if (bytes & 8) {
      store<u64>(dst, load<u64>(from));
      dst += 8;
      from += 8;
    }
    if (bytes & 7) memory.copy(dst, from, bytes & 7);
    dst += bytes & 7;
  }
}

/** Copies bytes; the ranges may overlap. Short ones in pairs of words, see {@link SHORT}. */
export function copy(dst: usize, src: usize, bytes: usize): void {
  if (bytes > SHORT || (dst < src + bytes && src < dst + bytes)) return memory.copy(dst, src, bytes);
  for (const end = dst + (bytes & ~15); dst < end; dst += 16, src += 16) v128.store(dst, v128.load(src));
  if (bytes & 8) {
    store<u64>(dst, load<u64>(src));
    dst += 8;
    src += 8;
  }
  if (bytes & 4) {
    store<u32>(dst, load<u32>(src));
    dst += 4;
    src += 4;
  }
  for (const end = dst + (bytes & 3); dst < end; dst++, src++) store<u8>(dst, load<u8>(src));
}

/** Clears bytes. */
export function clear(dst: usize, bytes: usize): void {
  if (bytes > SHORT) return memory.fill(dst, 0, bytes);
  for (const end = dst + (bytes & ~15); dst < end; dst += 16) v128.store(dst, i64x2.splat(0));
  if (bytes & 8) {
    store<u64>(dst, 0);
    dst += 8;
  }
  for (const end = dst + (bytes & 7); dst < end; dst++) store<u8>(dst, 0);
}

/** Writes the low `bits` (1…64) bits of n words one after the other; ⌈n · bits / 8⌉ bytes. */
export function pack(src: usize, n: i32, bits: i32, dst: usize): void {
  const end = src + (<usize>n << 3);
  if (bits == 16) {
    for (; src < end; src += 8, dst += 2) store<u16>(dst, load<u16>(src));
    return;
  }
  if (bits == 32) {
    for (; src < end; src += 8, dst += 4) store<u32>(dst, load<u32>(src));
    return;
  }
  if (bits == 64) return memory.copy(dst, src, <usize>n << 3);
  const mask: u64 = ((<u64>1) << bits) - 1;
  let held: u64 = 0, count = 0;
  for (; src < end; src += 8) {
    const v = load<u64>(src) & mask;
    held |= v << count;
    count += bits;
    if (count >= 64) {
      store<u64>(dst, held);
      dst += 8;
      count -= 64;
      held = v >> (bits - count);
    }
  }
  for (; count > 0; count -= 8, held >>= 8, dst++) store<u8>(dst, <u8>held);
}

/**
 * Reads n values of `bits` (1…64) bits into words: the inverse of `pack`.
 * Loads up to 7 bytes past the end of the source, never uses them.
 */
export function unpack(src: usize, n: i32, bits: i32, dst: usize): void {
  const end = dst + (<usize>n << 3);
  if (bits == 16) {
    for (; dst < end; src += 2, dst += 8) store<u64>(dst, load<u16>(src));
    return;
  }
  if (bits == 32) {
    for (; dst < end; src += 4, dst += 8) store<u64>(dst, load<u32>(src));
    return;
  }
  if (bits == 64) return memory.copy(dst, src, <usize>n << 3);
  const mask: u64 = ((<u64>1) << bits) - 1;
  let position: u64 = 0;
  for (; dst < end; dst += 8, position += bits) {
    const from = src + <usize>(position >> 3), shift = position & 7;
    let v = load<u64>(from) >> shift;
    if (shift + bits > 64) v |= <u64>load<u8>(from, 8) << (64 - shift);
    store<u64>(dst, v & mask);
  }
}
