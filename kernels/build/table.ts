// Made by "deno task kernels" from src/.
/**
 * All kernels by number: calls that are recorded or go to other threads name them so, so all threads have the same list.
 *
 * @module
 */
import type { Kernel } from "../call_board.ts";
import * as authenticated_bits from "./authenticated_bits.wasm";
import * as bits from "./bits.wasm";
import * as chacha from "./chacha.wasm";
import * as digits from "./digits.wasm";
import * as field from "./field.wasm";
import * as field_gilboa from "./field_gilboa.wasm";
import * as field_products from "./field_products.wasm";
import * as gf128 from "./gf128.wasm";
import * as gilboa from "./gilboa.wasm";
import * as layout from "./layout.wasm";
import * as matmul from "./matmul.wasm";
import * as ot from "./ot.wasm";
import * as ot_check from "./ot_check.wasm";
import * as pad_trees from "./pad_trees.wasm";
import * as pads from "./pads.wasm";
import * as ring from "./ring.wasm";
import * as trunc from "./trunc.wasm";

/** By number. */
export const KERNELS: readonly Kernel[] = [
  authenticated_bits.addWhere,
  authenticated_bits.addOffsetWhere,
  authenticated_bits.addOffset,
  authenticated_bits.packLow,
  authenticated_bits.unslice,
  authenticated_bits.hashWords,
  bits.toPlanes,
  bits.planeToWords,
  bits.xorInto,
  bits.evaluate,
  bits.packPlanes,
  bits.unpackPlanes,
  bits.packBits,
  bits.unpackBits,
  bits.repeatPlanes,
  bits.flipShares,
  bits.chooseShares,
  bits.combineStrided,
  chacha.chacha12,
  chacha.draw,
  digits.expandDigits,
  field.add,
  field.sub,
  field.negate,
  field.mul,
  field.mulAdd,
  field.addScalar,
  field.mulScalar,
  field.mulScalarAdd,
  field.sumAxis,
  field.reduce,
  field.fromWords,
  field.toWords,
  field.powers,
  field.inverse,
  field.inverseNonzero,
  field_gilboa.offer,
  field_gilboa.collect,
  field_products.matmul,
  field_products.matmulTransposed,
  field_products.dot,
  gf128.mul,
  gf128.mulAdd,
  gf128.mulScalarAdd,
  gf128.dot,
  gf128.addToBuckets,
  gf128.addBuckets,
  gilboa.offer,
  gilboa.collect,
  gilboa.settle,
  gilboa.offerScalars,
  gilboa.collectScalars,
  gilboa.settleScalars,
  gilboa.andXor,
  layout.copyStrided,
  layout.gatherRows,
  layout.copy,
  layout.clear,
  layout.pack,
  layout.unpack,
  matmul.matmul,
  matmul.matmulTransposed,
  ot.expand,
  ot.correct,
  ot.applyCorrections,
  ot.transpose,
  ot.receive,
  ot.send,
  ot_check.combineRows,
  ot_check.combineBits,
  pad_trees.growTrees,
  pad_trees.punctureTrees,
  pads.padWords,
  pads.padBits,
  pads.padBlocks,
  ring.add,
  ring.sub,
  ring.negate,
  ring.mul,
  ring.mulAdd,
  ring.addScalar,
  ring.mulScalar,
  ring.addWord,
  ring.mulWord,
  ring.scaledProduct,
  ring.scaledSum,
  ring.fill,
  ring.sumAxis,
  ring.cumulate,
  ring.replicatedMulAdd,
  trunc.offer,
  trunc.learn,
  trunc.settle,
  trunc.lift,
  trunc.halve,
  trunc.shift,
  trunc.lowBits,
] as readonly Kernel[];

/** Bytes of a recorded call: see `src/replay.as.ts`. */
export const CALL_BYTES = 64;
