/** The suite of all backends among three parties with all random cases, and among more, where numbers are opened under masks: minutes. */
import { PartyMemory } from "@symbolon/kernels";
import { contract } from "@symbolon/protocol/testing";
import { semi2k } from "./mod.ts";

contract("semi2k", semi2k, [{ parties: 3 }, { parties: 4 }, { parties: 5 }], () => new PartyMemory());
