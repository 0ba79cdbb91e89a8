// All-but-one trees from pads of correlated transfers: 32 trees of 16 leaves, one a digit of four bits of 128 choices. Who sends has all
// leaves, who chooses all but those whose numbers are the digits (Goldreich, Goldwasser and Micali 1986; Roy 2022).
//
// Four trees side by side, a tree a lane: a node of 16 bytes is four vectors, a leaf of 32 bytes eight. The children of a node are
// ChaCha8 under the key (node, salt), with the level as counter and the tweak of the tree's first transfer as nonce: cut to 16 bytes each,
// but for leaves. Bit b of a digit is the choice of transfer 4t + b, the highest the side at the root. Time depends on nothing.

import { blocks, constants } from "./chacha8.as";
import { storeRows } from "./lanes.as";

/** Trees, four at a time. */
const GROUPS: i32 = 8;
const DEPTH: i32 = 4;
/** Bytes of a pad: one block. */
const PAD: usize = 64;
/** Bytes of nodes, and of leaves, of four trees. */
const NODE: usize = 64, LEAF: usize = 128;
/** Bytes of a leaf, and of the leaves of a tree. */
const KEY: usize = 32, LEAVES: usize = 16 * KEY;
/** Bytes of four trees of a message: for both sides of levels 1 and 2 a node, of level 3 a leaf. */
const MESSAGE: usize = 4 * NODE + 2 * LEAF;
/** High word of counters of nodes: pads have 0, and 1 where they are keys of trees. */
const NODES: i32 = 2;

// Scratch: states, a block, nodes.
const BLOCK: usize = 256, NODES_AT: usize = 512;

/** What all states have in common. */
@inline
function begin(s: usize, salt: usize): void {
  constants(s);
  for (let w: usize = 0; w < 4; w++) v128.store(s + (w << 4), v128.load_splat<u32>(salt + (w << 2)), 128);
  v128.store(s, i32x4.splat(NODES), 208);
}

/** The nonces of four trees. */
@inline
function number(s: usize, tweak: u64): void {
  const t1 = tweak + 4, t2 = tweak + 8, t3 = tweak + 12;
  v128.store(s, i32x4(<i32>tweak, <i32>t1, <i32>t2, <i32>t3), 224);
  v128.store(s, i32x4(<i32>(tweak >> 32), <i32>(t1 >> 32), <i32>(t2 >> 32), <i32>(t3 >> 32)), 240);
}

/** Both children of four nodes, one after the other, to `out`. */
@inline
function expand(s: usize, node: usize, out: usize): void {
  for (let w: usize = 0; w < NODE; w += 16) v128.store(s + w, v128.load(node + w), 64);
  blocks(s, out);
}

/** Bytes of a child of a node of a level. */
@inline
function childBytes(level: i32): usize {
  return level == DEPTH - 1 ? LEAF : NODE;
}

/** The first `bytes` / 16 words of the pads of the transfers of a level, of four trees. */
@inline
function loadPads(pads: usize, level: i32, bytes: usize, out: usize): void {
  pads += <usize>(DEPTH - 1 - level) * PAD;
  for (let w: usize = 0; w < bytes; w += 16, pads += 4) {
    v128.store(out + w, i32x4(load<i32>(pads), load<i32>(pads, 256), load<i32>(pads, 512), load<i32>(pads, 768)));
  }
}

@inline
function xorInto(sum: usize, from: usize, bytes: usize): void {
  for (let w: usize = 0; w < bytes; w += 16) v128.store(sum + w, v128.xor(v128.load(sum + w), v128.load(from + w)));
}

/** Four leaves to places of one number in four trees. */
@inline
function storeLeaves(leaf: usize, out: usize): void {
  storeRows(v128.load(leaf), v128.load(leaf, 16), v128.load(leaf, 32), v128.load(leaf, 48), out, LEAVES, 4);
  storeRows(v128.load(leaf, 64), v128.load(leaf, 80), v128.load(leaf, 96), v128.load(leaf, 112), out + 16, LEAVES, 4);
}

/**
 * The sender's leaves, 32 bytes each, and the message (4,096 bytes) with which the chooser finds its own.
 *
 * `zeros`, `ones`: the first blocks of the pads of choices 0 and 1 of 128 transfers; `tweak`: that of the first. The key of a side is the
 * pad of the other choice. Level 0 has its two keys as nodes; below, the message has for each side the XOR of its nodes and the key.
 * `scratch`: 1,152 bytes.
 */
export function growTrees(zeros: usize, ones: usize, salt: usize, tweak: u64, leaves: usize, message: usize, scratch: usize): void {
  const block = scratch + BLOCK, nodes = scratch + NODES_AT;
  begin(scratch, salt);
  for (let g = 0; g < GROUPS; g++, zeros += 16 * PAD, ones += 16 * PAD, tweak += 16, leaves += 4 * LEAVES) {
    number(scratch, tweak);
    loadPads(ones, 0, NODE, nodes);
    loadPads(zeros, 0, NODE, nodes + NODE);
    for (let level = 1; level < DEPTH; level++) {
      const bytes = childBytes(level), other = message + bytes;
      v128.store(scratch, i32x4.splat(level), 192);
      loadPads(ones, level, bytes, message);
      loadPads(zeros, level, bytes, other);
      // Children take places from their parent's on, so the last node comes first.
      for (let y = (1 << level) - 1; y >= 0; y--) {
        expand(scratch, nodes + <usize>y * NODE, block);
        xorInto(message, block, bytes);
        xorInto(other, block + bytes, bytes);
        if (level == DEPTH - 1) {
          storeLeaves(block, leaves + <usize>y * (2 * KEY));
          storeLeaves(block + LEAF, leaves + <usize>y * (2 * KEY) + KEY);
        } else memory.copy(nodes + <usize>y * (2 * NODE), block, 2 * NODE);
      }
      message = other + bytes;
    }
  }
}

/**
 * All leaves but those whose numbers are the digits of the 128 bits at `factor`: number y at place y ⊕ digit, of which place 0 is not written.
 *
 * `chosen`: the first blocks of the pads of the 128 transfers whose choices are those bits; `message`: any 4,096 bytes.
 * `scratch`: 1,152 bytes.
 */
export function punctureTrees(
  chosen: usize, factor: usize, salt: usize, tweak: u64, leaves: usize, message: usize, scratch: usize,
): void {
  const block = scratch + BLOCK, nodes = scratch + NODES_AT, sibling = nodes + 8 * NODE;
  begin(scratch, salt);
  for (let g = 0; g < GROUPS; g++, chosen += 16 * PAD, factor += 2, tweak += 16, leaves += 4 * LEAVES) {
    const four = <i32>load<u16>(factor), digits = i32x4(four, four >> 4, four >> 8, four >> 12);
    number(scratch, tweak);
    loadPads(chosen, 0, NODE, nodes + NODE);
    for (let level = 1; level < DEPTH; level++) {
      const bytes = childBytes(level), other = message + bytes;
      // All ones where the missing node is on side 1. Place 2y + s is the child on side s ⊕ that of the node at place y.
      const one = i32x4.neg(v128.and(i32x4.shr_u(digits, DEPTH - 1 - level), i32x4.splat(1)));
      v128.store(scratch, i32x4.splat(level), 192);
      // The sibling of the missing node: the sum of its side without the nodes that are known.
      loadPads(chosen, level, bytes, sibling);
      for (let w: usize = 0; w < bytes; w += 16) {
        const sum = v128.bitselect(v128.load(message + w), v128.load(other + w), one);
        v128.store(sibling + w, v128.xor(v128.load(sibling + w), sum));
      }
      for (let y = (1 << level) - 1; y > 0; y--) {
        expand(scratch, nodes + <usize>y * NODE, block);
        for (let w: usize = 0; w < bytes; w += 16) {
          const left = v128.load(block + w), right = v128.load(block + bytes + w);
          v128.store(block + w, v128.bitselect(right, left, one));
          v128.store(block + bytes + w, v128.bitselect(left, right, one));
        }
        xorInto(sibling, block + bytes, bytes);
        if (level == DEPTH - 1) {
          storeLeaves(block, leaves + <usize>y * (2 * KEY));
          storeLeaves(block + LEAF, leaves + <usize>y * (2 * KEY) + KEY);
        } else memory.copy(nodes + <usize>y * (2 * NODE), block, 2 * NODE);
      }
      if (level == DEPTH - 1) storeLeaves(sibling, leaves + KEY);
      else memory.copy(nodes + NODE, sibling, NODE);
      message = other + bytes;
    }
  }
}
