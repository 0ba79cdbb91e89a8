import { PartyMemory } from "@symbolon/kernels";
import { contract } from "@symbolon/protocol/testing";
import { mascotFieldWith } from "./mod.ts";
import { checkedAtOnce } from "./testing/checked.ts";
import { dealer } from "./testing/dealer.ts";

// Values and MACs: whatever is opened is checked at once. Few random cases, since bits of numbers are products in the field.
contract(
  "mascot-field",
  checkedAtOnce(mascotFieldWith(dealer())),
  [{ parties: 2 }, { parties: 3 }],
  () => new PartyMemory(),
  {
    ...{ runs: 4, largest: 100, bounds: { trunc: 62, piecewise: 64 } },
  },
);
