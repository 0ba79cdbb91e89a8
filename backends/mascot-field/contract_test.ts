import { contract } from "@symbolon/protocol/testing";
import { PartyMemory } from "@symbolon/kernels";
import { mascotField } from "./mod.ts";
import { dealer } from "./testing/dealer.ts";

contract("mascot-field", mascotField(dealer()), [{}, { parties: 3 }], () => new PartyMemory(), {
  runs: 8,
  largest: 100,
});
