/**
 * Images to rows.
 *
 * @module
 */
import { checkOptions, oneOf } from "@symbolon/compiler";
import type { Layer } from "./layer.ts";

/** Options of {@linkcode flatten}. */
export interface FlattenOptions {
  /**
   * The order of an image's values in the row. "channels first" (channel, row, column) is PyTorch's, so that the weights of a
   * dense layer that follows are PyTorch's as they are; "channels last" is Keras's. The default: "channels first".
   */
  readonly order?: "channels first" | "channels last";
}

/**
 * All values of a sample as one row. Images [height, width, channels] are put into the order that the option says; other shapes
 * keep theirs. Local.
 */
export function flatten(options: FlattenOptions = {}): Layer {
  checkOptions("Flatten", options, { order: oneOf(["channels first", "channels last"]) });
  const { order = "channels first" } = options;
  return {
    name: "Flatten",
    bind(input) {
      const size = input.reduce((n, d) => n * d, 1);
      const turned = input.length === 3 && order === "channels first";
      return {
        output: [size],
        parameters: [],
        forward(_, x) {
          const batch = x.length;
          const [height, width, channels] = input as [number, number, number];
          return {
            y: (turned ? x.transpose([0, 3, 1, 2]) : x).reshape([batch, size]),
            moved: [],
            backward: (dy) => ({
              dx: turned
                ? dy.reshape([batch, channels, height, width]).transpose([0, 2, 3, 1])
                : dy.reshape([batch, ...input]),
              gradients: [],
            }),
          };
        },
      };
    },
  };
}
