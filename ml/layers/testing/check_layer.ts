/**
 * Runs a layer forward and backward, compares it with float64 and counts its rounds.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { concat, predict, schedule, type Secret, sfix } from "@symbolon/compiler";
import { replicatedRing } from "@symbolon/replicated-ring";
import { abs } from "../../functional/mod.ts";
import { evaluate, type EvaluateOptions, traced } from "../../functional/testing/evaluate.ts";
import type { Layer } from "../layer.ts";
import { type FloatTensor, numericGradients, spread } from "./float_tensor.ts";
import type { Reference } from "./reference.ts";

/** What a layer gives. */
export interface Passes {
  readonly y: number[];
  readonly moved: number[];
  readonly dx: number[];
  readonly gradients: number[][];
}

/** A layer's operands. */
export interface Operands {
  /** Values of the parameters. */
  readonly values: readonly FloatTensor[];
  readonly x: FloatTensor;
  readonly dy: FloatTensor;
  /** False: as in inference. */
  readonly training?: boolean;
}

/** Both passes of a layer. */
export function passes(layer: Layer, { values, x, dy, training = true }: Operands, options?: EvaluateOptions): Passes {
  const operands = [x, dy, ...values];
  let sizes: number[] = [];
  const outputs = evaluate(
    (x, dy, ...values) => {
      const pass = layer.bind(x!.shape.slice(1)).forward(values, x!, { training });
      const { dx, gradients } = pass.backward(dy!);
      const parts = [pass.y, dx, ...gradients, ...pass.moved];
      sizes = [pass.y.size, dx.size, ...gradients.map((g) => g.size), pass.moved.reduce((n, m) => n + m.size, 0)];
      return concat(parts.map((part) => part.getVector()));
    },
    operands.map(({ data }) => data),
    { nearest: true, ...options, shapes: operands.map(({ shape }) => shape) },
  ).values;
  let place = 0;
  const [y, dx, ...rest] = sizes.map((n) => outputs.slice(place, place += n));
  return { y: y!, dx: dx!, gradients: rest.slice(0, -1), moved: rest.at(-1)! };
}

/** A comparison with float64. */
export interface Comparison {
  readonly reference: Reference;
  /** Batch first. */
  readonly shape: readonly number[];
  /** Largest error of values, and of gradients. */
  readonly bounds: readonly [value: number, gradient: number];
  /** Numbers are from −limit to limit. */
  readonly limit?: number;
  readonly training?: boolean;
  /** Values of the parameters; spread out if left out. */
  readonly values?: readonly FloatTensor[];
}

/** Asserts that a layer is what the reference is, its gradients what differences of the reference are, and its shapes right. */
export function assertLike(layer: Layer, comparison: Comparison): Passes {
  const { reference, shape, bounds, limit = 2, training = true } = comparison;
  const bound = layer.bind(shape.slice(1));
  const trainable = bound.parameters.flatMap((p, i) => p.trainable ? [i] : []);
  const values = comparison.values ?? bound.parameters.map((p, i) => spread(p.shape, { seed: i + 7, limit: 1 }));
  const x = spread(shape, { seed: 3, limit });
  const expected = reference(x, ...values);
  assertEquals(expected.shape, [shape[0]!, ...bound.output], `${layer.name}: the shape it promises`);
  const dy = spread(expected.shape, { seed: 5, limit: 1 });
  const found = passes(layer, { values, x, dy, training });
  const slopes = numericGradients(reference, [x, ...values], dy);
  const compare = (what: string, got: readonly number[], want: readonly number[], most: number) => {
    assertEquals(got.length, want.length, `${layer.name}: ${what}`);
    const worst = got.reduce((w, v, i) => Math.max(w, Math.abs(v - want[i]!)), 0);
    assert(worst <= most, `${layer.name} on [${shape}]: ${what} is off by ${worst}, more than ${most}`);
  };
  compare("y", found.y, expected.data, bounds[0]);
  compare("dx", found.dx, slopes[0]!, bounds[1]);
  assertEquals(found.gradients.length, trainable.length);
  trainable.forEach((p, i) => compare(bound.parameters[p]!.name, found.gradients[i]!, slopes[p + 1]!, bounds[1]));
  return found;
}

/** Rounds and bytes on the ring. */
export interface LayerCost {
  readonly forward: number;
  /** From the gradient by y to all gradients, what was ready before not counted. */
  readonly backward: number;
  readonly forwardBytes: number;
  readonly backwardBytes: number;
}

/** So many absolute values, of 5 rounds each, take longer than any layer's forward pass. */
const DELAY = 12;

/** What a layer takes on the ring. */
export function costOf(layer: Layer, shape: readonly number[], training = true): LayerCost {
  const measure = (until: "forward" | "late" | "backward") => {
    const { tape } = traced((x) => {
      const bound = layer.bind(shape.slice(1));
      const values = bound.parameters.map((p) => sfix.constant(1).broadcastTo(p.shape));
      const pass = bound.forward(values, x!.broadcastTo(shape), { training });
      const flat = (parts: readonly Secret[]) => concat(parts.map((part) => part.getVector()));
      if (until === "forward") return flat([pass.y, ...pass.moved]);
      let late = x!;
      for (let i = 0; i < DELAY; i++) late = abs(late);
      const dy = pass.y.add(late);
      if (until === "late") return flat([dy, ...pass.moved]);
      const { dx, gradients } = pass.backward(dy);
      return flat([dx, ...gradients, ...pass.moved]);
    }, [[0.5]]);
    const target = replicatedRing.target({ domain: "ring" });
    const { rounds, links } = predict(schedule(tape, target), target);
    const revealed = tape.body.reduce((n, { does }) => does.op === "reveal" ? tape.registers[does.x]!.shape[0]! : n, 0);
    return { rounds: rounds - 1, bytes: links.flat().reduce((s, b) => s + b, 0) - 24 * revealed };
  };
  const [forward, late, backward] = [measure("forward"), measure("late"), measure("backward")];
  return {
    forward: forward.rounds,
    backward: backward.rounds - late.rounds,
    forwardBytes: forward.bytes,
    backwardBytes: backward.bytes - late.bytes,
  };
}
