/**
 * Making the key and the certificate with which a party proves who it is.
 *
 * The certificate signs itself: parties trust one another's certificates one by one, never an authority.
 *
 * @module
 */
import type { PartyId } from "@symbolon/protocol";

/** A private key and its certificate. */
export interface CertifiedKey {
  /** PKCS #8, PEM. Secret. */
  readonly key: string;
  /** X.509, PEM. Public. */
  readonly certificate: string;
}

/** Days for which a certificate is valid: ten years. */
const VALID_DAYS = 3652;

const DAY_MS = 24 * 60 * 60 * 1000;

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** A fresh key of the P-256 curve and a certificate for "P<party>", valid for `days` (from a day ago, as clocks differ). */
export async function makeCertificate(party: PartyId, days: number = VALID_DAYS): Promise<CertifiedKey> {
  // Loaded when needed: runs of other transports do without it.
  const { BasicConstraintsExtension, ExtendedKeyUsageExtension, PemConverter, SubjectAlternativeNameExtension } =
    await import("@peculiar/x509");
  const { X509CertificateGenerator } = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const now = Date.now();
  const name = `P${party}`;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(now - DAY_MS + Math.min(0, days) * DAY_MS),
    notAfter: new Date(now + days * DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
      new ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]), // server and client
    ],
  });
  const key = PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { key: `${key}\n`, certificate: `${certificate.toString("pem")}\n` };
}
