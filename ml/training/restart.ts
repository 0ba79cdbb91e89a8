/**
 * Training that begins again at half the rate while accuracy is poor, as in MP-SPDZ; a public bit decides, without a branch.
 *
 * @module
 */
import { cfix, type Public, type Secret, where } from "@symbolon/compiler";
import type { BoundLayer } from "../layers/layer.ts";
import type { Carry } from "./loop.ts";
import { type Figures, oneLess } from "./report.ts";

/** Fraction bits of factors of the learning rate. */
const SPEED_FRACTION = 40;

/** A factor of the learning rate. */
export function speedOf(factor: number): Public {
  return cfix.precise(factor, SPEED_FRACTION);
}

/** Half the factor where the bit is 1. */
export function halvedIf(bit: Public, factor: Public): Public {
  return factor.mul(bit.mul(speedOf(-0.5)).add(1));
}

/** 1 if hardly more rows are right than by guessing, or figures that cannot be say that training diverges, else 0. */
export function isPoor({ correct, rows, impossible }: Figures, { output }: BoundLayer): Public {
  if (correct === undefined) {
    throw new TypeError(
      `${where()}Training can restart by accuracy only: it needs a loss that tells what is right, and printAccuracy`,
    );
  }
  const classes = Math.max(2, output.reduce((n, d) => n * d, 1));
  const few = correct.lessThan(Math.floor(rows as number / classes * 1.2));
  return oneLess(oneLess(few).mul(oneLess(impossible)));
}

/** `ifOne` where the public bit is 1, `ifZero` where it is 0: products by a public integer, nothing is rounded. */
export function chosen(bit: Public, ifOne: Carry, ifZero: Carry): Carry {
  return ifZero.map((zero, i) => {
    const one = ifOne[i]!;
    if ("reveal" in zero) return (one as Secret).sub(zero).mul(bit).add(zero);
    return (one as Public).sub(zero).mul(bit).add(zero);
  });
}
