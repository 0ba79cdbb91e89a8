/** Files that are written whole or not at all. @module */

/**
 * Writes a file by way of another beside it: all at once or, of a sequence, piece by piece. `mode` are its permissions, where the
 * system has them.
 */
export async function writeWhole(
  name: string,
  contents: Uint8Array | Iterable<Uint8Array>,
  mode?: number,
): Promise<void> {
  const folder = name.includes("/") ? name.replace(/[^/]*$/, "") : ".";
  await Deno.mkdir(folder, { recursive: true });
  const partial = await Deno.makeTempFile({ dir: folder, suffix: ".partial" });
  try {
    if (mode !== undefined && Deno.build.os !== "windows") await Deno.chmod(partial, mode);
    if (contents instanceof Uint8Array) await Deno.writeFile(partial, contents);
    else await Deno.writeFile(partial, ReadableStream.from(contents));
    await Deno.rename(partial, name);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}
