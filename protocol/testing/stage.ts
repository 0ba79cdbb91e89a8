/**
 * Secrets of all parties at once, with every operation's cost checked as it runs.
 *
 * @module
 */
import {
  type Call,
  type Cost,
  type Demand,
  describeCall,
  type Domain,
  type Elements,
  type Feed,
  type MaterialKind,
  NO_DEMAND,
  type PartyId,
  type Protocol,
  type Shape,
  type Share,
  sizeOf,
  type Step,
  type Tap,
  type Target,
} from "@symbolon/protocol";
import { AssertionError } from "@std/assert";
import type { Allowed } from "./oracle.ts";
import type { Simulation } from "./simulate.ts";
import { elementBytes, readValues, wrap, writeValues } from "./values.ts";

/** A shared tensor: every party's handle. */
export interface Secret {
  readonly shape: Shape;
  readonly shares: readonly Share[];
}

/** Bytes behind every share that nobody may write, filled with a number of their own. */
const GUARD = 16;
/** What fresh memory holds, so that nothing relies on zeros. */
const GARBAGE = 0xa5;

/** One test case: secrets live in scratch memory from its beginning to {@linkcode Stage.close}. */
export class Stage {
  readonly target: Target;
  readonly domain: Domain;
  readonly #simulation: Simulation;
  readonly #marks: readonly number[];
  readonly #guards: { readonly party: PartyId; readonly at: number; readonly shape: Shape }[] = [];

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.target = simulation.protocols[0]!.target;
    this.domain = this.target.domain;
    this.#marks = simulation.protocols.map((p) => p.memory.mark());
  }

  get protocols(): readonly Protocol[] {
    return this.#simulation.protocols;
  }

  /** Party i's handle. */
  share(secret: Secret, p: Protocol): Share {
    return secret.shares[p.self]!;
  }

  /** A tensor with undefined contents. */
  blank(shape: Shape): Secret {
    const shares = this.protocols.map((p) => {
      const bytes = p.bytes(shape);
      if (bytes % 16 !== 0) fail(`bytes([${shape}]) is ${bytes}, not a multiple of 16`);
      const at = p.memory.scratch(bytes + GUARD);
      const guard = this.#guards.length % 256;
      p.memory.bytes.fill(GARBAGE, at, at + bytes).fill(guard, at + bytes, at + bytes + GUARD);
      this.#guards.push({ party: p.self, at: at + bytes, shape });
      return p.at(shape, at);
    });
    return { shape, shares };
  }

  /** Public values at one party. */
  elements(p: Protocol, values: readonly bigint[], shape: Shape): Elements {
    const at = p.memory.scratch(elementBytes(this.domain, values.length));
    writeValues(p.memory, this.domain, at, values);
    return { shape, at };
  }

  /** The same values as an owner gives them to `input`. */
  feed(p: Protocol, values: readonly bigint[]): Feed {
    let given = 0;
    return (at, count) => {
      if (given + count > values.length) fail(`${given + count} of ${values.length} values are asked for`);
      writeValues(p.memory, this.domain, at, values.slice(given, given += count));
    };
  }

  /** A shared tensor with these values, from party 0 unless told otherwise. */
  input(values: readonly bigint[], shape: Shape, { owner = 0, turn = 0 } = {}, tap?: Tap): Secret {
    const out = this.blank(shape);
    const call = { op: "input", owner, shape, turn } as const;
    this.step([call], (p) => {
      const mine = p.self === owner || this.target.clear;
      return p.input(call, mine ? this.feed(p, values) : null, this.share(out, p));
    }, tap);
    return out;
  }

  /** Runs a local operation at every party. */
  local(op: (p: Protocol) => void): void {
    for (const p of this.protocols) op(p);
  }

  /**
   * Runs a step and throws unless it takes exactly what the calls, in parallel, are declared to cost: rounds, bytes on every link,
   * and material, which is made before.
   */
  step(calls: readonly Call[], body: (p: Protocol) => Step<void>, tap?: Tap): void {
    const what = calls.map(describeCall).join(" together with ");
    const costs = calls.map((c) => this.cost(c));
    const stored = this.prepare(costs);
    const { rounds, links } = this.#simulation.run(body, tap);
    this.#compare(what, parallel(costs), { rounds, links });
    this.#expectTaken(what, stored, costs);
  }

  /** Makes what steps of these costs take, and returns what each party then has in store. */
  prepare(costs: readonly Cost[]): readonly Demand[] {
    const demand = sumDemand(costs);
    if (demand.size > 0) this.#simulation.run((p) => prepare(p, demand));
    return this.protocols.map((p) => new Map(p.stored ?? NO_DEMAND));
  }

  /** Runs a step whose cost is checked elsewhere. */
  run(body: (p: Protocol) => Step<void>): { rounds: number; links: readonly (readonly number[])[] } {
    return this.#simulation.run(body);
  }

  /** Throws unless rounds and bytes are those expected. */
  expectTraffic(what: string, expected: Pick<Cost, "rounds" | "links">, got: Pick<Cost, "rounds" | "links">): void {
    this.#compare(what, expected, got);
  }

  /** The declared cost, which must have a link for each pair of parties and none from a party to itself. */
  cost(call: Call): Cost {
    const cost = this.target.cost(call);
    const n = this.target.parties;
    const square = cost.links.length === n && cost.links.every((row, i) => row.length === n && row[i] === 0);
    if (!square) fail(`the cost of ${describeCall(call)} has links ${JSON.stringify(cost.links)} for ${n} parties`);
    return cost;
  }

  /** The values, opened to all: every party must see the same. */
  open(secret: Secret, turn = 0): bigint[] {
    const call = { op: "open", to: "all", shape: secret.shape, turn } as const;
    const places = this.protocols.map((p) => this.elements(p, garbage(sizeOf(secret.shape)), secret.shape));
    this.step([call], (p) => p.open(call, this.share(secret, p), places[p.self]!));
    const seen = this.protocols.map((p) => this.read(p, places[p.self]!));
    seen.forEach((values, i) => {
      const at = values.findIndex((v, e) => v !== seen[0]![e]);
      if (at >= 0) {
        fail(`${describeCall(call)}, element ${at}: party 0 sees ${seen[0]![at]}, but party ${i} sees ${values[at]}`);
      }
    });
    return seen[0]!;
  }

  /** Public values as signed integers. */
  read(p: Protocol, elements: Elements): bigint[] {
    return readValues(p.memory, this.domain, elements.at, sizeOf(elements.shape));
  }

  /** Opens and throws unless every element is the one expected, modulo the domain, or one of the two allowed. */
  expect(what: string, secret: Secret, expected: readonly (bigint | Allowed)[], detail?: (i: number) => string): void {
    this.same(what, this.open(secret), expected, detail);
  }

  /** Throws unless every value is the one expected, modulo the domain, or one of the two allowed. */
  same(
    what: string,
    got: readonly bigint[],
    expected: readonly (bigint | Allowed)[],
    detail: (i: number) => string = () => "",
  ): void {
    if (got.length !== expected.length) fail(`${what}: ${got.length} elements, expected ${expected.length}`);
    got.forEach((v, i) => {
      const e = expected[i]!;
      const low = wrap(this.domain, typeof e === "bigint" ? e : e.low);
      const high = wrap(this.domain, typeof e === "bigint" ? e : e.high);
      if (v === low || v === high) return;
      const either = low === high ? `${low}` : `${low} or ${high}`;
      const more = detail(i);
      fail(`${what}, element ${i} of ${got.length}: expected ${either}, got ${v}${more === "" ? "" : ` (${more})`}`);
    });
  }

  /** Ends the case: throws if anything was written behind a share, and gives the memory back. */
  close(): void {
    this.#guards.forEach(({ party, at, shape }, i) => {
      const bytes = this.protocols[party]!.memory.bytes.subarray(at, at + GUARD);
      if (bytes.some((b) => b !== i % 256)) fail(`party ${party} wrote behind a share of shape [${shape}]`);
    });
    this.protocols.forEach((p, i) => p.memory.release(this.#marks[i]!));
  }

  #expectTaken(what: string, before: readonly Demand[], costs: readonly Cost[]): void {
    const demand = sumDemand(costs);
    this.protocols.forEach((p, i) => {
      for (const [kind, had] of before[i]!) {
        const taken = had - (p.stored?.get(kind) ?? 0), declared = demand.get(kind) ?? 0;
        if (taken !== declared) fail(`${what}: party ${i} declares ${declared} × ${kind.name}, takes ${taken}`);
      }
    });
  }

  #compare(what: string, expected: Pick<Cost, "rounds" | "links">, got: Pick<Cost, "rounds" | "links">): void {
    if (got.rounds !== expected.rounds) {
      fail(`${what}: declared to take ${expected.rounds} rounds, takes ${got.rounds}`);
    }
    got.links.forEach((row, from) =>
      row.forEach((bytes, to) => {
        const declared = expected.links[from]![to]!;
        if (bytes !== declared) {
          fail(`${what}: party ${from} declares ${declared} bytes to party ${to}, sends ${bytes}`);
        }
      })
    );
  }
}

/** Rounds of the longest, bytes of all. */
export function parallel(costs: readonly Cost[]): Pick<Cost, "rounds" | "links"> {
  return { rounds: Math.max(0, ...costs.map((c) => c.rounds)), links: sumLinks(costs) };
}

/** Rounds and bytes of all, one after the other. */
export function sequential(costs: readonly Cost[]): Pick<Cost, "rounds" | "links"> {
  return { rounds: costs.reduce((sum, c) => sum + c.rounds, 0), links: sumLinks(costs) };
}

/** Material of all. */
function sumDemand(costs: readonly Cost[]): Demand {
  const sum = new Map<MaterialKind, number>();
  for (const { demand } of costs) for (const [kind, n] of demand) sum.set(kind, (sum.get(kind) ?? 0) + n);
  return sum;
}

function* prepare(p: Protocol, demand: Demand): Step<void> {
  if (p.prepare === undefined) {
    fail(`${p.target.name} declares ${Array.from(demand.keys(), (kind) => kind.name)} but cannot prepare it`);
  }
  yield* p.prepare(demand);
}

function sumLinks(costs: readonly Cost[]): number[][] {
  return costs[0]!.links.map((row, from) => row.map((_, to) => costs.reduce((s, c) => s + c.links[from]![to]!, 0)));
}

function garbage(n: number): bigint[] {
  return new Array<bigint>(n).fill(0x5a5a5a5an);
}

/** Throws an AssertionError. */
export function fail(message: string): never {
  throw new AssertionError(message);
}
