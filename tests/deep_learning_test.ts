import { suiteWith } from "./permissions.ts";

await suiteWith(
  ["read", "env"],
  "the programs that train networks learn, agree with the cleartext and cost what they should",
  () => import("./deep_learning_cases.ts"),
);
