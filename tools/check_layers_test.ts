import { suiteWith } from "../tests/permissions.ts";

await suiteWith(["read", "env", "run"], "every rule of the layers is checked", () => import("./check_layers_cases.ts"));
