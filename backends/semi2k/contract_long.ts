/** The suite of all backends among more parties, where numbers are opened under masks with their bits from five on: minutes. */
import { PartyMemory } from "@symbolon/kernels";
import { contract } from "@symbolon/protocol/testing";
import { semi2k } from "./mod.ts";

contract("semi2k", semi2k, [{ parties: 4 }, { parties: 5 }], () => new PartyMemory());
