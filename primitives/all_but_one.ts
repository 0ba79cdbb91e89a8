/**
 * All-but-one transfer of 2^k keys: the sender has them all, the receiver all but the one of its choice α.
 *
 * Semi-honest, two parties. A tree of pseudorandom generators (Goldreich, Goldwasser, Micali) punctured at α with one random
 * transfer a level, as in Roy 2022 (R22). SHA-256 is the generator. The check that parties need which deviate is in
 * `checked_trees.ts`.
 *
 * @module
 */
import { hash } from "./prg.ts";
import { KAPPA, type TreeDepth } from "./softspoken.ts";

/** Bytes of a node. */
const NODE = 32;

/** Bytes that the sender of the keys sends for one tree. */
export function treeBytes(k: number): number {
  return 2 * NODE * (k - 1);
}

/** A child of a node. The side is data, never an index: the receiver's sides depend on α. */
function child(node: Uint8Array, side: number): Uint8Array {
  return hash("symbolon/ot/tree", node, Uint8Array.of(side));
}

function xorInto(target: Uint8Array, source: Uint8Array): void {
  for (let i = 0; i < NODE; i++) target[i]! ^= source[i]!;
}

/** The 2^k leaves and what the receiver needs to find its own. */
export interface Tree {
  readonly leaves: readonly Uint8Array[];
  readonly message: Uint8Array;
}

/**
 * A tree from the keys of k random transfers, that of the root's children first.
 *
 * The first level's keys are its nodes. Below, the message has for both sides the XOR of all nodes on that side.
 *
 * Masked by: the level's two keys, of which the receiver knows one. Nodes between keys and leaves are overwritten.
 */
export function growTree(keys: readonly (readonly [Uint8Array, Uint8Array])[]): Tree {
  const message = new Uint8Array(treeBytes(keys.length));
  let nodes: readonly Uint8Array[] = keys[0]!;
  for (let level = 1; level < keys.length; level++) {
    const above = nodes;
    nodes = above.flatMap((node) => [child(node, 0), child(node, 1)]);
    if (level > 1) above.forEach((node) => node.fill(0));
    for (let side = 0; side < 2; side++) {
      const sum = message.subarray((2 * level - 2 + side) * NODE, (2 * level - 1 + side) * NODE);
      sum.set(keys[level]![side]!);
      nodes.forEach((node, i) => (i & 1) === side && xorInto(sum, node));
    }
  }
  return { leaves: nodes, message };
}

/**
 * All leaves but α's: leaf x is at place x ⊕ α; place 0 is a buffer of zeros.
 *
 * `alpha`: α's bits, the highest first. `keys`: those of the random transfers, taken with the choices 1 − α's bits.
 */
export function puncturedTree(keys: readonly Uint8Array[], alpha: Uint8Array, message: Uint8Array): Uint8Array[] {
  let nodes: Uint8Array[] = [new Uint8Array(NODE), keys[0]!.slice()];
  for (let level = 1; level < keys.length; level++) {
    const bit = alpha[level]!;
    // Place 2y + s is the child on side s ⊕ α's bit of the node at place y.
    const next = nodes.flatMap((node) => [child(node, bit), child(node, 1 - bit)]);
    next[0] = new Uint8Array(NODE);
    // The sibling of the missing node: the sum of its side, without the nodes that are known.
    const [zero, one] = [0, 1].map((side) =>
      message.subarray((2 * level - 2 + side) * NODE, (2 * level - 1 + side) * NODE)
    );
    const sibling = keys[level]!.map((byte, i) => byte ^ one![i]! ^ ((zero![i]! ^ one![i]!) & -bit));
    for (let place = 3; place < next.length; place += 2) xorInto(sibling, next[place]!);
    next[1] = sibling;
    nodes.forEach((node) => node.fill(0));
    nodes = next;
  }
  return nodes;
}

/** Bytes that the sender of the keys sends for the 128 / k trees of an end. */
export function treesBytes(k: TreeDepth): number {
  return KAPPA / k * treeBytes(k);
}

/** All trees of an end. */
export interface Trees {
  /** 128 / k times 2^k. */
  readonly leaves: readonly (readonly Uint8Array[])[];
  /** What the receiver needs to find its own. */
  readonly message: Uint8Array;
}

/** The 128 / k trees from both keys of each of 128 transfers. */
export function growTrees(keys: readonly (readonly [Uint8Array, Uint8Array])[], k: TreeDepth): Trees {
  const each = treeBytes(k), message = new Uint8Array(treesBytes(k));
  const leaves = Array.from({ length: KAPPA / k }, (_, t) => {
    const tree = growTree(levelsOf(t, k).map((c) => keys[c]!));
    message.set(tree.message, t * each);
    return tree.leaves;
  });
  return { leaves, message };
}

/**
 * All trees without the leaves whose numbers are the 128 / k digits of 128 bits, lowest bit first; leaves as {@linkcode puncturedTree}
 * gives them. `keys`: of the 128 transfers, those of the choices 1 − bits.
 */
export function puncturedTrees(
  keys: readonly Uint8Array[],
  bits: Uint8Array,
  k: TreeDepth,
  message: Uint8Array,
): Uint8Array[][] {
  const each = treeBytes(k);
  return Array.from({ length: KAPPA / k }, (_, t) => {
    const levels = levelsOf(t, k), alpha = Uint8Array.from(levels, (c) => bits[c]!);
    return puncturedTree(levels.map((c) => keys[c]!), alpha, message.subarray(t * each, (t + 1) * each));
  });
}

/** The transfers of a tree's levels: the highest bit first, as the tree goes down. */
function levelsOf(tree: number, k: TreeDepth): number[] {
  return Array.from({ length: k }, (_, level) => tree * k + k - 1 - level);
}
