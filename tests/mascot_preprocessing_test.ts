/** Material of mascot-field between two runs: its files, and what a party can do that brings another file than it has made. */
import { assertEquals, assertGreater, assertRejects } from "@std/assert";
import { compile } from "@symbolon/compiler";
import { MacCheckError, totalBytes } from "@symbolon/protocol";
import { MaterialUsedError } from "@symbolon/preprocessing";
import { plan } from "../engine/plan.ts";
import { runUnchecked as run, type UncheckedRunOptions as RunOptions } from "../engine/run/run.ts";
import { type Program, sfix, shuffle, sint } from "../mod.ts";
import { testWith } from "./permissions.ts";

/** Products, comparison, rounding, and a shuffle: all kinds of material but products of matrices. */
const SMALL: Program = {
  description: "",
  trace() {
    const x = sfix.inputTensorVia(0, [1, 2.5, -3]), y = sfix.inputTensorVia(1, [0.5, 3, 4]);
    x.mul(y).reveal().output("products");
    x.lessThan(y).reveal().output("less");
    shuffle(sint.inputTensorVia(1, [5, -7, 11])).sum().reveal().output("sum");
  },
};
const RESULTS = [[0.5, 7.5, -12], [0, 1, 1], [9]];

/** A folder of material among so many parties, and runs in it. */
class Site {
  readonly folder: string = Deno.makeTempDirSync();

  constructor(readonly parties: number = 2) {}

  async run(mode: "only" | "file", more: RunOptions = {}) {
    const { folder, parties } = this;
    const options: RunOptions = { backend: "mascot", parties, transport: "inline", preprocessing: { mode, folder } };
    return await run(SMALL, { ...options, ...more });
  }

  /** Names of files, all or those of one party. */
  names(party: number | "" = ""): string[] {
    return [...Deno.readDirSync(this.folder)].map(({ name }) => name).filter((name) => name.includes(`-P${party}`))
      .sort();
  }

  /** A party's only file. */
  file(party: number): string {
    const [name, ...more] = this.names(party);
    assertEquals(more, []);
    return `${this.folder}/${name}`;
  }

  /** Whether all parties' material is used up: a mark each is left. */
  get isUsedUp(): boolean {
    const names = this.names();
    return names.length === this.parties && names.every((name) => name.endsWith(".used"));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** Folders with material in them. */
async function preprocessed(parties = 2): Promise<Site> {
  const site = new Site(parties);
  await site.run("only");
  return site;
}

/** A file's lines and chunks. */
interface Content {
  readonly header: Record<string, unknown>;
  readonly chunks: { readonly kind: string; readonly units: number; readonly bytes: Uint8Array }[];
}

/** Writes a file anew with a right hash, as its party can do at any time. */
async function rewrite(file: string, change: (content: Content) => Content): Promise<void> {
  const all = await Deno.readFile(file), lines: string[] = [], chunks: Content["chunks"] = [];
  for (let at = 0; at < all.length;) {
    const end = all.indexOf(10, at), line = new TextDecoder().decode(all.subarray(at, end));
    const { kind, units, bytes = 0 } = JSON.parse(line);
    if (kind === undefined) lines.push(line);
    else chunks.push({ kind, units, bytes: all.slice(end + 1, end + 1 + bytes) });
    at = end + 1 + bytes;
  }
  const changed = change({ header: JSON.parse(lines[0]!), chunks });
  const text = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  const parts = [
    text(changed.header),
    ...changed.chunks.flatMap(({ kind, units, bytes }) => [text({ kind, units, bytes: bytes.length }), bytes]),
  ];
  const body = new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", body)).toHex();
  await Deno.writeFile(file, new Uint8Array([...body, ...text({ sha256 })]));
}

const test = (name: string, body: () => Promise<void>) => testWith(["read", "write"], name, body);

for (const [parties, first, second] of [[2, "inline", "workers"], [3, "workers", "inline"]] as const) {
  test(`${parties} parties make material (${first}) and use it up (${second}), both at exactly the predicted cost`, async () => {
    using site = new Site(parties);
    const { target, prediction } = await plan(compile(SMALL), { backend: "mascot", parties });
    const made = await site.run("only", { transport: first });
    assertEquals([made.rounds, made.bytes.total, made.outputs], [0, 0, []]);
    const { rounds, links } = target.preprocessing!(prediction.demand);
    assertEquals(made.preprocessing.rounds, rounds);
    assertEquals(made.preprocessing.bytes, totalBytes({ rounds, links, demand: new Map() }));
    assertGreater(made.preprocessing.bytes, 1_000_000);
    assertEquals(site.names().length, parties);
    const used = await site.run("file", { transport: second });
    assertEquals(used.outputs.map(({ values }) => values), RESULTS);
    assertEquals([used.rounds, used.bytes.total], [used.predicted.rounds, used.predicted.bytes]);
    assertEquals({ ...used.preprocessing, seconds: 0 }, { from: "file", seconds: 0, rounds: 0, bytes: 0 });
    assertEquals(site.isUsedUp, true);
    await assertRejects(() => site.run("file"), RangeError, "any more: it has been used");
  });
}

test("a copy that turns up after a run is refused and deleted", async () => {
  using site = await preprocessed();
  const name = site.file(0), bytes = Deno.readFileSync(name);
  await site.run("file");
  Deno.writeFileSync(name, bytes);
  await assertRejects(() => site.run("file"), MaterialUsedError, "a second use would give secrets away");
  assertEquals(site.isUsedUp, true);
});

test("a file that was cut off, or has no keys, is refused before anything is used", async () => {
  using site = await preprocessed();
  const name = site.file(1), good = Deno.readFileSync(name);
  Deno.writeFileSync(name, good.subarray(0, good.length >> 1));
  await assertRejects(() => site.run("file"), RangeError, "is damaged: it has been cut off");
  Deno.writeFileSync(name, good);
  await rewrite(name, ({ header, chunks }) => ({ header, chunks: chunks.filter(({ kind }) => kind !== "MAC keys") }));
  await assertRejects(() => site.run("file"), RangeError, "the program takes 1 × MAC keys, it holds 0");
  assertEquals(site.names().filter((name) => name.endsWith(".used")), []);
  Deno.writeFileSync(name, good);
  assertEquals((await site.run("file")).outputs.map(({ values }) => values), RESULTS);
});

test("files of two makings are refused; under one name they give nothing out and are used up", async () => {
  using site = await preprocessed();
  using other = await preprocessed();
  const { session } = JSON.parse(Deno.readTextFileSync(site.file(1)).split("\n", 1)[0]!);
  Deno.copyFileSync(other.file(1), site.file(1));
  await assertRejects(() => site.run("file"), RangeError, "do not belong together");
  assertEquals(site.names().filter((name) => name.endsWith(".used")), []);
  // What a party says of its session is its own affair: MACs must notice.
  await rewrite(site.file(1), ({ header, chunks }) => ({ header: { ...header, session }, chunks }));
  await assertRejects(() => site.run("file"), MacCheckError);
  assertEquals(site.isUsedUp, true);
});

for (const kind of ["MAC keys", "triple"]) {
  test(`where party 1 brings other bytes (${kind}) the run ends without a result, and the material is used up`, async () => {
    using site = await preprocessed();
    const copies = [0, 1].map((party) => [site.file(party), Deno.readFileSync(site.file(party))] as const);
    await rewrite(site.file(1), (content) => {
      content.chunks.find((chunk) => chunk.kind === kind)!.bytes[0]! ^= 1;
      return content;
    });
    await assertRejects(() => site.run("file"), MacCheckError);
    assertEquals(site.isUsedUp, true);
    for (const [name, bytes] of copies) Deno.writeFileSync(name, bytes);
    await assertRejects(() => site.run("file"), MaterialUsedError);
  });
}
