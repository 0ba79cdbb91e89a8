/** Ordinary TypeScript around tensors, all of which the check accepts. Checked, never run. */
import { printLn, program, type Public, type Regint, repeat, type Secret, sfix, sint } from "../mod.ts";
declare const x: Secret, list: number[], secrets: Secret[];
export default program("p", {}, ({ args }) => {
  const m = /x(\d+)/.exec(args.join());
  if (m) printLn(m[1] ?? "");
  for (const [i, s] of secrets.entries()) if (i % 2) s.neg();
  for (const [k, v] of Object.entries({ a: x })) if (k === "a") v.neg();
  const flat = [[1, 2], [3]].flat();
  if (flat[0]) printLn("%s", flat.length);
  const ks = [...Array(3).keys()].map((k) => k * 2);
  const z = Array.from({ length: 3 }, (_, i) => sfix.constant(i));
  const w = Object.fromEntries(list.map((v) => [String(v), v] as const));
  const fs = args.map(Number).filter(Boolean);
  const t = [x, x].flatMap((s) => [s, s.neg()]);
  if (t.length && fs.length > 0 && w["a"]) printLn("a");
  const opts: { n?: number; w?: Secret } = {};
  const { n = 3, w: ww = x } = opts;
  const d = { ...opts, n: n + 1 };
  if (d.n && "w" in d) ww.neg();
  const memo = new Map<string, Secret>();
  const names = new Map<Secret, string>([[x, "x"]]);
  const open = new Map<Public | Regint, number>();
  const seen = new WeakSet<object>([x]);
  if (!names.has(x) || names.get(x) !== "x" || open.has(x.reveal()) || !seen.has(x)) throw new Error("no such tensor");
  const got = memo.get("a") ?? memo.set("a", x).get("a")!;
  const [a, b] = repeat(2, [got, x], ([p, q]) => [p.add(q), q]);
  class Model {
    #w: Secret | null = null;
    w?: Secret;
    fit(v: Secret) {
      this.#w ??= v;
      if (this.w === undefined) this.w = v;
      return this.#w;
    }
  }
  new Model().fit(a).sub(b).reveal();
  const order = [3, 1].toSorted((p, q) => p - q);
  const s = new Set(order);
  if (s.has(3)) printLn("%s", ks[0]! + z.length);
  label: for (let i = 0, j = 10; i < j && !args.includes("q"); i++, j--) if (i > 3) break label;
  const bits: Secret[][] = list.map(() => [x]);
  for (const row of bits) for (const bit of row) bit.neg();
  const f = <T>(v: T): T => v;
  f(x).neg();
  const g = <T>(xs: readonly T[]): T | undefined => xs[0];
  g(secrets)?.neg();
  try {
    x.neg();
  } catch (e) {
    if (e instanceof RangeError) throw e;
  }
  const r = sint.constant([1, 2]);
  r.lessThan(3).ifElse(x, 0);
  const text = `${x.shape} ${x.length}`;
  text.trim() || printLn("a");
  const never = x.shape.every((v) => v > 0) ? x : null;
  if (never !== null) never.neg();
});
