/**
 * The registers of one party: where each lies, as the handles that operations take.
 *
 * @module
 */
import { isWide, type Kind, type Reg, type Segment, type Tape, type WindowOp } from "@symbolon/compiler";
import {
  type Elements,
  type HeldInput,
  type Indices,
  limbsOf,
  type Protocol,
  type Shape,
  type Share,
  sizeOf,
} from "@symbolon/protocol";
import { findHeld, HELD_FROM, type HeldPart } from "./held.ts";
import { ofRegisters } from "./memory_errors.ts";
import { findReshapes, findViews, plan } from "./plan.ts";
import { ElementCodec, WIDE_DOMAIN } from "./public.ts";
import { type PublicBounds, publicBounds } from "./public_bounds.ts";

/** A range of linear memory. */
export interface Place {
  readonly at: number;
  readonly bytes: number;
}

/** All registers of a tape in one party's linear memory. */
export class Registers<S extends Share> {
  /** Bytes of linear memory for all of them. */
  readonly bytes: number;
  /** Where those lie that are not held by rows. */
  readonly planned: Place;
  /** Elements of the protocol's domain. */
  readonly codec: ElementCodec;
  /** Wide public values. */
  readonly #wide: ElementCodec;
  readonly #tape: Tape;
  #bounds: PublicBounds | undefined;
  readonly #shares: S[] = [];
  readonly #elements: Elements[] = [];
  readonly #indices: Indices[] = [];
  readonly #places: Place[] = [];
  readonly #views = new Set<Reg>();
  readonly #held = new Map<Reg, readonly HeldInput[]>();

  /** `spacing`: bytes left free behind each register, which then shares its place with no other. */
  constructor(tape: Tape, segments: readonly Segment[], protocol: Protocol<S>, spacing?: number) {
    this.#tape = tape;
    const { memory, target: { domain } } = protocol;
    this.codec = new ElementCodec(memory, domain);
    this.#wide = limbsOf(domain) === 2 ? this.codec : new ElementCodec(memory, WIDE_DOMAIN);
    const large = tape.registers.some(({ shape }) => sizeOf(shape) >= HELD_FROM);
    const held = large && protocol.held !== undefined ? findHeld(tape) : new Map<Reg, readonly HeldPart[]>();
    const bytesOf = (r: Reg) => {
      if (held.has(r)) return 0;
      const { shape, kind } = tape.registers[r]!;
      if (kind.secret) return protocol.bytes(shape);
      const n = sizeOf(shape);
      return Math.ceil((kind.type === "index" ? 4 * n : 8 * this.codecOf(kind).limbs * n) / 16) * 16;
    };
    const views = protocol.transposed === undefined ? new Map<Reg, WindowOp>() : findViews(tape);
    const reshapes = new Map([...findReshapes(tape)].filter(([r, { x }]) => !held.has(r) && !held.has(x)));
    const { offsets, bytes } = plan({ tape, segments, views: new Map([...views, ...reshapes]), spacing }, bytesOf);
    this.bytes = bytes + this.#hold(held, protocol);
    const base = this.#allocate(bytes, protocol, bytesOf);
    this.planned = { at: base, bytes };
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

  #allocate(bytes: number, { memory }: Protocol<S>, bytesOf: (r: Reg) => number): number {
    try {
      return memory.allocate(bytes);
    } catch (error) {
      throw ofRegisters(error, this.#tape, bytesOf);
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
  /** Whether the result of a public operation is known to fit the register that it is written to. */
  fits(r: Reg): boolean {
    this.#bounds ??= publicBounds(this.#tape);
    return this.#bounds.fits(r);
  }
  /** How public values of a kind lie in memory. */
  codecOf(kind: Kind): ElementCodec {
    return isWide(kind) ? this.#wide : this.codec;
  }
  /** A secret register. */
  share(r: Reg): S {
    return this.#shares[r] ?? missing(r, "share");
  }
  /** A public register. */
  elements(r: Reg): Elements {
    return this.#elements[r] ?? missing(r, "public elements");
  }
  /** A register of row numbers or a loop's index. */
  indices(r: Reg): Indices {
    return this.#indices[r] ?? missing(r, "indices");
  }
  /** The inputs whose rows, one after the other, the register has, if it is held by rows; it has no share then. */
  held(r: Reg): readonly HeldInput[] | undefined {
    return this.#held.get(r);
  }
  /** Where each register lies. */
  get places(): readonly Place[] {
    return this.#places.filter((place) => place !== undefined);
  }
  place(r: Reg): Place {
    return this.#places[r]!;
  }
  /** Whether the register needs no copy of its elements: it is a view of another. */
  isView(r: Reg): boolean {
    return this.#views.has(r);
  }
}

function missing(r: Reg, what: string): never {
  throw new Error(`internal: register %${r} has no ${what}`);
}
