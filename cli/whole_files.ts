/** Files that are written whole or not at all. @module */

/** Writes a file by way of another beside it. `mode` are its permissions, where the system has them. */
export async function writeWhole(name: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const folder = name.includes("/") ? name.replace(/[^/]*$/, "") : ".";
  await Deno.mkdir(folder, { recursive: true });
  const partial = await Deno.makeTempFile({ dir: folder, suffix: ".partial" });
  try {
    if (mode !== undefined && Deno.build.os !== "windows") await Deno.chmod(partial, mode);
    await Deno.writeFile(partial, bytes);
    await Deno.rename(partial, name);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}
