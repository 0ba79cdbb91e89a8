/**
 * The one interface that every backend implements, and the table that it is made from.
 *
 * Such a table has a record an operation, with its price and its step. From it come the target's prices and the protocol's steps, so
 * that neither can be forgotten and both see the same call.
 *
 * @module
 */
import {
  type Call,
  type CallOf,
  checkOperands,
  checkSize,
  type Cost,
  type InputCall,
  type OpenCall,
  type OperandCall,
  type Target,
  type VerifyCall,
} from "./call.ts";
import type { Demand, MaterialSink, MaterialSource } from "./material.ts";
import type { Memory } from "./memory.ts";
import type { Recorder } from "./recorder.ts";
import {
  type Domain,
  type Elements,
  type Feed,
  type Indices,
  type PartyId,
  type Scaled,
  type Shape,
  type Share,
  sizeOf,
  type Window,
} from "./share.ts";
import type { Step } from "./step.ts";

/** What each party does on its own: nothing is sent. Every operation writes `out`, which overlaps no operand unless it says so. */
export interface LocalOperations<S extends Share = Share> {
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
  /**
   * `out` = x · y / 2^shift on public values as signed numbers, exact before it is rounded to nearest, halves up; one element is repeated;
   * −64 < shift < 127. Absent: computed outside of the protocol, as other arithmetic on public values.
   */
  scaledProduct?(x: Elements, y: Elements, shift: number, out: Elements): void;
  /**
   * `out` = x + y on scaled public values, or x − y where `minus`, mod the domain; one element is repeated. Absent: as for
   * {@linkcode scaledProduct}.
   */
  scaledSum?(x: Scaled, y: Scaled, minus: boolean, out: Elements): void;
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
}

/**
 * A protocol from one party's point of view.
 *
 * Handles are made once (`at`) and used many times. Every operation writes `out`, which overlaps none of its operands unless
 * the operation says so. Local operations send nothing; the others are steps that take the rounds and bytes their
 * {@linkcode Call} is declared to cost.
 *
 * Operands have as many elements as the operation, or its call, says: otherwise it throws a RangeError and nothing has been sent. Kernels
 * trust these sizes, and what lies behind an operand may be shares of something else.
 */
export interface Protocol<S extends Share = Share> extends LocalOperations<S> {
  readonly target: Target;
  readonly self: PartyId;
  readonly memory: Memory;

  /** Bytes that a share of this shape takes in linear memory, a multiple of 16. */
  bytes(shape: Shape): number;
  /** A handle for a share of this shape at an offset, a multiple of 16. */
  at(shape: Shape, offset: number): S;
  /**
   * A handle for the transpose of a matrix that copies nothing and is valid while x is. It may be the left factor of a matrix product,
   * nothing else: no patches are made of it. Absent: transposes must be read.
   */
  transposed?(x: S): S;

  /** F_input. `value` is the owner's, null at the others. */
  input(call: InputCall, value: Feed | null, out: S): Step<void>;
  /** Large inputs of which only rows are read, in less memory than shares take. Absent: they are shares like all others. */
  readonly held?: HeldRows<S>;
  /**
   * F_open. `out` is null at parties that learn nothing.
   *
   * Where an opened value can be forged it begins with a check of everything opened so far: what is opened may depend on it, and an error
   * there could make a secret of it that nobody was to learn. That this value itself is right is for the next check to find.
   */
  open(call: OpenCall, x: S, out: Elements | null): Step<void>;
  /** Any operation with shared operands and a shared result: see its {@linkcode Call}. `out` overlaps no operand. */
  step(call: OperandCall, operands: readonly S[], out: S): Step<void>;
  /**
   * Checks everything opened so far. Succeeds before an output, a print or a public branch; before anything that an opened value may stop
   * or that it chooses memory by; and, where the target bounds what is `unchecked`, as often as that takes.
   */
  verify(): Step<void>;
  /** Lets loops repeat what steps and local operations do. Absent: they are called each time. */
  readonly recorder?: Recorder;
  /** Public randomness, the same at all parties: fills `bytes` bytes at `at`. */
  coin(at: number, bytes: number): void;
  /**
   * Preprocessing: makes material until at least this much is in store. Operations take from the store what their cost declares, each
   * unit once, and throw if it is not there. Runs alone, with no other step under way. Absent: nothing needs preprocessing.
   */
  prepare?(demand: Demand): Step<void>;
  /** What is in store; changes with it. */
  readonly stored?: Demand;
  /**
   * Moves all that is in store to the sink, and once what the backend saves besides: for a run that only preprocesses, which takes nothing.
   * Absent, too, where material comes from an earlier run, if its keys are for one run.
   */
  save?(sink: MaterialSink): void;
}

/** One party's part in an input of which only rows are read. Opaque outside the backend that made it. */
export interface HeldInput {
  readonly shape: Shape;
}

/** Inputs of which only rows are read: see `Protocol.held`. */
export interface HeldRows<S extends Share, H extends HeldInput = HeldInput> {
  /** Bytes that such an input takes in linear memory at this party, a multiple of 16. */
  bytes(call: InputCall): number;
  /** A handle at an offset, a multiple of 16. */
  at(call: InputCall, offset: number): H;
  /** F_input, at the same cost. */
  input(call: InputCall, value: Feed | null, out: H): Step<void>;
  /**
   * `out` = the rows with these indices of the inputs, one after the other along their first axis. Looks at memory, so it is not
   * recorded.
   *
   * @throws {RangeError} if there is no such row
   */
  gather(parts: readonly H[], rows: Indices, out: S): void;
}

/** How a backend is set up. */
export interface BackendOptions {
  /** Number of parties; the backend's own default if left out. */
  readonly parties?: number | undefined;
  /** Another domain than the backend's default, where it has one. */
  readonly domain?: Domain["kind"] | undefined;
  /** Fixes public coins (shuffles, initial weights), never shares or masks. */
  readonly publicSeed?: number | undefined;
}

/** A family of protocols: one folder under `backends/`. */
export interface Backend {
  readonly name: string;
  /** @throws {RangeError} if the backend cannot run with these options */
  target(options: BackendOptions): Target;
  /** Agrees on keys and returns the party's protocol. */
  setup(self: PartyId, options: BackendOptions, party: PartySetup): Step<Protocol>;
  /** Whether its protocols have `save` and take material from a source. */
  readonly savesMaterial?: boolean;
  /** What they save once besides what was asked for, and take back when they are set up: keys that the material was made under. */
  readonly savesBesides?: Demand;
}

/** What a party brings to {@linkcode Backend.setup}. */
export interface PartySetup {
  readonly memory: Memory;
  /** Fills a buffer with private random bytes. */
  readonly entropy: Entropy;
  /**
   * What the parties of this run have in common and no other run has: 32 bytes, not secret. Keys are bound to it. Absent: nothing, for
   * parties that are all set up by one caller.
   */
  readonly run?: Uint8Array;
  /** Material that an earlier run has saved: `prepare` then takes it from here and makes none. */
  readonly material?: MaterialSource;
}

/** Fills the buffer with bytes from the party's private source of randomness. */
export type Entropy = (buffer: Uint8Array) => void;

/** What an operation costs: rounds, bytes by link, and material. */
export interface Priced<C extends Call> {
  /** Exactly, among so many parties. @throws {RangeError} if the backend has no such operation */
  cost(call: C, parties: number): Cost;
}

/** How a backend does an operation with shared operands and a shared result, at a party of type P. */
export interface Realisation<C extends OperandCall, P, S extends Share> extends Priced<C> {
  /** One party's part. Operands and result have the sizes that the call says. */
  step(party: P, call: C, operands: readonly S[], out: S): Step<void>;
}

/** What a backend says of every operation. */
export type Realisations<P, S extends Share> =
  & { readonly [K in OperandCall["op"]]: Realisation<CallOf<K>, P, S> }
  & {
    /** `value` is the owner's, null at the others. */
    readonly input: Priced<InputCall> & { step(party: P, call: InputCall, value: Feed | null, out: S): Step<void> };
    /** `out` is null at parties that learn nothing. */
    readonly open: Priced<OpenCall> & { step(party: P, call: OpenCall, x: S, out: Elements | null): Step<void> };
    /** The check of everything opened so far. What is opened later is the next one's. */
    readonly verify: Priced<VerifyCall> & { step(party: P): Step<void> };
  };

/** The target's prices. */
export function priced<P, S extends Share>(table: Realisations<P, S>, parties: number): (call: Call) => Cost {
  return (call) => (table[call.op] as Priced<Call>).cost(call, parties);
}

/** The protocol's steps at a party, with operands checked before they begin. */
export function stepsOf<P, S extends Share>(
  table: Realisations<P, S>,
  party: P,
): Pick<Protocol<S>, "input" | "open" | "step" | "verify"> {
  return {
    input(call, value, out) {
      checkSize("input", out, sizeOf(call.shape));
      return table.input.step(party, call, value, out);
    },
    open(call, x, out) {
      checkSize("open", x, sizeOf(call.shape));
      if (out !== null) checkSize("open", out, sizeOf(call.shape));
      return table.open.step(party, call, x, out);
    },
    step(call, operands, out) {
      checkOperands(call, operands, out);
      return (table[call.op] as Realisation<OperandCall, P, S>).step(party, call, operands, out);
    },
    verify: () => table.verify.step(party),
  };
}
