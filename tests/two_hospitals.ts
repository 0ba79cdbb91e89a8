/**
 * Two parties that compile breast_logistic apart and train it under semi2k over TLS, each in a folder with its own data only.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { finish, type Finished, portBase, report, Site, start } from "./site.ts";

/** Wisconsin breast cancer: rows of the two parties, and of the test set that party 0 brings. */
const HALVES = [213, 213], TEST_ROWS = 143, FEATURES = 30;

/** Bytes of a fixed-point number and of an integer in an input file. */
const FIX = 4, INT = 8;

/** Trains with these words; what the parties reported. */
export async function trainAtTwoHospitals(words: readonly string[], ...options: string[]): Promise<void> {
  const site = await Site.make(2);
  try {
    const compiled = await Promise.all(
      [0, 1].map((p) =>
        finish(start(site.folder(p), ["compile", "--json", "-E", "semi2k", "breast_logistic", ...words, `party${p}`]))
      ),
    );
    for (const { code, err } of compiled) assertEquals(code, 0, err);
    const [first, second] = compiled.map(report);
    assertEquals(first.tapeHash, second.tapeHash);
    checkFolders(site);

    const port = portBase(2);
    const done = await Promise.all([0, 1].map((p) => {
      const name = ["breast_logistic", ...words, `party${p}`].join("-");
      return finish(site.party(p, port, name, "-E", "semi2k", "--json", ...options));
    }));
    checkRuns(done, first.predicted);
    checkFolders(site);
  } finally {
    site.dispose();
  }
}

/** Each folder has the own key and the own rows, and nothing of the other party's but its certificate. */
function checkFolders(site: Site): void {
  const brings = [HALVES[0]! + TEST_ROWS, HALVES[1]!];
  for (const p of [0, 1]) {
    const folder = `${site.folder(p)}/Player-Data`;
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(files, [`Input-Binary-P${p}-0`, `P${p}.key`, "P0.pem", "P1.pem"].sort());
    assertEquals(Deno.statSync(`${folder}/Input-Binary-P${p}-0`).size, brings[p]! * (FIX * FEATURES + INT));
  }
}

function checkRuns(done: readonly Finished[], predicted: { rounds: number; bytes: number }): void {
  for (const { code, err } of done) assertEquals(code, 0, err);
  const [first, second] = done.map(report);
  assertEquals([first.backend, first.transport, first.party, second.party], ["semi2k", "tls", 0, 1]);
  assert(first.metrics.testAccuracy >= 0.93, `test accuracy ${first.metrics.testAccuracy}`);
  assertEquals(first.metrics, second.metrics);
  assertEquals(first.outputs, second.outputs);
  for (const { rounds } of [first, second]) assertEquals(rounds, predicted.rounds);
  assertEquals(first.bytes.total + second.bytes.total, predicted.bytes);
  for (const { preprocessing } of [first, second]) assert(preprocessing.bytes > 0);
}
