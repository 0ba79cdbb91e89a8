import { PartyMemory } from "@symbolon/kernels";
import { contract } from "@symbolon/protocol/testing";
import { replicatedRing } from "./mod.ts";

contract("ring", replicatedRing, [{}], () => new PartyMemory());
