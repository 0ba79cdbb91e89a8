/**
 * Boolean circuits over XOR shares as straight-line bit programs, one round of openings a level.
 *
 * Any number of parties; conjunctions by Beaver triples of bits (Beaver 1991), XOR for free. Gates with a common operand open it
 * once (`and` with two right operands); a gate whose operands are known to party 0 and to party 1 opens one bit of each (`crossed`).
 *
 * @module
 */

/** The number of a plane. */
export type Wire = number;

/** A bit program: four 32-bit integers an instruction, see `evaluate` in the kernels. */
export type BitCode = Uint32Array;

/** What party 0 runs, and what the others run. */
export interface ByRole {
  readonly first: BitCode;
  readonly other: BitCode;
}

/** The gates between two rounds. */
export interface AndLevel {
  /** Gates of x at party 0 and y at party 1. */
  readonly crossed: number;
  /** Gates x · y. */
  readonly single: number;
  /** Gates x · y, x · z. */
  readonly double: number;
  /** Planes each party opens: crossed, x and y of single, x, y and z of double gates. */
  readonly opened: number;
  /** From wires and masks to the planes to open. */
  readonly open: ByRole;
  /** From opened planes, masks and products of masks to wires. */
  readonly close: ByRole;
}

/** A circuit ready to run. First the planes of wires, inputs foremost; the other regions follow. */
export interface AndCircuit {
  readonly inputs: number;
  readonly levels: readonly AndLevel[];
  /** From wires to the outputs, one plane each from `outputsAt` on. */
  readonly result: BitCode;
  readonly outputs: number;
  /** First planes of the regions: masks of what is opened, opened planes, the peer's half of crossed gates, products of masks. */
  readonly masksAt: number;
  readonly openedAt: number;
  readonly peerAt: number;
  readonly productsAt: number;
  readonly outputsAt: number;
  /** Planes in all. */
  readonly slots: number;
}

interface Gate {
  readonly kind: "crossed" | "single" | "double";
  readonly x: Wire;
  readonly ys: readonly Wire[];
  readonly outs: readonly Wire[];
}

const XOR = 0;
const AND = 1;

/** Writes a circuit gate by gate. Equal XORs are done once. */
export class AndCircuitWriter {
  readonly #inputs: number;
  /** Rounds before a wire is known. */
  readonly #level: number[];
  readonly #xors: (readonly [to: Wire, x: Wire, y: Wire])[][] = [];
  readonly #gates: Gate[][] = [];
  readonly #known = new Map<string, Wire>();

  /** Wires 0 … inputs − 1 are the inputs. */
  constructor(inputs: number) {
    this.#inputs = inputs;
    this.#level = new Array<number>(inputs).fill(0);
  }

  /** x ⊕ y. */
  xor(x: Wire, y: Wire): Wire {
    const key = x < y ? `${x} ${y}` : `${y} ${x}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const level = Math.max(this.#level[x]!, this.#level[y]!);
    const to = this.#wire(level);
    (this.#xors[level] ??= []).push([to, x, y]);
    this.#known.set(key, to);
    return to;
  }

  /** x · y for one or two wires y. */
  and(x: Wire, ys: readonly Wire[]): readonly Wire[] {
    if (ys.length < 1 || ys.length > 2) throw new RangeError(`A gate has 1 or 2 right operands, not ${ys.length}`);
    return this.#gate(ys.length === 1 ? "single" : "double", x, ys);
  }

  /** x · y where party 0 alone knows x (the others' shares are 0) and party 1 alone knows y. */
  crossed(x: Wire, y: Wire): Wire {
    return this.#gate("crossed", x, [y])[0]!;
  }

  finish(outputs: readonly Wire[]): AndCircuit {
    const levels = this.#gates.map((gates) => ({
      crossed: gates.filter((g) => g.kind === "crossed"),
      single: gates.filter((g) => g.kind === "single"),
      double: gates.filter((g) => g.kind === "double"),
    }));
    const opened = levels.map((l) => l.crossed.length + 2 * l.single.length + 3 * l.double.length);
    const products = levels.map((l) => l.crossed.length + l.single.length + 2 * l.double.length);
    const masksAt = this.#level.length;
    const openedAt = masksAt + Math.max(0, ...opened);
    const peerAt = openedAt + Math.max(0, ...opened);
    const productsAt = peerAt + Math.max(0, ...levels.map((l) => l.crossed.length));
    const outputsAt = productsAt + Math.max(0, ...products);
    const temporary = outputsAt + outputs.length;
    const regions = { masksAt, openedAt, peerAt, productsAt, temporary };
    const result: number[] = [];
    this.#writeXors(levels.length, result);
    outputs.forEach((wire, i) => result.push(AND, outputsAt + i, wire, wire));
    return {
      inputs: this.#inputs,
      levels: levels.map((gates, i) => ({
        crossed: gates.crossed.length,
        single: gates.single.length,
        double: gates.double.length,
        opened: opened[i]!,
        open: byRole((first) => this.#open(i, gates, regions, first)),
        close: byRole((first) => close(gates, regions, first)),
      })),
      result: Uint32Array.from(result),
      outputs: outputs.length,
      masksAt,
      openedAt,
      peerAt,
      productsAt,
      outputsAt,
      slots: temporary + 1,
    };
  }

  /** The planes to open before the gates of a level: operands under their masks. */
  #open(level: number, gates: Gates, { masksAt, openedAt }: Regions, first: boolean): number[] {
    const code: number[] = [];
    this.#writeXors(level, code);
    const wires = [
      ...gates.crossed.map(({ x, ys }) => first ? x : ys[0]!),
      ...gates.single.flatMap(({ x }) => x),
      ...gates.single.flatMap(({ ys }) => ys),
      ...gates.double.map(({ x }) => x),
      ...gates.double.map(({ ys }) => ys[0]!),
      ...gates.double.map(({ ys }) => ys[1]!),
    ];
    wires.forEach((wire, i) => code.push(XOR, openedAt + i, wire, masksAt + i));
    return code;
  }

  #writeXors(level: number, code: number[]): void {
    for (const [to, x, y] of this.#xors[level] ?? []) code.push(XOR, to, x, y);
  }

  #gate(kind: Gate["kind"], x: Wire, ys: readonly Wire[]): readonly Wire[] {
    const level = Math.max(this.#level[x]!, ...ys.map((y) => this.#level[y]!));
    const outs = ys.map(() => this.#wire(level + 1));
    while (this.#gates.length <= level) this.#gates.push([]);
    this.#gates[level]!.push({ kind, x, ys, outs });
    return outs;
  }

  #wire(level: number): Wire {
    return this.#level.push(level) - 1;
  }
}

interface Gates {
  readonly crossed: readonly Gate[];
  readonly single: readonly Gate[];
  readonly double: readonly Gate[];
}

interface Regions {
  readonly masksAt: number;
  readonly openedAt: number;
  readonly peerAt: number;
  readonly productsAt: number;
  readonly temporary: number;
}

function byRole(write: (first: boolean) => number[]): ByRole {
  return { first: Uint32Array.from(write(true)), other: Uint32Array.from(write(false)) };
}

/**
 * With masks a, b, their shared product c and the opened d = x ⊕ a, e = y ⊕ b: x · y = c ⊕ d·b ⊕ e·a ⊕ d·e, where party 0 adds the last.
 * Crossed: party 0 knows x and a, party 1 knows y and b: their shares are c ⊕ e·x and c ⊕ d·b.
 */
function close({ crossed, single, double }: Gates, at: Regions, first: boolean): number[] {
  const code: number[] = [];
  const { masksAt, openedAt, peerAt, productsAt, temporary } = at;
  crossed.forEach(({ x, outs: [out] }, i) => {
    code.push(AND, out!, peerAt + i, first ? x : masksAt + i);
    code.push(XOR, out!, out!, productsAt + i);
  });
  const gate = (out: Wire, x: number, y: number, product: number) => {
    let a = masksAt + x;
    if (first) code.push(XOR, temporary, a, openedAt + x), a = temporary;
    code.push(AND, temporary, openedAt + y, a);
    code.push(AND, out, openedAt + x, masksAt + y);
    code.push(XOR, out, out, temporary);
    code.push(XOR, out, out, productsAt + product);
  };
  const [s, d] = [single.length, double.length];
  const afterCrossed = crossed.length, afterSingle = afterCrossed + 2 * s;
  single.forEach(({ outs: [out] }, i) => gate(out!, afterCrossed + i, afterCrossed + s + i, crossed.length + i));
  double.forEach(({ outs }, i) => {
    outs.forEach((out, k) => gate(out, afterSingle + i, afterSingle + (1 + k) * d + i, crossed.length + s + k * d + i));
  });
  return code;
}
