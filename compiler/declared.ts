/**
 * Tensors that are declared by their shape and filled later, as MP-SPDZ programs do.
 *
 * @module
 */
import type { PartyId, Shape } from "@symbolon/protocol";
import { checkArgument, checkOptions, flag, whole } from "./arguments.ts";
import { input, type InputFormat } from "./inputs.ts";
import { checkShape, type Kind, type Reg, show } from "./registers.ts";
import { concat, requireSecret, Secret } from "./tensor.ts";
import { where } from "./locations.ts";
import { tracer } from "./tracer.ts";

/** No register: what {@linkcode Tensor.reg} of a tensor without contents would be. */
const NONE = -1;

/**
 * A secret tensor that has a shape first and contents later: it is filled once, as a whole or by rows, where it was declared, and
 * is a tensor like any other from then on.
 *
 * Contents that change from pass to pass of a loop are carried: see {@linkcode repeat}.
 */
export class Declared extends Secret {
  readonly #owner = tracer();
  readonly #scope: object = this.#owner.scope;
  #parts: { readonly start: number; readonly rows: Secret }[] = [];
  #filled: { readonly contents: Secret; readonly at: string } | null = null;

  /** For the tensors `sint.Tensor` and `sfix.Tensor` make. */
  constructor(shape: Shape, kind: Kind) {
    super(NONE, checkShape(shape), kind);
  }

  /** The register. @throws {TypeError} if the tensor has not been filled */
  override get reg(): Reg {
    if (this.#filled !== null) return this.#filled.contents.reg;
    const rows = this.#parts.length === 0 ? "" : `: rows ${this.#missing()} are missing`;
    throw new TypeError(
      `${where()}This tensor of shape ${show(this.shape)} has no contents yet${rows}. ` +
        `Fill it with inputFrom(), assign() or assignRows()`,
    );
  }

  /** Fills the tensor from a party's input file: text unless told. @throws {TypeError} if it is filled already */
  inputFrom(player: PartyId, format: InputFormat = {}): this {
    this.#checkFree();
    checkOptions("inputFrom()", format, { binary: flag });
    return this.#fill(input(player, this.shape, this.kind, format));
  }

  /** Fills the tensor. @throws {RangeError} if the shape differs, {TypeError} if it is filled already or x is of another type */
  assign(x: Secret): this {
    this.#checkFree();
    requireSecret(x, "assign() takes");
    if (x.shape.join() !== this.shape.join()) {
      throw new RangeError(`${where()}A tensor of shape ${show(this.shape)} cannot become one of ${show(x.shape)}`);
    }
    return this.#fill(this.#alike(x));
  }

  /**
   * Fills rows from `start` on; when none is missing the tensor is filled. Without cost: large inputs go to their place.
   *
   * @throws {RangeError} if the rows do not fit or are there already, {TypeError} as {@linkcode assign}
   */
  assignRows(start: number, x: Secret): this {
    this.#checkFree();
    checkArgument("assignRows(): start", start, whole(0));
    requireSecret(x, "assignRows() takes");
    const [height = 0, ...row] = this.shape;
    const end = start + x.length;
    const fits = end <= height && x.shape.length === this.shape.length;
    if (!fits || x.shape.slice(1).join() !== row.join()) {
      throw new RangeError(
        `${where()}Rows of shape ${show(x.shape)} do not fit a tensor of ${show(this.shape)} at row ${start}`,
      );
    }
    if (this.#parts.some((p) => start < p.start + p.rows.length && p.start < end)) {
      throw new RangeError(`${where()}Some of the rows ${start} to ${end - 1} have been filled before`);
    }
    this.#parts.push({ start, rows: this.#alike(x) });
    if (this.#parts.reduce((n, { rows }) => n + rows.length, 0) < height) return this;
    return this.#fill(concat(this.#parts.sort((a, b) => a.start - b.start).map(({ rows }) => rows)));
  }

  #fill(contents: Secret): this {
    this.#filled = { contents, at: where() };
    return this;
  }

  #alike(x: Secret): Secret {
    if (x.kind.type === this.kind.type) return x.rescale(this.kind.f);
    if (this.kind.type === "fix") return x.toFix().rescale(this.kind.f);
    throw new TypeError(
      `${where()}A tensor of integers cannot hold fixed-point numbers: declare it with sfix.Tensor()`,
    );
  }

  #checkFree(): void {
    if (this.#filled !== null) {
      const place = this.#filled.at === "" ? "" : ` (${this.#filled.at.replace(/: $/, "")})`;
      throw new TypeError(`${where()}This tensor has been filled already${place}: declare another one`);
    }
    if (tracer() !== this.#owner) {
      throw new TypeError(
        `${where()}This tensor was declared in another program: declare one in this program's function`,
      );
    }
    if (this.#owner.scope !== this.#scope) {
      throw new TypeError(
        `${where()}A tensor that is declared outside of a loop cannot be filled in it: ` +
          `declare it inside, or carry it from pass to pass as a value of repeat()`,
      );
    }
  }

  #missing(): string {
    const gaps: string[] = [];
    let next = 0;
    const height = this.length;
    const add = (end: number) => void (next < end && gaps.push(next + 1 === end ? `${next}` : `${next} to ${end - 1}`));
    for (const { start, rows } of [...this.#parts].sort((a, b) => a.start - b.start)) {
      add(start);
      next = start + rows.length;
    }
    add(height);
    return gaps.join(", ");
  }
}
