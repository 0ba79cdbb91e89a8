import { suiteWith } from "./permissions.ts";

await suiteWith(
  ["read"],
  "regressions print under mascot what they print in the clear",
  () => import("./mascot_programs_cases.ts"),
);
