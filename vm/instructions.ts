/**
 * Instructions at a party, prepared: what sends nothing as the work to be done in its place, what sends as the step to be started.
 *
 * @module
 */
import {
  type GatherOp,
  type Instruction,
  isLocal,
  isWide,
  type Launch,
  type LocalOp,
  locationOf,
  type Named,
  operandsOf,
  type PublicOp,
  type Reg,
  type Segment,
  type WindowOp,
} from "@symbolon/compiler";
import {
  type Call,
  type Elements,
  type Indices,
  type Protocol,
  type Share,
  sizeOf,
  type Step,
  stridesOf,
} from "@symbolon/protocol";
import {
  checkProduct,
  type Coin,
  computePublic,
  copyPublic,
  formatTensor,
  type PublicOperands,
  type PublicRegister,
  published,
} from "./public.ts";
import { firstRow } from "./held.ts";
import type { Registers } from "./registers.ts";
import type { Environment } from "./environment.ts";

/** A piece of work between two rounds. */
export interface Work {
  readonly run: () => void;
  /**
   * What it does: only call the protocol, in the same way each time; look at memory itself; or both, so that it takes scratch memory.
   */
  readonly touches: "protocol" | "memory" | "both";
}

/** What instructions work on. */
export interface Context<S extends Share> {
  readonly protocol: Protocol<S>;
  readonly registers: Registers<S>;
  readonly coin: Coin;
}

const onProtocol = (run: () => void): Work[] => [{ run, touches: "protocol" }];
const onMemory = (run: () => void): Work[] => [{ run, touches: "memory" }];
const onBoth = (run: () => void): Work[] => [{ run, touches: "both" }];

/** The result of an instruction, and where it was written, for messages. */
interface Site {
  readonly to: Reg;
  readonly location: string;
}

/** The work of an operation of type D, in order. */
type Prepare<D> = <S extends Share>(context: Context<S>, does: D, site: Site) => Work[];

/** The work of every operation that sends nothing. */
const LOCAL: { readonly [K in LocalOp["op"]]: Prepare<Named<LocalOp, K>> } = {
  constant({ registers }, { values }, { to }) {
    const codec = registers.codecOf(registers.kind(to));
    return onMemory(() => values.forEach((v, i) => codec.write(registers.elements(to).at, i, v)));
  },
  share: ({ protocol: p, registers: r }, { x }, { to }) => onProtocol(() => p.constant(r.elements(x), r.share(to))),
  add: ({ protocol: p, registers: r }, { x, y }, { to }) =>
    onProtocol(() => p.add(r.share(x), r.share(y), r.share(to))),
  sub: ({ protocol: p, registers: r }, { x, y }, { to }) =>
    onProtocol(() => p.sub(r.share(x), r.share(y), r.share(to))),
  negate: ({ protocol: p, registers: r }, { x }, { to }) => onProtocol(() => p.negate(r.share(x), r.share(to))),
  addPublic: ({ protocol: p, registers: r }, { x, c }, { to }) =>
    onProtocol(() => p.addPublic(r.share(x), r.elements(c), r.share(to))),
  mulPublic: ({ protocol: p, registers: r }, { x, c }, { to }) =>
    onProtocol(() => p.mulPublic(r.share(x), r.elements(c), r.share(to))),
  window: (context, does, { to }) => context.registers.isView(to) ? [] : windowWork(context, does, to),
  concat({ protocol: p, registers }, does, { to }) {
    if (registers.held(to) !== undefined) return [];
    const parts = does.parts.map((part) => ({ ...part, shape: registers.shape(part.x) }));
    const kind = registers.kind(to);
    if (kind.secret) {
      return onProtocol(() => parts.forEach((part) => p.write(registers.share(part.x), part, registers.share(to))));
    }
    const codec = registers.codecOf(kind);
    return onMemory(() => {
      for (const part of parts) {
        const from = { at: registers.elements(part.x).at, offset: 0, strides: stridesOf(part.shape) };
        copyPublic(codec, part.shape, from, { at: registers.elements(to).at, ...part });
      }
    });
  },
  gather: gatherWork,
  scatter({ protocol: p, registers }, { x, rows: listed }, { to, location }) {
    const rows = registers.indices(listed);
    const inverse = { count: rows.count, at: p.memory.allocate(4 * rows.count) };
    return [
      ...onMemory(() => invert(p.memory.words32, rows, inverse.at / 4, location)),
      ...onProtocol(() => p.gather(registers.share(x), inverse, registers.share(to))),
    ];
  },
  cumsum: ({ protocol: p, registers: r }, { x }, { to }) => onProtocol(() => p.cumsum(r.share(x), r.share(to))),
  sum: ({ protocol: p, registers: r }, { x, axis }, { to }) => onProtocol(() => p.sum(r.share(x), axis, r.share(to))),
  rows({ protocol: p, registers }, { x, below }, { to, location }) {
    const rows = registers.indices(to);
    const codec = registers.codecOf(registers.kind(x));
    return onMemory(() => {
      for (let i = 0; i < rows.count; i++) {
        const row = codec.read(registers.elements(x).at, i);
        if (row < 0n || row >= BigInt(below)) {
          const where = `at place ${i} of ${rows.count}`;
          throw new RangeError(`${location}A row number is not from 0 to ${below - 1}, ${where}`);
        }
        p.memory.words32[rows.at / 4 + i] = Number(row);
      }
    });
  },
  public({ protocol, registers }, { fn, x, y, loss }, { to, location }) {
    const operand = (r: Reg): PublicRegister => ({
      ...{ elements: registers.elements(r), kind: registers.kind(r), codec: registers.codecOf(registers.kind(r)) },
    });
    const operands = {
      x: operand(x),
      y: operand(y),
      out: operand(to),
      location,
      ...(loss === undefined ? {} : { loss }),
    };
    return kernelWork(protocol, fn, operands, registers.fits(to)) ?? onMemory(() => computePublic(fn, operands));
  },
  permutation({ protocol: p, registers, coin }, { n }, { to }) {
    const rows = registers.indices(to);
    return onBoth(() => p.memory.words32.set(coin.permutation(n, rows.count), rows.at / 4));
  },
  offset({ protocol: p, registers }, { x, by }, { to, location }) {
    const [from, into] = [registers.indices(x).at / 4, registers.indices(to).at / 4];
    return onMemory(() => {
      const index = p.memory.words32[from]! + by;
      if (index < 0 || index >= 2 ** 32) throw new RangeError(`${location}An index is ${index}: 0 is the least`);
      p.memory.words32[into] = index;
    });
  },
  uniform({ registers, coin }, { low, high }, { to }) {
    const kind = registers.kind(to), size = sizeOf(registers.shape(to));
    const codec = registers.codecOf(kind);
    return onBoth(() => {
      const scale = 2 ** kind.f;
      for (let i = 0; i < size; i++) {
        const u = coin.word() / 2 ** 32;
        codec.write(registers.elements(to).at, i, BigInt(Math.floor((low + (high - low) * u) * scale)));
      }
    });
  },
};

/** The work of a local instruction, in order. */
export function localWork<S extends Share>(context: Context<S>, { does, out, at }: Instruction): Work[] {
  if (!isLocal(does)) throw new Error(`internal: ${does.op} is not local`);
  const prepare = LOCAL[does.op] as unknown as Prepare<typeof does>;
  return prepare(context, does, { to: out[0]!, location: locationOf(at) });
}

/** The work of giving a register the value of another of the same size. */
export function moveWork<S extends Share>({ protocol, registers }: Context<S>, from: Reg, to: Reg): Work[] {
  const [source, target] = [registers.place(from), registers.place(to)];
  if (source.at === target.at) return [];
  if (registers.kind(to).secret) return onProtocol(() => protocol.copy(registers.share(from), registers.share(to)));
  return onMemory(() => {
    const { words32 } = protocol.memory;
    for (let i = 0; i < target.bytes / 4; i++) words32[target.at / 4 + i] = words32[source.at / 4 + i]!;
  });
}

/**
 * The work of a public operation on words by the protocol's kernels, if it has one for it; `fits`: no result can leave its word.
 *
 * Results that may are computed or looked at exactly before.
 */
function kernelWork(
  protocol: Protocol,
  fn: PublicOp["fn"],
  operands: PublicOperands,
  fits: boolean,
): Work[] | undefined {
  const { x, y, out } = operands;
  if (isWide(x.kind) || isWide(y.kind) || isWide(out.kind)) return undefined;
  if (fn === "mul" && protocol.scaledProduct !== undefined) {
    const shift = x.kind.f + y.kind.f - out.kind.f;
    if (shift <= -64 || shift >= 127) return undefined;
    const work = onProtocol(() => protocol.scaledProduct!(x.elements, y.elements, shift, out.elements));
    return fits ? work : [...onMemory(() => checkProduct(operands, shift)), ...work];
  }
  if ((fn === "add" || fn === "sub") && protocol.scaledSum !== undefined && fits) {
    const scaled = ({ elements, kind }: PublicRegister) => ({ elements, shift: out.kind.f - kind.f });
    const [left, right] = [scaled(x), scaled(y)];
    if (left.shift < 0 || right.shift < 0) return undefined;
    return onProtocol(() => protocol.scaledSum!(left, right, fn === "sub", out.elements));
  }
  return undefined;
}

function windowWork<S extends Share>(
  { protocol, registers }: Context<S>,
  does: WindowOp,
  to: Reg,
): Work[] {
  const window = { shape: registers.shape(to), offset: does.offset, strides: does.strides };
  if (!registers.kind(does.x).secret) {
    const [from, at] = [registers.elements(does.x).at, registers.elements(to).at];
    const target = { at, offset: 0, strides: stridesOf(window.shape) };
    const codec = registers.codecOf(registers.kind(to));
    return onMemory(() => copyPublic(codec, window.shape, { at: from, ...window }, target));
  }
  const out = registers.share(to);
  const held = registers.held(does.x);
  if (held !== undefined) {
    const count = window.shape[0]!;
    const first = firstRow(window, registers.shape(does.x), window.shape)!;
    const at = protocol.memory.allocate(4 * count);
    for (let i = 0; i < count; i++) protocol.memory.words32[at / 4 + i] = first + i;
    return onBoth(() => protocol.held!.gather(held, { count, at }, out));
  }
  const x = registers.share(does.x);
  const whole = sizeOf(window.shape) === sizeOf(registers.shape(does.x)) && isWhole(window);
  return onProtocol(() => whole ? protocol.copy(x, out) : protocol.read(x, window, out));
}

/** Row numbers that begin at a place known only at run time are first copied to a fixed one, for recorded work. */
function gatherWork<S extends Share>(
  { protocol, registers }: Context<S>,
  does: GatherOp,
  { to, location }: Site,
): Work[] {
  const { memory } = protocol;
  const rows = registers.indices(does.rows);
  const count = registers.shape(to)[0]!;
  const out = registers.share(to);
  const check = (first: number) => {
    if (first + count <= rows.count) return;
    throw new RangeError(`${location}Rows ${first} to ${first + count - 1} of a list of ${rows.count} do not exist`);
  };
  const held = registers.held(does.x);
  if (held !== undefined) {
    return onBoth(() => {
      const first = does.start === null ? 0 : memory.words32[registers.indices(does.start).at / 4]! * does.stride;
      check(first);
      protocol.held!.gather(held, { count, at: rows.at + 4 * first }, out);
    });
  }
  const x = registers.share(does.x);
  if (does.start === null) {
    check(0);
    return onProtocol(() => protocol.gather(x, { count, at: rows.at }, out));
  }
  const start = registers.indices(does.start).at / 4;
  const { stride } = does;
  const current = { count, at: memory.allocate(4 * count) };
  return [
    ...onMemory(() => {
      const { words32 } = memory;
      const first = words32[start]! * stride;
      check(first);
      const from = rows.at / 4 + first;
      for (let i = 0; i < count; i++) words32[current.at / 4 + i] = words32[from + i]!;
    }),
    ...onProtocol(() => protocol.gather(x, current, out)),
  ];
}

/** The place of every row number in a list that holds each once. @throws {RangeError} if it does not */
function invert(words: Uint32Array, { count, at }: Indices, to: number, location: string): void {
  const none = 2 ** 32 - 1;
  words.fill(none, to, to + count);
  for (let i = 0; i < count; i++) {
    const row = words[at / 4 + i]!;
    if (row >= count || words[to + row] !== none) {
      throw new RangeError(`${location}scatter() needs each row number from 0 to ${count - 1} once`);
    }
    words[to + row] = i;
  }
}

/** Whether a window takes all elements in order. */
function isWhole({ shape, offset, strides }: { shape: readonly number[]; offset: number; strides: readonly number[] }) {
  return offset === 0 && stridesOf(shape).every((s, d) => s === strides[d]);
}

/** What starts the step of an instruction. */
export function launch<S extends Share>(
  { protocol, registers }: Context<S>,
  environment: Environment,
  { does, out }: Instruction,
  call: Call,
): () => Step<void> {
  const share = (r: Reg) => registers.share(r);
  const to = out[0]!;
  switch (call.op) {
    case "input": {
      const { shape, kind } = { shape: registers.shape(to), kind: registers.kind(to) };
      const source = does.op === "input" ? does.source : "binary";
      const mine = call.owner === protocol.self || protocol.target.clear;
      const held = registers.held(to);
      return () => {
        const read = mine ? environment.input(call.owner, source, kind, sizeOf(shape)) : null;
        const feed = read && ((at: number, count: number) => registers.codec.fill(at, count, read));
        return held === undefined ? protocol.input(call, feed, share(to)) : protocol.held!.input(call, feed, held[0]!);
      };
    }
    case "open": {
      const [x] = operandsOf(does) as [Reg];
      return () => protocol.open(call, share(x), registers.elements(to));
    }
    case "verify":
      throw new Error("internal: checks are no instructions");
    default: {
      const operands = operandsOf(does).map(share);
      return () => protocol.step(call, operands, share(to));
    }
  }
}

/** What runs an interactive instruction without rounds. */
export function immediate(start: () => Step<void>, { call }: Launch): () => void {
  return () => {
    if (!start().next().done) throw new Error(`internal: ${call.op} takes more rounds than declared`);
  };
}

/** What starts the step of an effect: a check comes before it unless it is settled. */
export function effect<S extends Share>(
  { protocol, registers }: Context<S>,
  environment: Environment,
  { instruction: { does }, call, settled }: Extract<Segment, { kind: "effect" }>,
): () => Step<void> {
  const checked = (tell: () => unknown) =>
    function* (): Step<void> {
      if (!settled) yield* protocol.verify();
      tell();
    };
  const value = (r: Reg) => published(registers.codecOf(registers.kind(r)), registers.elements(r), registers.kind(r));
  const holds = (r: Reg | undefined) => r === undefined || Number(value(r)[0]) !== 0;
  switch (does.op) {
    case "print": {
      const line = () => {
        let k = 0;
        return does.format.replace(/%[s%]/g, (sign) => {
          if (sign === "%%") return "%";
          const r = does.args[k++]!;
          if (registers.kind(r).type === "index") return String(protocol.memory.words32[registers.indices(r).at / 4]);
          return formatTensor(value(r), registers.shape(r));
        });
      };
      return checked(() => holds(does.when) && environment.print(line()));
    }
    case "metric":
      return checked(() => holds(does.when) && environment.metric(does.name, Number(value(does.x)[0])));
    case "output": {
      const { shape, kind } = { shape: registers.shape(does.x), kind: registers.kind(does.x) };
      const codec = registers.codecOf(kind);
      const give = (elements: Elements) =>
        environment.output({
          label: does.label,
          party: does.to,
          shape,
          kind,
          values: published(codec, elements, kind),
        });
      if (call === null || call.op !== "open") {
        const known = registers.elements(does.x);
        return checked(() => give(known));
      }
      const learns = does.to === "all" || does.to === protocol.self || protocol.target.clear;
      const out = learns ? { shape, at: protocol.memory.allocate(8 * codec.limbs * sizeOf(shape)) } : null;
      const x = registers.share(does.x);
      // What was opened before is checked by the opening.
      return function* () {
        yield* protocol.open(call, x, out);
        yield* protocol.verify();
        if (out !== null) give(out);
      };
    }
    default:
      throw new Error(`internal: ${does.op} is no effect`);
  }
}
