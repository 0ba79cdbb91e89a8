import { suiteWith } from "../tests/permissions.ts";

await suiteWith(
  ["read", "run"],
  "kernels with several threads do what they do with one",
  () => import("./testing/pool_cases.ts"),
);
