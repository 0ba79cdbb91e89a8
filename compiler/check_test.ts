import { suiteWith } from "../tests/permissions.ts";

await suiteWith(
  ["read", "env"],
  "programs that would branch on secrets are refused",
  () => import("./testing/check_cases.ts"),
);
