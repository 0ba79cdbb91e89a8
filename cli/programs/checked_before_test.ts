/** Programs that have passed the check are not checked again, unless anything that it saw has changed. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { pathToFileURL } from "node:url";
import { testWith } from "../../tests/permissions.ts";
import { MOD } from "../../tests/site.ts";
import { hasPassed, remember } from "./checked_before.ts";
import { Checking, ProgramError } from "./checking.ts";

const NEEDS = ["read", "write", "env", "sys", "run", "net"] as const;

const PROGRAM = `import { printLn, program, sint } from "${MOD}";
import { body } from "./body.ts";
export default program("", {}, () => printLn("%s", body(sint.inputTensorVia(0, [1, 2])).reveal()));
`;
const GOOD = `import type { Secret } from "${MOD}";\nexport const body = (x: Secret) => x.add(1);\n`;
const BAD = GOOD.replace("x.add(1)", "x.lessThan(1) ? x : x.add(1)");

/** A program in two files, and an empty folder for what is remembered. */
async function inFolder(use: (at: { folder: string; url: URL; kept: string }) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeTextFile(`${folder}/it.ts`, PROGRAM);
    await Deno.writeTextFile(`${folder}/body.ts`, GOOD);
    await use({ folder, url: pathToFileURL(`${folder}/it.ts`), kept: `${folder}/kept/checked` });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Checks a program in a thread that ends. */
async function check(url: URL, kept: string | null): Promise<void> {
  using checking = new Checking(kept);
  await checking.check(url);
}

testWith(
  NEEDS,
  "a program that has passed is known again until a file of it changes; one that was refused never is",
  async () => {
    await inFolder(async ({ folder, url, kept }) => {
      assertEquals(hasPassed(url, kept), false);
      await check(url, kept);
      assertEquals([hasPassed(url, kept), hasPassed(url, null)], [true, false]);
      await Deno.writeTextFile(`${folder}/body.ts`, BAD);
      assertEquals(hasPassed(url, kept), false);
      for (let time = 0; time < 2; time++) await assertRejects(() => check(url, kept), ProgramError, "body.ts:2:");
      assertEquals(hasPassed(url, kept), false);
      await Deno.writeTextFile(`${folder}/body.ts`, GOOD);
      assertEquals(hasPassed(url, kept), true, "what has passed is as it was");
      await Deno.remove(`${folder}/body.ts`);
      assertEquals(hasPassed(url, kept), false);
    });
  },
);

testWith(NEEDS, "what is remembered counts for the same check and the same program only, and whole", async () => {
  await inFolder(async ({ folder, url, kept }) => {
    await check(url, kept);
    const [{ name }] = [...Deno.readDirSync(kept)] as [Deno.DirEntry];
    const file = `${kept}/${name}`, text = Deno.readTextFileSync(file);
    const entry = JSON.parse(text) as { by: string; version: number; seen: { files: Record<string, boolean> } };
    assert(Object.keys(entry.seen.files).length > 0);
    const other = { ...entry.seen.files, [`${folder}/nearer.ts`]: true };
    const changed = [
      text.slice(0, -1),
      "",
      "null",
      JSON.stringify({ ...entry, by: entry.by.toUpperCase() }),
      JSON.stringify({ ...entry, version: entry.version + 1 }),
      JSON.stringify({ ...entry, seen: { ...entry.seen, files: other } }),
    ];
    for (const bad of changed) {
      Deno.writeTextFileSync(file, bad);
      assertEquals(hasPassed(url, kept), false, bad.slice(0, 40));
    }
    Deno.writeTextFileSync(file, text);
    assertEquals(hasPassed(url, kept), true);
    assertEquals(hasPassed(pathToFileURL(`${folder}/body.ts`), kept), false);
  });
});

testWith(
  NEEDS,
  "where nothing can be kept programs are checked all the same, and the oldest are forgotten",
  async () => {
    await inFolder(async ({ folder, url, kept }) => {
      Deno.writeTextFileSync(`${folder}/kept`, "a file, no folder");
      await check(url, kept);
      assertEquals(hasPassed(url, kept), false);
      const seen = { texts: {}, files: {} };
      for (let i = 0; i < 203; i++) await remember(new URL(`file:///program${i}.ts`), seen, `${folder}/other`);
      assertEquals([...Deno.readDirSync(`${folder}/other`)].length, 200);
      assertEquals(hasPassed(new URL("file:///program202.ts"), `${folder}/other`), true);
    });
  },
);
