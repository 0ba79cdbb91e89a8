/**
 * Authenticated secret sharing: n ≥ 2 parties, all but one actively corrupt, F_p for p = 2^128 − 159. The online phase of MASCOT
 * (Keller, Orsini and Scholl 2016, KOS16) and SPDZ (DPSZ12, DKLPSS13).
 *
 * The MAC keys and all material come from a {@linkcode Preprocessing}: that of the parties themselves (`making/`), with no
 * dealer. A run that only preprocesses keeps both for another (`kept.ts`).
 *
 * @module
 */
import type {
  Backend,
  BackendOptions,
  Call,
  MaterialKind,
  PartyId,
  PartySetup,
  Protocol,
  Step,
  Target,
} from "@symbolon/protocol";
import { commonCoin, deriveKey, loadGroup, Prg, publicCoinKey, Store } from "@symbolon/primitives";
import { SAVED_BESIDES, savedIn, savingOf } from "./kept.ts";
import { TRANSFERS } from "./making/recipes.ts";
import { MATERIAL } from "./material.ts";
import { Openings } from "./openings.ts";
import { ELEMENT, MODULUS } from "./party.ts";
import type { Preprocessing } from "./preprocessing.ts";
import { costAmong, protocolOf } from "./protocol.ts";
import { Proofs } from "./proofs.ts";
import { Trust } from "./trust.ts";

export type { Preprocessing } from "./preprocessing.ts";

// Transfers begin in the middle of a protocol, which is synchronous.
await loadGroup();

/** Most parties: costs grow with the square of their number. */
const MOST = 16;
/** Rows that wait for a check, unless one step leaves more: 64 MiB. */
const WAITING = 2 ** 22;

/** The backend with this preprocessing. */
export function mascotFieldWith(preprocessing: Preprocessing): Backend {
  return {
    name: "mascot",
    savesMaterial: true,
    savesBesides: SAVED_BESIDES,
    target: (options) => target(preprocessing, options),
    setup: (self, options, party) => setup(preprocessing, self, options, party),
  };
}

/** The backend behind `-E mascot`: the parties make all material. */
export const mascotField: Backend = mascotFieldWith(TRANSFERS);

function target({ cost }: Preprocessing, { parties = 2, domain = "field" }: BackendOptions): Target {
  if (!Number.isInteger(parties) || parties < 2 || parties > MOST) {
    throw new RangeError(`Backend mascot runs with 2 to ${MOST} parties, not ${parties}`);
  }
  if (domain !== "field") {
    throw new RangeError(`Backend mascot computes in the field F_p, p = 2^128 − 159, not in a ${domain}`);
  }
  return {
    name: "mascot",
    parties,
    domain: { kind: "field", modulus: MODULUS },
    security: { adversary: "malicious", majority: "dishonest", corrupt: parties - 1 },
    clear: false,
    cost: costAmong(parties),
    unchecked: { most: WAITING, of: (call) => unchecked(call, parties) },
    ...(cost === undefined ? {} : { preprocessing: (demand) => cost(demand, parties) }),
  };
}

/**
 * At most how many rows the step of a call leaves for the next check: of elements, which take 16 bytes on each link; of bits, which are opened
 * under material; and of gates that party 0 is to prove, each of which takes a bit of it.
 */
function unchecked(call: Call, parties: number): number {
  const { links, demand } = costAmong(parties)(call);
  const units = (kind: MaterialKind) => demand.get(kind) ?? 0;
  const known = links.map((_, owner) => units(MATERIAL.ownedDaBit.of(owner)) + units(MATERIAL.ownedBit.of(owner)));
  const bits = 2 * units(MATERIAL.andTriple.of()) + units(MATERIAL.daBit.of()) + known.reduce((sum, n) => sum + n, 0);
  return Math.ceil(links[1]![0]! / ELEMENT) + bits;
}

function* setup(
  preprocessing: Preprocessing,
  self: PartyId,
  options: BackendOptions,
  { memory, entropy, run = new Uint8Array(), material: saved }: PartySetup,
): Step<Protocol> {
  const own = target(preprocessing, options), { parties } = own;
  const seeds = new Uint8Array(64), contributions: Uint8Array[] = [];
  entropy(seeds);
  yield* commonCoin({ self, parties, memory, run }, seeds.subarray(0, 32), contributions);
  const random = new Prg(memory, deriveKey("mascot-field/own", seeds.subarray(32)));
  seeds.fill(0);
  const session = deriveKey("mascot-field/session", run, ...contributions);
  const coinKey = options.publicSeed === undefined
    ? deriveKey("mascot-field/coin", run, ...contributions)
    : publicCoinKey(options.publicSeed);
  const key = memory.allocate(ELEMENT), bitKey = memory.allocate(ELEMENT);
  const party = {
    ...{ self, parties, memory, key, bitKey, random, session },
    peers: Array.from({ length: parties }, (_, p) => p).filter((p) => p !== self),
    store: new Store(memory, parties),
    openings: new Openings(memory, { key, echoed: parties > 2 }),
    proofs: new Proofs({ self, parties, memory }, bitKey),
    trust: new Trust(memory, [key, bitKey]),
  };
  const material = yield* (saved === undefined ? preprocessing : savedIn(saved)).begin(party, entropy);
  return protocolOf({
    ...{ party, material, coin: new Prg(memory, coinKey), target: own },
    // Keys that values were opened under are for no other run.
    ...(saved === undefined ? { save: savingOf(party) } : {}),
  });
}
