import { PartyMemory } from "@symbolon/kernels";
import { contract } from "@symbolon/protocol/testing";
import { mascotFieldWith } from "./mod.ts";
import { checkedAtOnce } from "./testing/checked.ts";
import { dealer } from "./testing/dealer.ts";

const BACKEND = checkedAtOnce(mascotFieldWith(dealer()));
// Values and MACs: whatever is opened is checked at once. Few random cases.
const EXTRAS = { runs: 4, largest: 100, bounds: { trunc: 62, piecewise: 64 } };

contract("mascot-field", BACKEND, [{ parties: 2 }], () => new PartyMemory(), EXTRAS);
// What sizes do is the same among three.
contract("mascot-field", BACKEND, [{ parties: 3 }], () => new PartyMemory(), {
  ...EXTRAS,
  sizes: [1, 2, 3, 31, 32, 33, 63, 64, 65, 70],
});
