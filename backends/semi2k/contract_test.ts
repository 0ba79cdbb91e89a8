import { PartyMemory } from "@symbolon/kernels";
import { contract } from "@symbolon/protocol/testing";
import { semi2k } from "./mod.ts";

contract("semi2k", semi2k, [{ parties: 2 }], () => new PartyMemory());
// All fixed cases, and half of the random ones: the other half is of `contract_long.ts`.
contract("semi2k", semi2k, [{ parties: 3 }], () => new PartyMemory(), { runs: 75 });
