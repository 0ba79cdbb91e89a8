import { contract } from "@symbolon/protocol/testing";
import { PartyMemory } from "@symbolon/kernels";
import { emulate } from "./mod.ts";

contract("emulate", emulate, [{}, { domain: "field" }], () => new PartyMemory());
