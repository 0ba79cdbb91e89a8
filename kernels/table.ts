/**
 * The kernels that helper threads may be asked to run, or that may be recorded.
 *
 * Calls name a kernel by its index, so all threads must have the same list.
 *
 * @module
 */
import * as bits from "./build/bits.wasm";
import { chacha12, draw } from "./build/chacha.wasm";
import * as layout from "./build/layout.wasm";
import { matmul, matmulTransposed } from "./build/matmul.wasm";
import * as ot from "./build/ot.wasm";
import * as pads from "./build/pads.wasm";
import * as ring from "./build/ring.wasm";
import * as trunc from "./build/trunc.wasm";
import type { Kernel } from "./job_board.ts";

/** By index. */
export const KERNELS: readonly Kernel[] = [
  ...[ring.add, ring.sub, ring.negate, ring.mul, ring.mulAdd, ring.addScalar, ring.mulScalar, ring.replicatedMulAdd],
  ...[
    ring.addWord,
    ring.mulWord,
    ring.fill,
    ring.sumAxis,
    ring.cumulate,
    ring.scaledProduct,
    ring.scaledSum,
    matmul,
    matmulTransposed,
    chacha12,
    draw,
  ],
  ...[layout.pack, layout.unpack, layout.copy, layout.clear, layout.copyStrided, layout.gatherRows],
  ...[bits.toPlanes, bits.planeToWords, bits.xorInto, bits.evaluate, bits.packPlanes, bits.unpackPlanes],
  ...[bits.repeatPlanes, bits.flipShares, bits.chooseShares, bits.combineStrided],
  ...[ot.receive, ot.send, pads.padWords, pads.padBits],
  ...[trunc.offer, trunc.learn, trunc.settle, trunc.lift, trunc.halve],
] as readonly Kernel[];

const indices = new Map<unknown, number>(KERNELS.map((kernel, i) => [kernel, i]));

/** The index of a kernel. @throws {TypeError} if it is not in the table */
export function indexOf(kernel: unknown): number {
  const index = indices.get(kernel);
  if (index === undefined) throw new TypeError("The kernel is missing in kernels/table.ts");
  return index;
}
