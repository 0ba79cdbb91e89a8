/**
 * The prime-order group ristretto255 (RFC 9496), by libsodium in WebAssembly.
 *
 * Elements and exponents are 32 bytes each, in the RFC's canonical encoding; the group is written additively, as the library does.
 * libsodium's code has no branch and no address that depends on an exponent or an element. Whether an engine keeps it so
 * is not promised: see docs/security.md, "Side channels".
 *
 * @module
 */

/** An element: canonical encoding. */
export type Element = Uint8Array<ArrayBuffer>;

/** An exponent, below the group's order. */
export type Scalar = Uint8Array<ArrayBuffer>;

/** What is used of the group. All functions take and give copies. */
export interface Group {
  /** Uniform from 64 uniform bytes, up to a bias below 2^-250. */
  scalar(wide: Uint8Array): Scalar;
  /** g times an exponent other than 0. */
  timesBase(by: Scalar): Element;
  /** An element times an exponent. @throws {RangeError} if the element is invalid or the product is the identity */
  times(by: Scalar, element: Element): Element;
  /** The sum. @throws {RangeError} if one is invalid */
  add(x: Element, y: Element): Element;
  /** The difference. @throws {RangeError} if one is invalid */
  subtract(x: Element, y: Element): Element;
  /** The element of 64 bytes (RFC 9496, section 4.3.4): uniform for uniform bytes, with a logarithm that nobody knows. */
  derive(wide: Uint8Array): Element;
  /** Whether these bytes encode an element other than the identity. */
  isElement(bytes: Uint8Array): boolean;
}

/** Bytes of an encoded element. */
export const ELEMENT_BYTES = 32;
/** Bytes that a uniform element or exponent is made of. */
export const WIDE_BYTES = 64;

let loaded: Group | null = null;

/** Loads the library, once. Whoever sets up transfers does so before: protocols are synchronous. */
export async function loadGroup(): Promise<void> {
  if (loaded !== null) return;
  const { default: sodium } = await import("libsodium-wrappers-sumo");
  await sodium.ready;
  loaded = {
    scalar: (wide) => copy(sodium.crypto_core_ristretto255_scalar_reduce(wide)),
    timesBase: (by) => copy(sodium.crypto_scalarmult_ristretto255_base(by)),
    times: (by, element) => checked(() => sodium.crypto_scalarmult_ristretto255(by, element)),
    add: (x, y) => checked(() => sodium.crypto_core_ristretto255_add(x, y)),
    subtract: (x, y) => checked(() => sodium.crypto_core_ristretto255_sub(x, y)),
    derive: (wide) => copy(sodium.crypto_core_ristretto255_from_hash(wide)),
    isElement: (bytes) =>
      bytes.length === ELEMENT_BYTES && bytes.some((byte) => byte !== 0) &&
      sodium.crypto_core_ristretto255_is_valid_point(bytes),
  };
}

/** The group. @throws {Error} before {@linkcode loadGroup} */
export function group(): Group {
  if (loaded === null) throw new Error("internal: transfers are set up before loadGroup()");
  return loaded;
}

function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** The library's errors name no element. */
function checked(compute: () => Uint8Array): Element {
  try {
    return copy(compute());
  } catch {
    throw new RangeError("These bytes encode no element of ristretto255, or the result is its identity");
  }
}
