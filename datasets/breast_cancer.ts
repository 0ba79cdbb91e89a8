/** The Wisconsin diagnostic breast cancer data: 569 tumours, 30 measures each, malignant or benign. */

import { readCsv } from "./csv.ts";
import type { Matrix, Vector } from "./matrix.ts";
import { checkNone } from "./arguments.ts";

/** What {@linkcode breastCancer} gives. */
export interface BreastCancer {
  /** `[569, 30]`: the measures, from 0 to 4254, unscaled. */
  readonly X: Matrix;
  /** `[569]`: 0 malignant (212 rows), 1 benign (357 rows). */
  readonly y: Vector;
  /** The 30 measures' names. */
  readonly featureNames: readonly string[];
  /** What 0 and 1 mean. */
  readonly targetNames: readonly string[];
  /** What it is, where it comes from, its licence. */
  readonly description: string;
}

const MEASURES = [
  "radius",
  "texture",
  "perimeter",
  "area",
  "smoothness",
  "compactness",
  "concavity",
  "concave points",
  "symmetry",
  "fractal dimension",
];

const DESCRIPTION = `Breast Cancer Wisconsin (Diagnostic): measures of the cell nuclei in digitised images of
fine-needle aspirates of 569 breast masses; mean, standard error and worst value of ten features each.
W. Wolberg, O. Mangasarian, N. Street, W. Street, UCI Machine Learning Repository, 1995,
https://doi.org/10.24432/C5DW2B. Licence: CC BY 4.0.`;

/**
 * The breast cancer data, the same numbers as scikit-learn's `load_breast_cancer()`: X `[569, 30]`, y `[569]`.
 *
 * @throws {SyntaxError} If the file that comes with this package was damaged.
 *
 * @example
 * ```ts
 * import { breastCancer } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * const { X, y, targetNames } = await breastCancer();
 * assertEquals(X.shape, [569, 30]);
 * assertEquals(targetNames[y.at(0)], "malignant");
 * ```
 */
export async function breastCancer(...none: readonly []): Promise<BreastCancer> {
  checkNone("breastCancer()", none);
  const text = await Deno.readTextFile(new URL("./data/breast_cancer.csv", import.meta.url));
  const end = text.indexOf("\n");
  // The first line counts the rows and the features, then names the targets.
  const [rows, features, ...targetNames] = text.slice(0, end).trim().split(",");
  const { matrix } = readCsv(text.slice(end + 1));
  if (matrix.rows !== Number(rows) || matrix.cols !== Number(features) + 1) {
    throw new SyntaxError(
      `data/breast_cancer.csv announces ${rows} rows of ${features} features and a target, ` +
        `and holds ${matrix.rows} of ${matrix.cols} numbers: get the file again`,
    );
  }
  return {
    X: matrix.columnSlice(0, Number(features)),
    y: matrix.column(Number(features)),
    featureNames: [
      ...MEASURES.map((name) => `mean ${name}`),
      ...MEASURES.map((name) => `${name} error`),
      ...MEASURES.map((name) => `worst ${name}`),
    ],
    targetNames,
    description: DESCRIPTION,
  };
}
