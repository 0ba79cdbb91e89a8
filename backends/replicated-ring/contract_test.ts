import { PartyMemory } from "@symbolon/kernels";
import { contract, recorded } from "@symbolon/protocol/testing";
import { replicatedRing } from "./mod.ts";

contract("ring", replicatedRing, [{}], () => new PartyMemory());
contract("ring, recorded", recorded(replicatedRing), [{}], () => new PartyMemory(), { runs: 40 });
