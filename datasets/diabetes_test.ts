import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { diabetes } from "./diabetes.ts";
import golden from "./testdata/train_test_split.json" with { type: "json" };
import { testWith } from "../tests/permissions.ts";

testWith(["read"], "the first scaled row is scikit-learn's", async () => {
  const { X, y } = await diabetes();
  const expected = golden.diabetes_scaled_first_row;
  assertEquals(expected.length, X.cols);
  expected.forEach((value, j) => assertAlmostEquals(X.at(0, j), value, 1e-12));
  assertEquals([...y.slice(0, 3).data], [151, 75, 141]);
});

testWith(["read"], "scaled columns have mean 0, sum of squares 1 and values within 0.2", async () => {
  const { X } = await diabetes();
  assertEquals(X.shape, [442, 10]);
  for (let j = 0; j < X.cols; j++) {
    const column = X.column(j).data;
    assertAlmostEquals(column.reduce((sum, value) => sum + value, 0), 0, 1e-12);
    assertAlmostEquals(column.reduce((sum, value) => sum + value ** 2, 0), 1, 1e-12);
    assert(column.every((value) => Math.abs(value) < 0.2));
  }
});

testWith(["read"], "unscaled rows are the raw measures, the target is the same", async () => {
  const [raw, scaled] = [await diabetes({ scaled: false }), await diabetes({ scaled: true })];
  assertEquals([...raw.X.row(0).data], [59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87]);
  assertEquals(raw.featureNames, ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]);
  assertEquals(raw.y, scaled.y);
  assertEquals([-raw.y.map((value) => -value).max(), raw.y.max(), raw.y.length], [25, 346, 442]);
});
