/** What lower layers call options is told by their flags, and nothing else is changed. @module */
import { assertEquals } from "@std/assert";
import { refusal } from "@symbolon/engine";
import { semi2k } from "@symbolon/semi2k";
import { checkAgreement, helloText, NONCE_BYTES, readHello } from "../transport/handshake.ts";
import { Patience } from "../transport/patience.ts";
import { inFlags } from "./wording.ts";

function messageOf(fails: () => void): string {
  try {
    fails();
  } catch (error) {
    return inFlags((error as Error).message);
  }
  throw new Error("nothing was thrown");
}

Deno.test("options that differ between parties are named by their flags", () => {
  const agreement = { parties: 3, backend: "ring", domain: "d", tapeHash: "p" };
  const differing = (change: object) =>
    messageOf(() => {
      const theirs = readHello(helloText(1, { ...agreement, ...change }, { nonce: new Uint8Array(NONCE_BYTES) }));
      checkAgreement({ ...agreement, options: { publicSeed: 5 } }, theirs);
    });
  const start = "The program or its options differ between parties. Party 1 has another value for ";
  const end = ". Compile the same program with the same words on every party and start all with the same options";
  const seed = "--public-seed (here 5, there none)";
  assertEquals(differing({ parties: 4 }), `${start}the number of parties, -N (here 3, there 4) and ${seed}${end}`);
  assertEquals(
    differing({ backend: "semi2k" }),
    `${start}the backend, -E (here ring, there semi2k) and ${seed}${end}`,
  );
  assertEquals(
    differing({ options: { publicSeed: 5, 'preprocessing: "file"': true } }),
    `${start}the option --use-preprocessing (here none, there true)${end}`,
  );
});

Deno.test("what lower layers advise is advised by flags", () => {
  const patience = new Patience(3000, 9000);
  assertEquals(inFlags(patience.silent("Party 1", 7)).endsWith("allow more with --timeout"), true);
  assertEquals(inFlags(patience.stuck("Party 1", "does not end")).endsWith("allow more with --round-timeout"), true);
  const why = (mode: "only" | "file") =>
    inFlags(refusal(semi2k, semi2k.target({}), new Map(), { mode, folder: "Player-Data" })!);
  assertEquals(why("only"), "This program takes no preprocessing with backend semi2k: leave out --preprocess-only");
  assertEquals(why("file"), "This program takes no preprocessing with backend semi2k: leave out --use-preprocessing");
  assertEquals(
    inFlags('make new material with option preprocessing: "only"'),
    "make new material with --preprocess-only",
  );
});

Deno.test("other sentences stay as they are", () => {
  for (const text of ["There is no option --sampels", "the options of run()", "party 0 gives waitMs 5"]) {
    assertEquals(inFlags(text), text);
  }
});
