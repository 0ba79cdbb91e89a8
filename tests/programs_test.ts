import { suiteWith } from "./permissions.ts";

await suiteWith(
  ["read"],
  "every program gives the right result under every backend",
  () => import("./programs_cases.ts"),
);
