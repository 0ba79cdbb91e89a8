/**
 * Replicated secret sharing among three parties over Z_2^64, one of them passively corrupt: the protocol object.
 *
 * @module
 */
import {
  checkOperands,
  checkSize,
  type DecomposeCall,
  type Elements,
  type Feed,
  type Indices,
  type InputCall,
  type Memory,
  type OpenCall,
  type PartyId,
  type PiecewiseCall,
  type ProductsCall,
  type Protocol,
  type Recorder,
  type Scaled,
  type Shape,
  type ShuffleCall,
  sizeOf,
  type Step,
  type Target,
  type TruncCall,
  type Window,
} from "@symbolon/protocol";
import { noteFunction, record } from "@symbolon/kernels";
import type { Prg } from "@symbolon/primitives";
import { decompose, piecewise } from "./comparison.ts";
import type { HeldInputs } from "./held_rows.ts";
import { input, open } from "./input_open.ts";
import * as local from "./local.ts";
import { type Party, type ReplicatedShare, shareAt } from "./party.ts";
import { products } from "./products.ts";
import type { Established } from "./setup.ts";
import { shuffle } from "./shuffle.ts";
import { truncate } from "./truncation.ts";

/** One party of the protocol; see the modules it is put together from. */
export class ReplicatedRing implements Protocol<ReplicatedShare> {
  readonly #party: Party;
  readonly #coin: Prg;
  readonly target: Target;
  readonly self: PartyId;
  readonly memory: Memory;
  readonly recorder: Recorder;
  readonly held: HeldInputs;

  constructor(party: Party, { coin, held }: Pick<Established, "coin" | "held">, target: Target) {
    this.#party = party;
    this.#coin = coin;
    this.held = held;
    this.target = target;
    this.self = party.self;
    this.memory = party.memory;
    this.recorder = {
      // Whoever draws a permutation computes with it outside of kernels.
      covers: ({ op }) => op !== "shuffle",
      record: (work) => record((bytes) => party.memory.allocate(bytes), work),
      note: noteFunction,
    };
  }

  bytes(shape: Shape): number {
    return local.shareBytes(sizeOf(shape));
  }
  at(shape: Shape, offset: number): ReplicatedShare {
    return shareAt(shape, offset);
  }

  constant(value: Elements, out: ReplicatedShare): void {
    local.constant(this.#party, value, out);
  }
  add(x: ReplicatedShare, y: ReplicatedShare, out: ReplicatedShare): void {
    sameSize("add", x, out);
    sameSize("add", y, out);
    local.add(x, y, out);
  }
  sub(x: ReplicatedShare, y: ReplicatedShare, out: ReplicatedShare): void {
    sameSize("sub", x, out);
    sameSize("sub", y, out);
    local.sub(x, y, out);
  }
  negate(x: ReplicatedShare, out: ReplicatedShare): void {
    sameSize("negate", x, out);
    local.negate(x, out);
  }
  addPublic(x: ReplicatedShare, c: Elements, out: ReplicatedShare): void {
    sameSize("addPublic", x, out);
    local.addPublic(this.#party, x, c, out);
  }
  mulPublic(x: ReplicatedShare, c: Elements, out: ReplicatedShare): void {
    sameSize("mulPublic", x, out);
    local.mulPublic(x, c, out);
  }
  copy(x: ReplicatedShare, out: ReplicatedShare): void {
    sameSize("copy", x, out);
    local.copy(x, out);
  }
  scaledProduct(x: Elements, y: Elements, shift: number, out: Elements): void {
    local.scaledProduct(x, y, shift, out);
  }
  scaledSum(x: Scaled, y: Scaled, minus: boolean, out: Elements): void {
    local.scaledSum(x, y, minus, out);
  }
  transposed(x: ReplicatedShare): ReplicatedShare {
    const [rows, columns] = x.shape as [number, number];
    return { ...x, shape: [columns, rows], transposed: !x.transposed };
  }
  read(x: ReplicatedShare, window: Window, out: ReplicatedShare): void {
    local.read(this.#party, x, window, out);
  }
  write(x: ReplicatedShare, window: Window, out: ReplicatedShare): void {
    local.write(this.#party, x, window, out);
  }
  gather(x: ReplicatedShare, rows: Indices, out: ReplicatedShare): void {
    local.gather(x, rows, out);
  }
  sum(x: ReplicatedShare, axis: number, out: ReplicatedShare): void {
    local.sum(x, axis, out);
  }
  cumsum(x: ReplicatedShare, out: ReplicatedShare): void {
    local.cumsum(x, out);
  }

  input(call: InputCall, value: Feed | null, out: ReplicatedShare): Step<void> {
    checkSize("input", out, sizeOf(call.shape));
    return input(this.#party, call, value, out);
  }
  open(call: OpenCall, x: ReplicatedShare, out: Elements | null): Step<void> {
    checkSize("open", x, sizeOf(call.shape));
    if (out !== null) checkSize("open", out, sizeOf(call.shape));
    return open(this.#party, call, x, out);
  }
  products(call: ProductsCall, operands: readonly ReplicatedShare[], out: ReplicatedShare): Step<void> {
    checkOperands(call, operands, out);
    return products(this.#party, call, operands, out);
  }
  trunc(call: TruncCall, x: ReplicatedShare, out: ReplicatedShare): Step<void> {
    checkOperands(call, [x], out);
    return truncate(this.#party, call, x, out);
  }
  piecewise(call: PiecewiseCall, x: ReplicatedShare, out: ReplicatedShare, factor?: ReplicatedShare): Step<void> {
    checkOperands(call, factor === undefined ? [x] : [x, factor], out);
    return piecewise(this.#party, call, x, out, factor);
  }
  decompose(call: DecomposeCall, x: ReplicatedShare, out: ReplicatedShare): Step<void> {
    checkOperands(call, [x], out);
    return decompose(this.#party, call, x, out);
  }
  shuffle(call: ShuffleCall, x: ReplicatedShare, out: ReplicatedShare): Step<void> {
    checkOperands(call, [x], out);
    return shuffle(this.#party, call, x, out);
  }
  /** Nothing to check: the adversary follows the protocol. */
  *verify(): Step<void> {}

  coin(at: number, bytes: number): void {
    this.#coin.bytes(at, bytes);
  }
}

/** @throws {RangeError} if an operand has another number of elements than the result */
function sameSize(op: string, x: ReplicatedShare, out: ReplicatedShare): void {
  if (x.n !== out.n) checkSize(op, x, out.n);
}
