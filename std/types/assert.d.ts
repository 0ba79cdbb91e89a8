/** Any class, abstract or not, whose instances are `T`. */
type Constructor<T> = abstract new (...args: never[]) => T;

/** What an assertion throws. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions);
}

/** Asserts that `expr` is truthy, and narrows by it. */
export function assert(expr: unknown, msg?: string): asserts expr;

/** Asserts that `expr` is falsy. */
export function assertFalse(expr: unknown, msg?: string): asserts expr is false | 0 | 0n | "" | null | undefined;

/** True when both values are equal in depth, typed arrays, maps and sets included; `NaN` equals itself. */
export function equal(a: unknown, b: unknown): boolean;

/** Asserts that both values are equal in depth. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void;

/** Asserts that the values differ in depth. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;

/** Asserts that both are the same value by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T;

/** Asserts that the values differ by `Object.is`. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void;

/** Asserts |actual − expected| ≤ tolerance; the default tolerance is |expected|·1e-7. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void;

/** Asserts actual > expected. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void;

/** Asserts actual ≥ expected. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;

/** Asserts actual < expected. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void;

/** Asserts actual ≤ expected. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;

/** Asserts that the value is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;

/** Asserts that the value is an instance of the class. */
export function assertInstanceOf<T>(actual: unknown, expectedType: Constructor<T>, msg?: string): asserts actual is T;

/** Asserts that the value is no instance of the class. */
export function assertNotInstanceOf<A, T>(
  actual: A,
  unexpectedType: Constructor<T>,
  msg?: string,
): asserts actual is Exclude<A, T>;

/** Asserts that the text matches the expression. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void;

/** Asserts that the text does not match the expression. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;

/** Asserts that the text contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void;

/** Asserts that every element of `expected` occurs in `actual`. */
export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, msg?: string): void;

/** Asserts that the properties named in `expected` are equal in `actual`. */
export function assertObjectMatch(
  actual: Record<PropertyKey, unknown>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void;

/** Asserts that the value is an error of the class, with a message that contains or matches `msgMatches`. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: Constructor<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E;

/** Asserts that the function throws; returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Asserts that the function throws an error of the class whose message contains `msgIncludes`; returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: Constructor<E>,
  msgIncludes?: string,
  msg?: string,
): E;

/** Asserts that the promise is rejected; resolves to the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Asserts that the promise is rejected by an error of the class whose message contains `msgIncludes`. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: Constructor<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;

/** Fails the test. */
export function fail(msg?: string): never;

/** Fails because this line is not written yet. */
export function unimplemented(msg?: string): never;

/** Fails because this line was thought unreachable. */
export function unreachable(msg?: string): never;
