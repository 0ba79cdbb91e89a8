/**
 * The registers of one party: where each lies, as the handles that operations take.
 *
 * @module
 */
import type { Kind, Op, Reg, Segment, Tape } from "@symbolon/compiler";
import {
  type Elements,
  type HeldInput,
  type Indices,
  type Protocol,
  type Shape,
  type Share,
  sizeOf,
} from "@symbolon/protocol";
import { findHeld, type HeldPart } from "./held.ts";
import { plan } from "./plan.ts";
import { ElementCodec } from "./public.ts";
import { findReshapes, findViews, type WindowOp } from "./views.ts";

/** A range of linear memory. */
export interface Place {
  readonly at: number;
  readonly bytes: number;
}

/** All registers of a tape in one party's linear memory. */
export class Registers<S extends Share> {
  /** Bytes of linear memory for all of them. */
  readonly bytes: number;
  /** Public elements. */
  readonly codec: ElementCodec;
  readonly #tape: Tape;
  readonly #shares: S[] = [];
  readonly #elements: Elements[] = [];
  readonly #indices: Indices[] = [];
  readonly #places: Place[] = [];
  readonly #views = new Set<Reg>();
  readonly #held = new Map<Reg, readonly HeldInput[]>();

  constructor(tape: Tape, segments: readonly Segment[], protocol: Protocol<S>) {
    this.#tape = tape;
    this.codec = new ElementCodec(protocol.memory, protocol.target.domain);
    const held = protocol.held === undefined ? new Map<Reg, readonly HeldPart[]>() : findHeld(tape);
    const bytesOf = (r: Reg) => {
      if (held.has(r)) return 0;
      const { shape, kind } = tape.registers[r]!;
      if (kind.secret) return protocol.bytes(shape);
      const n = sizeOf(shape);
      return Math.ceil((kind.type === "index" ? 4 * n : 8 * this.codec.limbs * n) / 16) * 16;
    };
    const views = protocol.transposed === undefined ? new Map<Reg, WindowOp>() : findViews(tape);
    const reshapes = new Map([...findReshapes(tape)].filter(([r, { x }]) => !held.has(r) && !held.has(x)));
    const { offsets, bytes } = plan(tape, segments, bytesOf, new Map([...views, ...reshapes]));
    this.bytes = bytes + this.#hold(held, protocol);
    const base = protocol.memory.allocate(bytes);
    tape.registers.forEach(({ shape, kind }, r) => {
      if (offsets[r]! < 0 || held.has(r)) return;
      const at = base + offsets[r]!;
      this.#places[r] = { at, bytes: bytesOf(r) };
      if (kind.type === "index") this.#indices[r] = { count: sizeOf(shape), at };
      else if (kind.secret) this.#shares[r] = protocol.at(shape, at);
      else this.#elements[r] = { shape, at };
    });
    for (const r of reshapes.keys()) this.#views.add(r);
    for (const [r, { x }] of views) {
      this.#shares[r] = protocol.transposed!(this.share(x));
      this.#views.add(r);
    }
  }

  /** Finds places for inputs that are held by rows, for as long as the program runs; how many bytes they take. */
  #hold(held: ReadonlyMap<Reg, readonly HeldPart[]>, { held: rows, memory }: Protocol<S>): number {
    let taken = 0;
    const inputs = new Map<Reg, HeldInput>();
    for (const [r, parts] of held) {
      this.#held.set(
        r,
        parts.map(({ reg, call }) => {
          let input = inputs.get(reg);
          if (input === undefined) {
            const bytes = rows!.bytes(call);
            taken += bytes;
            inputs.set(reg, input = rows!.at(call, memory.allocate(bytes)));
          }
          return input;
        }),
      );
    }
    return taken;
  }

  shape(r: Reg): Shape {
    return this.#tape.registers[r]!.shape;
  }
  kind(r: Reg): Kind {
    return this.#tape.registers[r]!.kind;
  }
  share(r: Reg): S {
    return this.#shares[r]!;
  }
  elements(r: Reg): Elements {
    return this.#elements[r]!;
  }
  indices(r: Reg): Indices {
    return this.#indices[r]!;
  }
  /** The inputs whose rows, one after the other, the register has, if it is held by rows; it has no share then. */
  held(r: Reg): readonly HeldInput[] | undefined {
    return this.#held.get(r);
  }
  place(r: Reg): Place {
    return this.#places[r]!;
  }
  /** Whether the register needs no copy of its elements: it is a view of another. */
  isView(r: Reg): boolean {
    return this.#views.has(r);
  }
}

/** The one operand of an operation. */
export function operand(does: Op): Reg {
  if (!("x" in does)) throw new Error(`internal: ${does.op} has no operand x`);
  return does.x;
}
