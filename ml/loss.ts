/**
 * Losses: the end of a network in training.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import { softmax } from "./functional/mod.ts";

/** A loss of scores and labels. */
export interface Loss {
  /** Its gradient by the scores of each row: [batch, outputs]. */
  gradient(scores: Secret, labels: Secret): Secret;
}

/** Cross entropy of softmax probabilities against one-hot labels [batch, classes]: the gradient is softmax − label. */
export const softmaxCrossEntropy: Loss = {
  gradient: (scores, labels) => softmax(scores).sub(labels),
};
