import { suiteWith } from "./permissions.ts";

await suiteWith(["read"], "programs with several threads a party", () => import("./threads_cases.ts"));
