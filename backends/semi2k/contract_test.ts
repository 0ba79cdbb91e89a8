import { PartyMemory } from "@symbolon/kernels";
import { contract } from "@symbolon/protocol/testing";
import { semi2k } from "./mod.ts";

contract("semi2k", semi2k, [{ parties: 2 }, { parties: 3 }], () => new PartyMemory());
