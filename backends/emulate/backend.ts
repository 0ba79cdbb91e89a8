/**
 * The cleartext backend: a family of one-party protocols, by domain.
 *
 * @module
 */
import { type Backend, type BackendOptions, type Domain, type Memory, priced, type Target } from "@symbolon/protocol";
import { deriveKey, Prg, publicCoinKey, type Randomness } from "@symbolon/primitives";
import type { Arithmetic } from "./arithmetic.ts";
import { emulated } from "./emulated.ts";
import { Field128, MODULUS } from "./field.ts";
import { OPERATIONS } from "./steps.ts";
import { Ring64 } from "./ring64.ts";

/**
 * Computes the tape in the clear: the oracle for all other backends, and no protection at all.
 *
 * One party runs whatever `options.parties` says; owners and receivers in calls may be any index. Domains: Z_2^64, or with
 * `domain: "field"` F_p for p = 2^128 − 159. Every cost is zero.
 */
export const emulate: Backend = backend();

/**
 * The same backend with the rounding thresholds of probabilistic truncation given: `rounding.bits(at, n, m)` writes one word
 * below 2^m for each of n elements. With a protocol's own thresholds the results equal that protocol's.
 */
export function emulateWith(rounding: Pick<Randomness, "bits">): Backend {
  return backend(rounding);
}

function backend(rounding?: Pick<Randomness, "bits">): Backend {
  return {
    name: "emulate",
    target,
    // deno-lint-ignore require-yield -- one party has nobody to agree with
    *setup(_self, options, { memory, entropy }) {
      const seed = new Uint8Array(32);
      entropy(seed);
      const publicSeed = options.publicSeed;
      return emulated({
        memory,
        arithmetic: arithmetic(memory, options),
        rounding: rounding ?? new Prg(memory, deriveKey("emulate/rounding", seed)),
        hidden: new Prg(memory, deriveKey("emulate/order", seed)),
        coins: new Prg(
          memory,
          publicSeed === undefined ? deriveKey("emulate/coin", seed) : publicCoinKey(publicSeed),
        ),
      }, target(options));
    },
  };
}

function target(options: BackendOptions): Target {
  if (options.publicSeed !== undefined) publicCoinKey(options.publicSeed);
  return {
    name: "emulate",
    parties: 1,
    domain: domain(options),
    security: { adversary: "none", majority: "honest", corrupt: 0 },
    clear: true,
    cost: priced(OPERATIONS, 1),
  };
}

function domain(options: BackendOptions): Domain {
  switch (options.domain) {
    case undefined:
    case "ring":
      return { kind: "ring", bits: 64 };
    case "field":
      return { kind: "field", modulus: MODULUS };
    default:
      throw new RangeError(`emulate computes in a "ring" or a "field", not in ${JSON.stringify(options.domain)}`);
  }
}

function arithmetic(memory: Memory, options: BackendOptions): Arithmetic {
  return domain(options).kind === "ring" ? new Ring64(memory) : new Field128(memory);
}
