/**
 * Tests that need permissions: without them they are ignored, and say why in their name.
 *
 * @module
 */

/** The permissions tests here need. */
export type Permission = "read" | "write" | "run" | "env" | "net" | "sys";

/** Which of these permissions the process lacks. */
export function missing(needs: readonly Permission[]): Permission[] {
  return needs.filter((name) => Deno.permissions.querySync({ name }).state !== "granted");
}

/** Registers a test that needs permissions. */
export function testWith(
  needs: readonly Permission[],
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const lacks = missing(needs);
  const reason = lacks.length === 0 ? "" : ` (ignored: needs ${lacks.map((p) => `--allow-${p}`).join(", ")})`;
  Deno.test({ name: name + reason, ignore: lacks.length > 0, fn });
}

/** Registers the tests of a module that cannot even load without permissions; without them, one ignored test stands for all. */
export async function suiteWith(
  needs: readonly Permission[],
  name: string,
  load: () => Promise<unknown>,
): Promise<void> {
  if (missing(needs).length === 0) await load();
  else testWith(needs, name, () => {});
}
