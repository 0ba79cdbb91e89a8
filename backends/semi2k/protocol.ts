/**
 * Additive secret sharing among n parties over Z_2^64, all but one of them passively corrupt: the protocol object.
 *
 * @module
 */
import {
  checkOperands,
  checkSize,
  type DecomposeCall,
  type Demand,
  type Elements,
  type Feed,
  type Indices,
  type InputCall,
  type MaterialSink,
  type Memory,
  type OpenCall,
  type PartyId,
  type PiecewiseCall,
  type ProductsCall,
  type Protocol,
  type Shape,
  type ShuffleCall,
  sizeOf,
  type Step,
  type Target,
  type TruncCall,
  type Window,
} from "@symbolon/protocol";
import { align16, layout, ring } from "@symbolon/kernels";
import { Exclusion, type MaterialOrigin, type Prg, saveStore } from "@symbolon/primitives";
import { input, open } from "./input_open.ts";
import * as local from "./local.ts";
import { type AdditiveShare, type Party, shareAt, words } from "./party.ts";
import { piecewise } from "./piecewise.ts";
import { products } from "./products.ts";
import { shuffle } from "./shuffle.ts";
import { decompose } from "./sum_bits.ts";
import { truncate } from "./truncation.ts";

/** What the protocol object is put together from. */
export interface Semi2kParts {
  readonly party: Party;
  readonly material: MaterialOrigin;
  readonly coin: Prg;
  readonly target: Target;
}

/** One party of the protocol; see the modules it is put together from. */
export class Semi2k implements Protocol<AdditiveShare> {
  readonly #party: Party;
  readonly #material: MaterialOrigin;
  readonly #coin: Prg;
  readonly #store = new Exclusion();
  readonly target: Target;
  readonly self: PartyId;
  readonly memory: Memory;

  constructor({ party, material, coin, target }: Semi2kParts) {
    this.#party = party;
    this.#material = material;
    this.#coin = coin;
    this.target = target;
    this.self = party.self;
    this.memory = party.memory;
  }

  bytes(shape: Shape): number {
    return align16(8 * sizeOf(shape));
  }
  at(shape: Shape, offset: number): AdditiveShare {
    return shareAt(shape, offset);
  }

  constant(value: Elements, out: AdditiveShare): void {
    local.constant(this.#party, value, out);
  }
  add(x: AdditiveShare, y: AdditiveShare, out: AdditiveShare): void {
    sameSize("add", x, out);
    sameSize("add", y, out);
    ring.add(x.at, y.at, out.at, out.n);
  }
  sub(x: AdditiveShare, y: AdditiveShare, out: AdditiveShare): void {
    sameSize("sub", x, out);
    sameSize("sub", y, out);
    ring.sub(x.at, y.at, out.at, out.n);
  }
  negate(x: AdditiveShare, out: AdditiveShare): void {
    sameSize("negate", x, out);
    ring.negate(x.at, out.at, out.n);
  }
  addPublic(x: AdditiveShare, c: Elements, out: AdditiveShare): void {
    sameSize("addPublic", x, out);
    local.addPublic(this.#party, x, c, out);
  }
  mulPublic(x: AdditiveShare, c: Elements, out: AdditiveShare): void {
    sameSize("mulPublic", x, out);
    local.mulPublic(this.#party, x, c, out);
  }
  copy(x: AdditiveShare, out: AdditiveShare): void {
    sameSize("copy", x, out);
    layout.copy(out.at, x.at, 8 * out.n);
  }
  read(x: AdditiveShare, window: Window, out: AdditiveShare): void {
    local.read(this.#party, x, window, out);
  }
  write(x: AdditiveShare, window: Window, out: AdditiveShare): void {
    local.write(this.#party, x, window, out);
  }
  gather(x: AdditiveShare, rows: Indices, out: AdditiveShare): void {
    local.gather(x, rows, out);
  }
  sum(x: AdditiveShare, axis: number, out: AdditiveShare): void {
    local.sum(x, axis, out);
  }
  cumsum(x: AdditiveShare, out: AdditiveShare): void {
    local.cumsum(this.#party, x, out);
  }

  input(call: InputCall, value: Feed | null, out: AdditiveShare): Step<void> {
    checkSize("input", out, sizeOf(call.shape));
    return input(this.#party, call, value, out);
  }
  open(call: OpenCall, x: AdditiveShare, out: Elements | null): Step<void> {
    checkSize("open", x, sizeOf(call.shape));
    if (out !== null) checkSize("open", out, sizeOf(call.shape));
    return open(this.#party, call, x, out);
  }
  products(call: ProductsCall, operands: readonly AdditiveShare[], out: AdditiveShare): Step<void> {
    checkOperands(call, operands, out);
    return this.#store.taking(products(this.#party, call, operands, out));
  }
  trunc(call: TruncCall, x: AdditiveShare, out: AdditiveShare): Step<void> {
    checkOperands(call, [x], out);
    return this.#store.taking(truncateShare(this.#party, call, x, out));
  }
  piecewise(call: PiecewiseCall, x: AdditiveShare, out: AdditiveShare, factor?: AdditiveShare): Step<void> {
    checkOperands(call, factor === undefined ? [x] : [x, factor], out);
    return this.#store.taking(piecewise(this.#party, call, x, out, factor));
  }
  decompose(call: DecomposeCall, x: AdditiveShare, out: AdditiveShare): Step<void> {
    checkOperands(call, [x], out);
    return this.#store.taking(decompose(this.#party, call, x, out));
  }
  shuffle(call: ShuffleCall, x: AdditiveShare, out: AdditiveShare): Step<void> {
    checkOperands(call, [x], out);
    return this.#store.taking(shuffle(this.#party, call, x, out));
  }
  /** Nothing to check: the adversary follows the protocol. */
  *verify(): Step<void> {}

  coin(at: number, bytes: number): void {
    this.#coin.bytes(at, bytes);
  }

  prepare(demand: Demand): Step<void> {
    return this.#store.filling(this.#material.prepare(demand, this.#party.store));
  }
  get stored(): Demand {
    return this.#party.store.contents;
  }
  save(sink: MaterialSink): void {
    this.#store.emptying(() => saveStore(this.#party, sink));
  }
}

function* truncateShare(party: Party, { trunc }: TruncCall, x: AdditiveShare, out: AdditiveShare): Step<void> {
  const z = words(party, x.n);
  layout.copy(z, x.at, 8 * x.n);
  yield* truncate(party, trunc, z, x.n, out.at);
}

/** @throws {RangeError} if an operand has another number of elements than the result */
function sameSize(op: string, x: AdditiveShare, out: AdditiveShare): void {
  if (x.n !== out.n) checkSize(op, x, out.n);
}
