/**
 * Building blocks that backends share: randomness, hashing, oblivious transfer and what is made from it.
 *
 * @module
 */
export * from "./and_circuit.ts";
export * from "./base_ot.ts";
export * from "./bit_triples.ts";
export * from "./check_coin.ts";
export * from "./checked_setup.ts";
export * from "./checked_transfers.ts";
export * from "./checked_trees.ts";
export * from "./contributions.ts";
export * from "./gilboa.ts";
export * from "./material/exclusion.ts";
export * from "./material/recipes.ts";
export * from "./material/making.ts";
export * from "./material/saved.ts";
export * from "./material/store.ts";
export * from "./ot_pads.ts";
export * from "./ot_party.ts";
export * from "./ot_setup.ts";
export * from "./patch_product.ts";
export * from "./permutation_network.ts";
export * from "./prg.ts";
export { loadGroup } from "./ristretto255.ts";
export * from "./softspoken.ts";
export * from "./sum_circuit.ts";
export * from "./threshold_circuit.ts";
export { CHOICES_HASH, hashChoices, hashRows, SUMS } from "./transfer_check.ts";
export * from "./tree_bases.ts";
export * from "./triples.ts";
