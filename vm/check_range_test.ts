import { suiteWith } from "../tests/permissions.ts";

await suiteWith(["read"], "the first value outside its range is named", () => import("./testing/check_range_cases.ts"));
