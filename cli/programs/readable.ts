/**
 * What a program may read while it is compiled: the checkout, its own folder, the working folder, and what the user allows besides.
 * In none of these: keys, preprocessed material, kept shares, hidden files, and links that lead out.
 *
 * @module
 */

/** Names that programs have no business with. */
const SECRET = /^\.|\.(key|pem|p12|pfx)$|^Preprocessing-|^Transactions-P|^(id_(rsa|dsa|ecdsa|ed25519))$/;

/** Entries that are looked at, over all folders: what lies beyond cannot be read. */
const MOST_ENTRIES = 50_000;

/** Folders that the data sets look for in Player-Data, which may be missing. */
const DATA_SETS: readonly string[] = ["mnist", "cifar-10-batches-bin"];

/** Folders of the system that are no files on a disk. */
const SYSTEM: readonly string[] = ["/proc", "/sys", "/dev"];

/** Whether a file is kept from programs for its name. */
export function isSecretName(path: string): boolean {
  return path.split(/[\\/]/).some((name) => SECRET.test(name) && name !== "." && name !== "..");
}

/**
 * The paths that a program may read, for the permissions of the worker that traces it: a folder stands for all below it.
 *
 * @param folders those whose contents it may read, but what is secret by its name
 * @param allowed what it may read as it is
 */
export function readablePaths(folders: readonly string[], allowed: readonly string[]): string[] {
  const walk = new Walk();
  const found = new Set(allowed);
  for (const folder of folders) {
    for (const path of walk.readable(folder) ?? [folder]) found.add(path);
    for (const name of DATA_SETS) found.add(`${folder}/Player-Data/${name}`);
  }
  return [...found];
}

class Walk {
  #left = MOST_ENTRIES;

  /** What can be read of a folder, or null: all of it. */
  readable(folder: string): string[] | null {
    const found: string[] = [];
    let all = true;
    let entries: Deno.DirEntry[];
    try {
      entries = [...Deno.readDirSync(folder)];
    } catch {
      return [];
    }
    for (const { name, isDirectory, isSymlink } of entries) {
      const path = `${folder}/${name}`;
      const kept = --this.#left < 0 || SECRET.test(name) || SYSTEM.includes(path.replace(/^\/+/, "/"));
      if (kept || isSymlink && !leadsInto(path, folder)) all = false;
      else if (!isDirectory) found.push(path);
      else {
        const below = this.readable(path);
        if (below === null) found.push(path);
        else {
          all = false;
          found.push(...below);
        }
      }
    }
    return all ? null : found;
  }
}

/** Whether a link leads to something in the folder that it lies in, and to no secret of it. */
function leadsInto(link: string, folder: string): boolean {
  try {
    const [target, base] = [Deno.realPathSync(link), Deno.realPathSync(folder)];
    return target.startsWith(`${base}/`) && !isSecretName(target.slice(base.length + 1));
  } catch {
    return false;
  }
}
