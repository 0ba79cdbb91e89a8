/**
 * The one interface that every backend implements.
 *
 * @module
 */
import type {
  DecomposeCall,
  InputCall,
  OpenCall,
  PiecewiseCall,
  ProductsCall,
  ShuffleCall,
  TruncCall,
} from "./call.ts";
import type { Memory } from "./memory.ts";
import type { Domain, Elements, Indices, PartyId, Shape, Share, Window } from "./share.ts";
import type { Step } from "./step.ts";
import type { Demand, Target } from "./target.ts";

/**
 * A protocol from one party's point of view.
 *
 * Handles are made once (`at`) and used many times. Every operation writes `out`, which overlaps none of its operands unless
 * the operation says so. Local operations send nothing; the others are steps that take the rounds and bytes their
 * {@linkcode Call} is declared to cost.
 */
export interface Protocol<S extends Share = Share> {
  readonly target: Target;
  readonly self: PartyId;
  readonly memory: Memory;

  /** Bytes that a share of this shape takes in linear memory, a multiple of 16. */
  bytes(shape: Shape): number;
  /** A handle for a share of this shape at an offset, a multiple of 16. */
  at(shape: Shape, offset: number): S;

  /** Shares public values. */
  constant(value: Elements, out: S): void;
  /** `out` may be an operand. */
  add(x: S, y: S, out: S): void;
  /** `out` may be an operand. */
  sub(x: S, y: S, out: S): void;
  /** `out` may be `x`. */
  negate(x: S, out: S): void;
  /** `c` has the shape of x or one element. `out` may be `x`. */
  addPublic(x: S, c: Elements, out: S): void;
  /** `c` has the shape of x or one element. `out` may be `x`. */
  mulPublic(x: S, c: Elements, out: S): void;
  /** Copies; shapes may differ, sizes not. */
  copy(x: S, out: S): void;
  /** `out` = the window of x. */
  read(x: S, window: Window, out: S): void;
  /** The window of `out` = x; the rest of `out` stays. */
  write(x: S, window: Window, out: S): void;
  /** `out` = the rows of x with these indices (first axis). */
  gather(x: S, rows: Indices, out: S): void;
  /** Sums over `axis`; `out` lacks that axis. */
  sum(x: S, axis: number, out: S): void;
  /** Row i of `out` is the sum of rows 0 to i of x (first axis); shapes are the same. */
  cumsum(x: S, out: S): void;

  /** F_input. `value` is the owner's, null at the others. */
  input(call: InputCall, value: Elements | null, out: S): Step<void>;
  /** F_open. `out` is null at parties that learn nothing. */
  open(call: OpenCall, x: S, out: Elements | null): Step<void>;
  /** Sum of products with truncation. */
  products(call: ProductsCall, operands: readonly S[], out: S): Step<void>;
  /** Division by a power of two. */
  trunc(call: TruncCall, x: S, out: S): Step<void>;
  /** Comparison with public thresholds; `factor` is the second operand where the call has slopes. */
  piecewise(call: PiecewiseCall, x: S, out: S, factor?: S): Step<void>;
  /** Bits as shares of 0 and 1. */
  decompose(call: DecomposeCall, x: S, out: S): Step<void>;
  /** F_shuffle: the rows of x in an order that nobody knows. `out` does not overlap x. */
  shuffle(call: ShuffleCall, x: S, out: S): Step<void>;
  /** Checks everything opened so far; succeeds before an output, a print or a public branch. */
  verify(): Step<void>;
  /** Public randomness, the same at all parties: fills `bytes` bytes at `at`. */
  coin(at: number, bytes: number): void;
  /**
   * Preprocessing: makes material until at least this much is in store. Operations take from the store what their cost declares, each
   * unit once, and throw if it is not there. Runs alone, with no other step under way. Absent: nothing needs preprocessing.
   */
  prepare?(demand: Demand): Step<void>;
  /** What is in store; changes with it. */
  readonly stored?: Demand;
}

/** How a backend is set up. */
export interface BackendOptions {
  /** Number of parties; the backend's own default if left out. */
  readonly parties?: number;
  /** Another domain than the backend's default, where it has one. */
  readonly domain?: Domain["kind"];
  /** Fixes public coins (shuffles, initial weights), never shares or masks. */
  readonly publicSeed?: number;
}

/** A family of protocols: one folder under `backends/`. */
export interface Backend {
  readonly name: string;
  /** @throws {RangeError} if the backend cannot run with these options */
  target(options: BackendOptions): Target;
  /** Agrees on keys and returns the party's protocol. `entropy` fills a buffer with private random bytes. */
  setup(self: PartyId, options: BackendOptions, party: { memory: Memory; entropy: Entropy }): Step<Protocol>;
}

/** Fills the buffer with bytes from the party's private source of randomness. */
export type Entropy = (buffer: Uint8Array) => void;
