import { suiteWith } from "./permissions.ts";

await suiteWith(["read", "write", "run", "env"], "the documentation tells the truth", () => import("./docs_cases.ts"));
