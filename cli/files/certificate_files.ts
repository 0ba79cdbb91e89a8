/**
 * Keys and certificates on disk: `Player-Data/P<i>.key` and `P<i>.pem`.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { naming } from "@symbolon/files";
import { checkDates, type Identity, type PinnedCertificate } from "@symbolon/transport";

const FOLDER = "Player-Data";

/** The file with a party's certificate: public, everybody has it. */
export function certificateFile(party: number): string {
  return `${FOLDER}/P${party}.pem`;
}

/** The file with a party's key: secret, only that party has it. */
export function keyFile(party: number): string {
  return `${FOLDER}/P${party}.key`;
}

/**
 * The party's own key and everybody's certificates, looked over.
 *
 * @throws {RangeError} naming the file that is missing, damaged, expired or somebody else's
 */
export function loadIdentity(self: number, parties: number): Identity {
  const certificates = Array.from({ length: parties }, (_, party) => loadCertificate(party, self));
  const seen = new Map<string, string>();
  for (const { file, parsed } of certificates) {
    const other = seen.get(parsed.fingerprint256);
    if (other !== undefined) throw new RangeError(`${other} and ${file} are the same: each party has its own`);
    seen.set(parsed.fingerprint256, file);
  }
  const file = keyFile(self);
  const key = read(
    file,
    `the key of this party. Make it here with: deno task setup-ssl --player ${self}`,
  );
  refuseOpenKey(file);
  let fits: boolean;
  try {
    fits = certificates[self]!.parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new RangeError(
      `${file} holds no private key: copy the right file there, or make a new pair with: deno task setup-ssl --player ${self} ` +
        `--renew (the others need the new P${self}.pem then)`,
    );
  }
  if (!fits) {
    throw new RangeError(
      `${file} and ${certificateFile(self)} do not belong together: the certificate was made with another key`,
    );
  }
  return { self, key, certificates: certificates.map(({ file, pem }) => ({ file, pem })) };
}

function loadCertificate(party: number, self: number): PinnedCertificate & { readonly parsed: X509Certificate } {
  const file = certificateFile(party);
  const how = party === self
    ? `the certificate of this party. Make it and its key here with: deno task setup-ssl --player ${party}`
    : `the certificate of party ${party}. Copy P${party}.pem (never P${party}.key) from party ${party}, ` +
      `or make all for a trial on one machine with: deno task setup-ssl`;
  const pem = read(file, how);
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(pem);
  } catch {
    throw new RangeError(
      party === self
        ? `${file} holds no certificate: copy the right file there, or make a new pair with: deno task setup-ssl --player ${self} ` +
          `--renew (the others need the new P${self}.pem then)`
        : `${file} holds no certificate: copy P${party}.pem (never P${party}.key) from party ${party} again`,
    );
  }
  const [, name] = /(?:^|\n)CN=(.*)/.exec(parsed.subject) ?? [];
  if (name !== `P${party}`) {
    throw new RangeError(`${file} holds the certificate of ${name ?? "nobody"}, not of P${party}: copy the right one`);
  }
  try {
    checkDates(parsed, file);
  } catch (error) {
    throw new RangeError((error as Error).message);
  }
  return { file, pem, parsed };
}

/** Throws a RangeError if others than its owner may read a key. */
function refuseOpenKey(file: string): void {
  if (Deno.build.os === "windows") return;
  const mode = (Deno.statSync(file).mode ?? 0) & 0o777;
  if ((mode & 0o077) === 0) return;
  throw new RangeError(
    `${file} has mode 0${mode.toString(8)}: others on this machine may read or change the key. Run: chmod 600 ${file}` +
      ` (and if somebody may have read it, make a new one with setup-ssl --renew)`,
  );
}

function read(file: string, what: string): string {
  try {
    return naming(file, "read", () => Deno.readTextFileSync(file));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RangeError(`Cannot find ${file}, ${what}`);
  }
}
