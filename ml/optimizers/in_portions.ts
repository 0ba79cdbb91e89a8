/**
 * Elementwise work on many weights, a portion at a time: what it needs in between takes memory for a portion only.
 *
 * @module
 */
import { concat, repeat, type Secret, sfix } from "@symbolon/compiler";

/** Tensors of one sort, by weight tensor. */
type List = readonly Secret[];

/**
 * New lists from lists of tensors of the same shapes, by a function of one tensor, or portion, of each list.
 *
 * Up to `most` elements in all are done at once, tensor by tensor; more in ⌈elements / most⌉ portions one after the other, which
 * takes so many times the rounds and copies all lists in every portion.
 */
export function inPortions(lists: readonly List[], most: number, step: (parts: List) => List): List[] {
  const tensors = lists[0]!;
  const total = tensors.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) {
    const done = tensors.map((_, i) => step(lists.map((list) => list[i]!)));
    return lists.map((_, l) => done.map((results) => results[l]!));
  }
  const count = Math.ceil(total / most);
  const size = Math.ceil(total / count);
  const flat = lists.map((list) => {
    const padding = size * count - total;
    return concat([
      ...list.map((x) => x.getVector()),
      ...(padding === 0 ? [] : [sfix.constant(0).broadcastTo([padding])]),
    ]);
  });
  // The next portion is always in front, what is done at the end.
  const done = repeat(count, flat as List, (carry) => {
    const results = step((carry as List).map((x) => x.slice(0, size)));
    return carry.map((x, l) => (x as Secret).slice(size, size * count).concat(results[l]!));
  }) as List;
  return done.map((all) => {
    let at = 0;
    return tensors.map(({ shape, size }) => all.slice(at, at += size).reshape(shape));
  });
}
