/**
 * Calls with inputs and the results they must have.
 *
 * @module
 */
import {
  type Call,
  type Domain,
  type PartyId,
  piecewiseOperand,
  type ProductsCall,
  type Protocol,
  type Shape,
  sizeOf,
  type Step,
  type Term,
  type Trunc,
} from "@symbolon/protocol";
import { type Allowed, decompose, piecewise, products, sortedRows, truncated } from "./oracle.ts";
import { describeCall, fail, type Secret, type Stage } from "./stage.ts";
import { patches } from "./arbitraries.ts";
import { boundRange, intersect, type Range, type Sampler, signedRange } from "./values.ts";

/** A call on fixed inputs. */
export interface Job {
  readonly call: Call;
  /** Shares the inputs. */
  prepare(stage: Stage): Prepared;
}

/** A call ready to run. */
export interface Prepared {
  step(p: Protocol): Step<void>;
  /** Throws unless the result is right. */
  check(): void;
}

/** Runs one job: its inputs, its call with the cost measured, its check. */
export function perform(stage: Stage, job: Job): void {
  const prepared = job.prepare(stage);
  stage.step([job.call], (p) => prepared.step(p));
  prepared.check();
}

interface Tensor {
  readonly shape: Shape;
  readonly values: readonly bigint[];
}

/** How {@linkcode operation} runs and checks a call. */
interface Operation {
  readonly call: Call;
  readonly operands: readonly Tensor[];
  readonly expected: readonly (bigint | Allowed)[];
  run(p: Protocol, operands: Secret[], out: Secret, stage: Stage): Step<void>;
  detail(element: number): string;
}

function operation({ call, operands, expected, run, detail }: Operation): Job {
  return {
    call,
    prepare(stage) {
      const inputs = operands.map((o, i) => stage.input(o.values, o.shape, { owner: i % stage.target.parties }));
      const out = stage.blank(call.shape);
      return {
        step: (p) => run(p, inputs, out, stage),
        check: () => stage.expect(describeCall(call), out, expected, detail),
      };
    },
  };
}

/** F_input of these values. */
export function inputJob(owner: PartyId, shape: Shape, values: readonly bigint[], turn: number): Job {
  const call = { op: "input", owner, shape, turn } as const;
  return {
    call,
    prepare(stage) {
      const out = stage.blank(shape);
      const own = stage.protocols.map((p) => p.self === owner || stage.target.clear ? stage.feed(p, values) : null);
      return {
        step: (p) => p.input(call, own[p.self]!, stage.share(out, p)),
        check: () => stage.expect(describeCall(call), out, values),
      };
    },
  };
}

/** F_open of these values: nobody but the receivers passes a place for them. */
export function openJob(to: PartyId | "all", shape: Shape, values: readonly bigint[], turn: number): Job {
  const call = { op: "open", to, shape, turn } as const;
  return {
    call,
    prepare(stage) {
      const x = stage.input(values, shape, { owner: turn % stage.target.parties });
      const places = stage.protocols.map((p) =>
        to === "all" || p.self === to || stage.target.clear
          ? stage.elements(p, values.map(() => 0x5a5a5a5an), shape)
          : null
      );
      return {
        step: (p) => p.open(call, stage.share(x, p), places[p.self]!),
        check: () =>
          stage.protocols.forEach((p) => {
            const place = places[p.self]!;
            if (place !== null) stage.same(`${describeCall(call)}, at party ${p.self}`, stage.read(p, place), values);
          }),
      };
    },
  };
}

/** A matrix product whose factors on these sides are windows of other tensors. */
export interface PatchesSpec {
  readonly inner: number;
  readonly sides: "left" | "right" | "both";
}

/** A sum of products: `terms` holds "mul", or the inner dimension of a matrix product. */
export interface ProductsSpec {
  readonly shape: Shape;
  readonly terms: readonly ("mul" | number | PatchesSpec)[];
  readonly addend: boolean;
  readonly trunc: Trunc | null;
  readonly turn: number;
}

/** A sum of products of random values, as large as the domain or the bound of the truncation allows. */
export function productsJob(domain: Domain, spec: ProductsSpec, sampler: Sampler): Job {
  const { shape, addend, trunc, turn } = spec;
  const [m = 1, n = 1] = shape;
  const terms = spec.terms.map((t): Term => {
    if (t === "mul") return { kind: "mul", x: shape, y: shape };
    const { inner, sides } = typeof t === "number" ? { inner: t, sides: null } : t;
    return {
      ...{ kind: "matmul", x: [m, inner], y: [inner, n] },
      ...(sides === "left" || sides === "both" ? { xOf: patches(m, inner, sampler) } : {}),
      ...(sides === "right" || sides === "both" ? { yOf: patches(inner, n, sampler) } : {}),
    };
  });
  const call: ProductsCall = { op: "products", shape, turn, terms, addend, trunc };
  const summands = terms.reduce((sum, t) => sum + (t.kind === "mul" ? 1 : t.x[1]!), 0);
  const factor = trunc === null ? signedRange(domain) : factorRange(domain, trunc.bound, summands, addend);
  const operands: Tensor[] = terms.flatMap((t) =>
    [t.xOf === undefined ? t.x : [t.xOf.base], t.yOf === undefined ? t.y : [t.yOf.base]]
      .map((shape) => ({ shape, values: sampler.values(sizeOf(shape), factor) }))
  );
  if (addend) {
    const range = trunc === null ? signedRange(domain) : boundRange(domain, trunc.bound - 1);
    operands.push({ shape, values: sampler.values(sizeOf(shape), range) });
  }
  const sums = products(domain, call, operands.map((o) => o.values));
  return operation({
    call,
    operands,
    expected: trunc === null ? sums : sums.map((z) => truncated(z, trunc)),
    run: (p, inputs, out, stage) => p.products(call, inputs.map((x) => stage.share(x, p)), stage.share(out, p)),
    detail: (i) => `sum of products ${sums[i]}`,
  });
}

/** Factors such that the products of all summands, with an addend half as large as the bound, stay within it. */
function factorRange(domain: Domain, bound: number, summands: number, addend: boolean): Range {
  const bits = bound - (addend ? 1 : 0) - Math.ceil(Math.log2(Math.max(1, summands)));
  const half = boundRange(domain, Math.floor(bits / 2));
  return { min: -half.max, max: half.max };
}

/** Division of random values: both ends of the bound, multiples of 2^bits and halves between them, each ± 1. */
export function truncJob(domain: Domain, shape: Shape, spec: { trunc: Trunc; turn: number }, sampler: Sampler): Job {
  const { trunc, turn } = spec;
  const call = { op: "trunc", shape, turn, trunc } as const;
  const range = boundRange(domain, trunc.bound);
  const values = sampler.values(sizeOf(shape), range).map((v) => {
    const bits = BigInt(trunc.bits);
    switch (sampler.below(6)) {
      case 0:
        return near((v >> bits) << bits);
      case 1:
        return near(((v >> bits) << bits) + (1n << bits) / 2n);
      default:
        return v;
    }
  });
  function near(v: bigint): bigint {
    const w = v + BigInt(sampler.below(3) - 1);
    return w < range.min ? range.min : w > range.max ? range.max : w;
  }
  return operation({
    call,
    operands: [{ shape, values }],
    expected: values.map((z) => truncated(z, trunc)),
    run: (p, [x], out, stage) => p.trunc(call, stage.share(x!, p), stage.share(out, p)),
    detail: (i) => `of ${values[i]}`,
  });
}

/** A piecewise constant function: `thresholds` says how many, or which. */
export interface PiecewiseSpec {
  readonly bound: number;
  readonly thresholds: number | readonly bigint[];
  readonly columns: number;
  readonly turn: number;
  /** Piecewise linear in a second operand of random values, or in x itself. */
  readonly slopes?: "other" | "self";
}

/** A piecewise constant or linear function of the thresholds, their neighbours, both ends of the bound and random values. */
export function piecewiseJob(domain: Domain, x: Shape, spec: PiecewiseSpec, sampler: Sampler): Job {
  const { bound, columns, turn } = spec;
  const thresholds = typeof spec.thresholds === "number"
    ? ascending(boundRange(domain, bound - 1), spec.thresholds, sampler)
    : spec.thresholds;
  const range = intersect(signedRange(domain), {
    min: thresholds.at(-1)! - (1n << BigInt(bound)),
    max: thresholds[0]! + (1n << BigInt(bound)) - 1n,
  });
  const special = [...thresholds.flatMap((t) => [t - 1n, t, t + 1n]), range.min, range.max];
  const values = sampler.values(sizeOf(x), range, special);
  special.filter((v) => v >= range.min && v <= range.max).slice(0, values.length).forEach((v, i) => values[i] = v);
  const table = Array.from({ length: columns }, () => sampler.values(thresholds.length + 1, signedRange(domain)));
  const slopes = Array.from({ length: columns }, () => sampler.values(thresholds.length + 1, signedRange(domain)));
  const call = {
    ...{ op: "piecewise", shape: columns === 1 ? x : [...x, columns], turn, bound, thresholds, table } as const,
    ...(spec.slopes === undefined ? {} : { slopes }),
  };
  const factor = spec.slopes === "other" ? sampler.values(values.length, signedRange(domain)) : values;
  const shape = piecewiseOperand(call);
  return operation({
    call,
    operands: spec.slopes === "other" ? [{ shape, values }, { shape, values: factor }] : [{ shape, values }],
    expected: piecewise(domain, call, values, factor),
    run: (p, [x, other], out, stage) => {
      if (spec.slopes === undefined) return p.piecewise(call, stage.share(x!, p), stage.share(out, p));
      return p.piecewise(call, stage.share(x!, p), stage.share(out, p), stage.share(other ?? x!, p));
    },
    detail: (i) => {
      const v = values[Math.floor(i / columns)]!;
      return `column ${i % columns}, x = ${v}, ${thresholds.filter((t) => t <= v).length} thresholds reached`;
    },
  });
}

function ascending(range: Range, count: number, sampler: Sampler): bigint[] {
  const found = new Set<bigint>();
  while (found.size < count) found.add(sampler.value(range));
  return [...found].sort((a, b) => a < b ? -1 : 1);
}

/** The low bits of random values; in a field of values below 2^62. */
export function decomposeJob(domain: Domain, x: Shape, spec: { bits: number; turn: number }, sampler: Sampler): Job {
  const call = { op: "decompose", shape: [...x, spec.bits], turn: spec.turn, bits: spec.bits } as const;
  const values = sampler.values(sizeOf(x), domain.kind === "ring" ? signedRange(domain) : boundRange(domain, 62));
  return operation({
    call,
    operands: [{ shape: x, values }],
    expected: decompose(call, values),
    run: (p, [x], out, stage) => p.decompose(call, stage.share(x!, p), stage.share(out, p)),
    detail: (i) => `bit ${i % spec.bits} of ${values[Math.floor(i / spec.bits)]}`,
  });
}

/** The rows of random values in another order: none is lost, none twice, all whole. */
export function shuffleJob(domain: Domain, shape: Shape, turn: number, sampler: Sampler): Job {
  const call = { op: "shuffle", shape, turn } as const;
  const values = sampler.values(sizeOf(shape), signedRange(domain));
  const row = sizeOf(shape.slice(1));
  return {
    call,
    prepare(stage) {
      const x = stage.input(values, shape, { owner: turn % stage.target.parties });
      const out = stage.blank(shape);
      return {
        step: (p) => p.shuffle(call, stage.share(x, p), stage.share(out, p)),
        check() {
          const expected = sortedRows(values, row), got = sortedRows(stage.open(out), row);
          const at = expected.findIndex((e, i) => e !== got[i]);
          if (at >= 0) fail(`${describeCall(call)}: a row of ${expected[at]} is lost; found a row of ${got[at]}`);
          stage.expect(`operand of ${describeCall(call)}`, x, values);
        },
      };
    },
  };
}
