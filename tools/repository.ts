/**
 * The files of this repository, for checks that look at all of them.
 *
 * @module
 */

/** The root folder. */
export const ROOT = new URL("../", import.meta.url);

/** Folders that hold no sources, for checkouts without git. */
const SKIPPED = new Set(["node_modules", "Persistence"]);

/**
 * Paths from the root, sorted, with `/` between the parts: what git tracks or would add.
 *
 * Where git cannot tell (an unpacked archive), all files except those in hidden folders and `node_modules`.
 */
export async function listFiles(): Promise<string[]> {
  const paths = await askGit() ?? await walk("");
  return paths.sort();
}

async function askGit(): Promise<string[] | null> {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  try {
    const { success, stdout } = await new Deno.Command("git", { args, cwd: ROOT, stderr: "null" }).output();
    if (!success) return null;
    const listed = new Set(new TextDecoder().decode(stdout).split("\0").filter((path) => path !== ""));
    return (await Promise.all([...listed].map(async (path) => await isFile(path) ? [path] : []))).flat();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(new URL(encodeURI(path), ROOT))).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function walk(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(new URL(encodeURI(folder), ROOT))) {
    if (isFile) paths.push(folder + name);
    if (isDirectory && !name.startsWith(".") && !SKIPPED.has(name)) paths.push(...await walk(`${folder}${name}/`));
  }
  return paths;
}

/** Source files; AssemblyScript (`.as.ts`) is another language. */
export const SOURCES = /(?<!\.as)\.[cm]?[jt]sx?$/;

/** The workspace's packages by name, from the `deno.json` of each. */
export async function members(): Promise<Map<string, string>> {
  const read = async (folder: string) => JSON.parse(await Deno.readTextFile(new URL(`${folder}deno.json`, ROOT)));
  const { name, workspace } = await read("") as { name: string; workspace: string[] };
  const folders = workspace.map((path) => path.replace(/^\.\//, "").replace(/\/?$/, "/"));
  const names = await Promise.all(folders.map(async (folder) => (await read(folder) as { name: string }).name));
  return new Map([...names.map((name, i) => [name, folders[i]!] as const), [name, ""]]);
}
