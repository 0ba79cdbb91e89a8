import { suiteWith } from "./permissions.ts";

await suiteWith(
  ["read", "write", "run", "env"],
  "run() refuses what would need a tensor's value",
  () => import("./checked_run_cases.ts"),
);
