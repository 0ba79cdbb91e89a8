import type { Secret } from "@symbolon/compiler";
/** A loss of scores and labels. */
export interface Loss {
  /** Its gradient by the scores of each row: [batch, outputs]. */
  gradient(scores: Secret, labels: Secret): Secret;
}
