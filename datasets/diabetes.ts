/** The diabetes data of Efron et al.: 442 patients, ten baseline measures, and how far the disease went in a year. */

import { loadCsv } from "./csv.ts";
import type { Matrix, Vector } from "./matrix.ts";
import { checkOptions } from "./arguments.ts";

/** Options of {@linkcode diabetes}. */
export interface DiabetesOptions {
  /** Centres every feature at 0 and scales its sum of squares to 1; default: true. */
  readonly scaled?: boolean;
}

/** What {@linkcode diabetes} gives. */
export interface Diabetes {
  /** `[442, 10]`: scaled within ±0.2, or the raw measures. */
  readonly X: Matrix;
  /** `[442]`: progression one year after the measures, an integer from 25 to 346, unscaled. */
  readonly y: Vector;
  /** Age, sex, body mass index, blood pressure, six blood serum measures. */
  readonly featureNames: readonly string[];
  /** What it is and where it comes from. */
  readonly description: string;
}

const DESCRIPTION = `Diabetes: age, sex, body mass index, mean blood pressure and six blood serum measures of 442
patients; the target is a measure of the disease's progression one year later.
B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, "Least Angle Regression", Annals of Statistics 32(2), 2004.`;

/**
 * The diabetes data, the same numbers as scikit-learn's `load_diabetes(scaled=...)`: X `[442, 10]`, y `[442]`.
 *
 * @throws {SyntaxError} If the file that comes with this package was damaged.
 *
 * @example
 * ```ts
 * import { diabetes } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * const { X, y, featureNames } = await diabetes({ scaled: false });
 * assertEquals([featureNames[2], X.at(0, 2), y.at(0)], ["bmi", 32.1, 151]);
 * ```
 */
export async function diabetes(options: DiabetesOptions = {}): Promise<Diabetes> {
  checkOptions("diabetes()", options, ["scaled"]);
  const { scaled = true } = options;
  const { matrix, columns } = await loadCsv(new URL("./data/diabetes_raw.csv", import.meta.url), { header: true });
  const features = matrix.cols - 1;
  const raw = matrix.columnSlice(0, features);
  return {
    X: scaled ? unitColumns(raw) : raw,
    y: matrix.column(features),
    featureNames: columns.slice(0, features),
    description: DESCRIPTION,
  };
}

/** The columns less their means, divided by std · √n: each then has mean 0 and sum of squares 1. */
function unitColumns(table: Matrix): Matrix {
  const statistics = Array.from({ length: table.cols }, (_, j) => {
    const values = table.column(j).data;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, norm: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) };
  });
  return table.map((value, _, j) => (value - statistics[j]!.mean) / statistics[j]!.norm);
}
