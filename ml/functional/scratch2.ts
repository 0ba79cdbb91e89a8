import { evaluate } from "./testing/evaluate.ts";
import { cint } from "@symbolon/compiler";
console.log(evaluate((x) => x.add(cint.constant(2)), [[1, 2]]).values);
