/**
 * From a network in PyTorch's terms to what the optimizer takes.
 *
 * @module
 */
import { checkArgument, checkOptions, extents, flag, party, type Secret, sfix, where, whole } from "@symbolon/compiler";
import type { BoundLayer, Layer } from "../layers/layer.ts";
import { meanSquaredError } from "../losses/losses.ts";
import { layer } from "../rules.ts";
import type { Shape } from "../shape.ts";
import type { Model } from "../training/model.ts";

/** Options of {@linkcode layersFromTorch}. */
export interface LayersFromTorchOptions {
  /**
   * A party that brings the weights: its binary input file has the tensors of the `state_dict` one after the other, in PyTorch's order and
   * layout, without the counters `num_batches_tracked`.
   */
  readonly inputVia?: number;
  /** Mean squared error instead of cross entropy: false. */
  readonly regression?: boolean;
}

/**
 * A network for data of this shape, [samples, features] or [samples, channels, height, width], with its loss.
 *
 * The loss is cross entropy: of softmax probabilities for several outputs, logistic for one. Inputs come in PyTorch's layout and are brought
 * to channels-last at the entry, which is local; parameters keep PyTorch's names, order and layout.
 *
 * @example
 * ```ts ignore
 * const net = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10));
 * const optimizer = new Optimizer(layersFromTorch(net, X.shape, 128));
 * ```
 *
 * @throws {RangeError} naming the module that does not fit
 */
export function layersFromTorch(
  net: Layer,
  shape: Shape,
  batchSize: number,
  options: LayersFromTorchOptions = {},
): Model {
  checkArgument("layersFromTorch: net", net, layer);
  checkArgument("layersFromTorch: shape", shape, extents);
  checkArgument("layersFromTorch: batchSize", batchSize, whole(1));
  checkOptions("layersFromTorch", options, { inputVia: party, regression: flag });
  const { inputVia, regression = false } = options;
  if (shape.length !== 2 && shape.length !== 4) {
    throw new RangeError(
      `${where()}${net.name} takes data of shape [samples, features] or [samples, channels, height, width], not [${shape}]`,
    );
  }
  const network = shape.length === 4 ? channelsFirst(net) : net;
  const bound = network.bind(shape.slice(1));
  return {
    network,
    batchSize,
    loss: regression ? meanSquaredError : undefined,
    initial: inputVia === undefined ? undefined : stateDict(bound, inputVia),
  };
}

/** Images [channels, height, width] to [height, width, channels]. Local. */
const channelsLast: Layer = {
  name: "ChannelsLast",
  bind: ([channels, height, width]) => ({
    output: [height!, width!, channels!],
    parameters: [],
    forward: (_, x) => ({
      y: x.transpose([0, 2, 3, 1]),
      moved: [],
      backward: (dy) => ({ dx: dy.transpose([0, 3, 1, 2]), gradients: [] }),
    }),
  }),
};

/** The same network for images [channels, height, width]; its parameters keep their names. */
function channelsFirst(net: Layer): Layer {
  return {
    name: net.name,
    parts: [channelsLast, ...net.parts ?? [net]],
    bind(input): BoundLayer {
      const entry = channelsLast.bind(input);
      const inner = net.bind(entry.output);
      return {
        output: inner.output,
        parameters: inner.parameters,
        forward(values, x, mode) {
          const images = entry.forward([], x, mode);
          const pass = inner.forward(values, images.y, mode);
          return {
            ...pass,
            backward(dy) {
              const { dx, gradients } = pass.backward(dy);
              return { dx: images.backward(dx).dx, gradients };
            },
          };
        },
      };
    },
  };
}

/** The parameters from a party's binary input. */
function stateDict({ parameters }: BoundLayer, player: number): Secret[] {
  return parameters.map(({ shape, torch }) => {
    const there = sfix.inputFrom(player, { shape: torch?.shape ?? shape, binary: true });
    return torch?.from(there) ?? there;
  });
}
