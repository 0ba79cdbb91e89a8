/**
 * Layers side by side: the sum of branches, and their concatenation.
 *
 * @module
 */
import { checkArgument, concat as joinTensors, type Secret, where, whole } from "@symbolon/compiler";
import * as rules from "../rules.ts";
import type { Shape } from "../shape.ts";
import type { BoundLayer, Layer } from "./layer.ts";
import { joined } from "./parts.ts";

/** What comes in. Local and free; a branch of {@linkcode add} for a residual connection. */
export function identity(...none: readonly []): Layer {
  rules.takesNoMore("Identity", none);
  return {
    name: "Identity",
    bind: (input) => ({
      output: input,
      parameters: [],
      forward: (_, x) => ({ y: x, moved: [], backward: (dy) => ({ dx: dy, gradients: [] }) }),
    }),
  };
}

/**
 * The sum of what the branches make of the same input. Parameters are named by branch: "0.weight".
 *
 * Cost: the branches', in the same rounds.
 *
 * @throws {RangeError} when bound, if the branches' results differ in shape
 */
export function add(branches: readonly Layer[], ...none: readonly []): Layer {
  rules.takesNoMore("Add", none, "its branches alone, in a list");
  return sideBySide("Add", branches, (outputs) => {
    const other = outputs.find((o) => o.join() !== outputs[0]!.join());
    if (other !== undefined) {
      throw new RangeError(`${where()}Add: cannot add values of shapes [${outputs[0]}] and [${other}]`);
    }
    return {
      output: outputs[0]!,
      combine: (ys) => ys.reduce((sum, y) => sum.add(y)),
      split: (dy) => outputs.map(() => dy),
    };
  });
}

/**
 * What the branches make of the same input, one after the other along an axis (the batch not counted), the last one if left out.
 *
 * Cost: the branches', in the same rounds.
 *
 * @throws {RangeError} when bound, if the branches' results differ in another axis, or if there is no such axis
 */
export function concat(branches: readonly Layer[], axis = -1, ...none: readonly []): Layer {
  rules.takesNoMore("Concat", none, "its branches, in a list, and the axis");
  checkArgument("Concat: axis", axis, whole());
  return sideBySide("Concat", branches, (outputs) => {
    const first = outputs[0]!;
    const d = axis < 0 ? axis + first.length : axis;
    if (!(d in first)) {
      throw new RangeError(`${where()}Concat: axis ${axis} does not exist in values of shape [${first}]`);
    }
    const other = outputs.find((o) => o.length !== first.length || o.some((n, i) => i !== d && n !== first[i]));
    if (other !== undefined) {
      throw new RangeError(
        `${where()}Concat: cannot concatenate values of shapes [${first}] and [${other}] along axis ${axis}`,
      );
    }
    const extents = outputs.map((o) => o[d]!);
    return {
      output: first.map((n, i) => i === d ? extents.reduce((s, e) => s + e) : n),
      combine: (ys) => joinTensors(ys, d + 1),
      split(dy) {
        let at = 0;
        return extents.map((n) => dy.slice(at, at += n, d + 1));
      },
    };
  });
}

/** How branches' results become one, and how its gradient becomes theirs. */
interface Joint {
  readonly output: Shape;
  combine(ys: readonly Secret[]): Secret;
  split(dy: Secret): readonly Secret[];
}

function sideBySide(name: string, branches: readonly Layer[], joint: (outputs: readonly Shape[]) => Joint): Layer {
  checkArgument(`${name}: branches`, branches, rules.layers);
  return {
    name,
    parts: branches,
    bind(input) {
      const bound = branches.map((branch) => branch.bind(input));
      return combined(bound, joint(bound.map(({ output }) => output)));
    },
  };
}

function combined(branches: readonly BoundLayer[], { output, combine, split: splitGradient }: Joint): BoundLayer {
  const { parameters, split } = joined(branches);
  return {
    output,
    parameters,
    forward(values, x, mode) {
      const passes = split(values).map((own, i) => branches[i]!.forward(own, x, mode));
      return {
        y: combine(passes.map(({ y }) => y)),
        moved: passes.flatMap(({ moved }) => moved),
        backward(dy) {
          const backs = splitGradient(dy).map((part, i) => passes[i]!.backward(part));
          return {
            dx: backs.map(({ dx }) => dx).reduce((sum, dx) => sum.add(dx)),
            gradients: backs.flatMap(({ gradients }) => gradients),
          };
        },
      };
    },
  };
}
