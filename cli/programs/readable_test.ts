import { assert, assertEquals } from "@std/assert";
import { testWith } from "../../tests/permissions.ts";
import { isSecretName, readablePaths } from "./readable.ts";

/** A folder with these files; links are written as "from -> to". */
function tree(names: readonly string[]): string {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  for (const name of names) {
    const [path = "", target] = name.split(" -> ");
    Deno.mkdirSync(`${root}/${path}`.replace(/[^/]*$/, ""), { recursive: true });
    if (target === undefined) Deno.writeTextFileSync(`${root}/${path}`, "");
    else Deno.symlinkSync(target.replace("ROOT", root), `${root}/${path}`);
  }
  return root;
}

/** What can be read of such a folder, relative to it. */
function readable(names: readonly string[], allowed: readonly string[] = []): string[] {
  const root = tree(names);
  try {
    return readablePaths([root], allowed).map((path) => path.replace(root, ".")).filter((path) =>
      !/mnist$|cifar/.test(path)
    ).sort();
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

const test = (name: string, fn: () => void) => testWith(["read", "write"], name, fn);

test("a folder without secrets is readable as a whole, with what lies in it later", () => {
  assertEquals(readable(["a.csv", "deep/er/b.json", "Player-Data/P0.pub"]), ["."]);
});

test("a folder with a secret is readable by its other entries, at any depth", () => {
  assertEquals(readable(["a.csv", "Player-Data/P0.key", "Player-Data/Input-P0-0", "Player-Data/more/x", "b/c"]), [
    "./Player-Data/Input-P0-0",
    "./Player-Data/more",
    "./a.csv",
    "./b",
  ]);
  assertEquals(readable(["x/y/z/P1.key", "x/y/z/ok", "x/y/a", "x/b"]), ["./x/b", "./x/y/a", "./x/y/z/ok"]);
});

test("hidden files and folders, certificates, material and shares are withheld", () => {
  const secrets = [
    ".env",
    ".git/config",
    "P0.pem",
    "Preprocessing-semi2k-P0-of-2-ab",
    "Persistence/Transactions-P0.data",
    "id_rsa",
  ];
  assertEquals(readable([...secrets, "ok.csv"]), ["./ok.csv"]);
  assert(secrets.every(isSecretName));
  assertEquals(["a/b.csv", "./a.csv", "../a.csv", "keys.csv", "P0.key.csv", "env"].filter(isSecretName), []);
});

test("links are followed within their folder, and neither out of it nor to secrets", () => {
  assertEquals(readable(["in.csv", "near -> ROOT/in.csv"]), ["."]);
  assertEquals(readable(["in.csv", "out -> /etc", "gone -> /nowhere"]), ["./in.csv"]);
  assertEquals(readable(["in.csv", ".s/x", "l -> ROOT/.s/x"]), ["./in.csv"]);
  assertEquals(readable(["sub/up -> ROOT/P0.key", "sub/a", "P0.key"]), ["./sub/a"]);
});

test("what is allowed is readable as it is", () => {
  assertEquals(readable(["a/P0.key"], ["/data/x"]), ["/data/x"]);
});
