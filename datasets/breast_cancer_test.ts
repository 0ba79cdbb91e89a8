import { assertEquals } from "@std/assert";
import { breastCancer } from "./breast_cancer.ts";
import { testWith } from "../tests/permissions.ts";

testWith(["read"], "there are 569 rows of 30 measures, 212 malignant and 357 benign", async () => {
  const { X, y, featureNames, targetNames } = await breastCancer();
  assertEquals([X.shape, y.shape, featureNames.length], [[569, 30], [569], 30]);
  assertEquals(targetNames, ["malignant", "benign"]);
  assertEquals([0, 1].map((label) => y.data.filter((value) => value === label).length), [212, 357]);
});

testWith(["read"], "the rows are those of scikit-learn's load_breast_cancer()", async () => {
  const { X, y } = await breastCancer();
  assertEquals([...X.row(0).slice(0, 4).data], [17.99, 10.38, 122.8, 1001]);
  assertEquals([...X.row(568).slice(26).data], [0, 0, 0.2871, 0.07039]);
  // The example of scikit-learn's documentation.
  assertEquals([...y.take([10, 50, 85]).data], [0, 1, 0]);
});

testWith(["read"], "the ranges are those that the data's description gives", async () => {
  const { X, featureNames } = await breastCancer();
  const range = (name: string) => {
    const column = X.column(featureNames.indexOf(name));
    return [-column.map((value) => -value).max(), column.max()];
  };
  assertEquals(range("mean radius"), [6.981, 28.11]);
  assertEquals(range("mean area"), [143.5, 2501]);
  assertEquals(range("texture error"), [0.3602, 4.885]);
  assertEquals(range("worst area"), [185.2, 4254]);
  assertEquals(range("worst fractal dimension"), [0.05504, 0.2075]);
});
