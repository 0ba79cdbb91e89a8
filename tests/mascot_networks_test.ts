import { suiteWith } from "./permissions.ts";

await suiteWith(
  ["read", "env"],
  "networks print under mascot what they print in the clear, and every program fits it",
  () => import("./mascot_networks_cases.ts"),
);
