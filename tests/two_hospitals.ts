/**
 * Two parties that compile breast_logistic apart and train it under semi2k over TLS, each in a folder with its own data only.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { finish, type Finished, portBase, report, Site, start } from "./site.ts";

/** Wisconsin breast cancer: rows of the two parties, and of the test set that party 0 brings. */
const HALVES = [213, 213], TEST_ROWS = 143, FEATURES = 30;

/** Trains with these words; what the parties reported. */
export async function trainAtTwoHospitals(words: readonly string[], ...options: string[]): Promise<void> {
  const nameOf = (p: number) => ["breast_logistic", ...words, `party${p}`].join("-");
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
    checkFolders(site, nameOf);

    const port = portBase(2);
    const done = await Promise.all([0, 1].map((p) => {
      return finish(site.party(p, port, nameOf(p), "-E", "semi2k", "--json", ...options));
    }));
    checkRuns(done, first.predicted);
    checkFolders(site, nameOf);
  } finally {
    site.dispose();
  }
}

/** Each folder has the own key and the own rows, and nothing of the other party's but its certificate. */
function checkFolders(site: Site, nameOf: (party: number) => string): void {
  const brings = [HALVES[0]! + TEST_ROWS, HALVES[1]!];
  for (const p of [0, 1]) {
    const folder = `${site.folder(p)}/Player-Data`;
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    const brought = `Input-Brought-P${p}-${nameOf(p)}`;
    assertEquals(files, [brought, `P${p}.key`, "P0.pem", "P1.pem"].sort());
    const [header = ""] = Deno.readTextFileSync(`${folder}/${brought}`).split("\n");
    const elements = (JSON.parse(header).parts as { size: number }[]).map(({ size }) => size);
    assertEquals(elements.reduce((sum, size) => sum + size), brings[p]! * (FEATURES + 1));
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
