/**
 * A network as a table: layers, the shapes of what they give, numbers of parameters.
 *
 * @module
 */
import type { BoundLayer, Layer, Parameter } from "../layers/layer.ts";
import type { Shape } from "../shape.ts";

/** A line of the table. */
interface Line {
  readonly name: string;
  readonly output: Shape;
  readonly parameters: readonly Parameter[];
}

/**
 * The layers of a network for inputs of this shape; the parts of combined layers are indented. The batch counts as `?`.
 *
 * @throws {RangeError} naming the layer that does not fit
 */
export function summaryOf(network: Layer, input: Shape): string {
  const bound = network.bind(input);
  const rows = [
    ["Layer", "Output shape", "Parameters"],
    ...linesOf(network, bound, input, 0).map(({ name, output, parameters }) => [
      name,
      `[${["?", ...output].join(", ")}]`,
      grouped(count(parameters)),
    ]),
  ];
  const widths = [0, 1, 2].map((c) => Math.max(...rows.map((row) => row[c]!.length)));
  const text = rows.map(([name, shape, n]) =>
    `${name!.padEnd(widths[0]!)}  ${shape!.padEnd(widths[1]!)}  ${n!.padStart(widths[2]!)}`
  );
  const trained = count(bound.parameters.filter((p) => p.trainable));
  const all = count(bound.parameters);
  return [
    ...text,
    `Parameters: ${grouped(all)}, of which ${grouped(trained)} are trained`,
  ].join("\n");
}

function linesOf(layer: Layer, bound: BoundLayer, input: Shape, depth: number): Line[] {
  const parts = partsOf(layer, bound, input);
  if (parts.length === 0) return [{ name: indented(layer.name, depth), ...bound }];
  const inner = parts.flatMap((part) => linesOf(part.layer, part.bound, part.input, depth + 1));
  // The parameters stand with the parts that have them.
  return [{ name: indented(layer.name, depth), output: bound.output, parameters: [] }, ...inner];
}

interface Part {
  readonly layer: Layer;
  readonly bound: BoundLayer;
  readonly input: Shape;
}

/** Parts with the shapes that they take: one after the other or side by side, whichever gives the layer's parameters. */
function partsOf({ parts = [] }: Layer, bound: BoundLayer, input: Shape): Part[] {
  const fits = (list: readonly Part[]) =>
    shapes(list.flatMap((part) => part.bound.parameters)) === shapes(bound.parameters);
  try {
    let at = input;
    const chain = parts.map((layer) => {
      const part = { layer, bound: layer.bind(at), input: at };
      at = part.bound.output;
      return part;
    });
    if (at.join() === bound.output.join() && fits(chain)) return chain;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return parts.map((layer) => ({ layer, bound: layer.bind(input), input }));
}

function shapes(parameters: readonly Parameter[]): string {
  return parameters.map((p) => `[${p.shape}]`).join();
}

function count(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { shape }) => sum + shape.reduce((n, d) => n * d, 1), 0);
}

function indented(name: string, depth: number): string {
  return "  ".repeat(depth) + name;
}

/** 118282 as "118,282". */
function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}
