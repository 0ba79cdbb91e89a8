import { contract } from "@symbolon/protocol/testing";
import { PartyMemory } from "@symbolon/kernels";
import * as ring from "../replicated-ring/mod.ts";
// deno-lint-ignore no-explicit-any
const backend = Object.values(ring).find((v: any) => v && typeof v === "object" && "setup" in v) as any;
contract("ring", backend, [{}], () => new PartyMemory());
