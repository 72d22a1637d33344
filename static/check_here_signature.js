// A compact JWS and the keys of an issuer, with nothing but WebCrypto. RFC 7515, RFC 7518, RFC 8037; DID Core 1.0.

export class CannotCheck extends Error {}

export const ALGORITHMS = {
  RS256: { fits: (key) => key.kty === "RSA", name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  ES256: { fits: (key) => key.kty === "EC" && key.crv === "P-256", name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  EdDSA: { fits: (key) => key.kty === "OKP" && key.crv === "Ed25519", name: "Ed25519" },
};
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const ED25519 = [0xed, 0x01];
const PUBLIC_MEMBERS = ["kty", "n", "e", "crv", "x", "y"];

export const fromBase64url = (text) => {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new SyntaxError("not base64url");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
};

export const fromBase58 = (text) => {
  const bytes = [];
  for (const sign of text) {
    let carry = ALPHABET.indexOf(sign);
    if (carry < 0) throw new SyntaxError("not base58");
    for (let at = 0; at < bytes.length; at += 1) {
      carry += bytes[at] * 58;
      bytes[at] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  for (const sign of text) {
    if (sign !== "1") break;
    bytes.push(0);
  }
  return Uint8Array.from(bytes.reverse());
};

// {header, claims, signed, signature}; throws SyntaxError for what is no token.
export const parse = (token) => {
  const parts = token.trim().split(".");
  if (parts.length !== 3) throw new SyntaxError("not a compact JWS");
  const read = (part) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64url(part)));
  return {
    header: read(parts[0]),
    claims: read(parts[1]),
    signed: new TextEncoder().encode(`${parts[0]}.${parts[1]}`),
    signature: fromBase64url(parts[2]),
  };
};

// did:web:HOST:path -> where its document lies, on the scheme of this page; null for any other identifier.
export const documentAddress = (did, scheme) => {
  if (!did.startsWith("did:web:")) return null;
  const [host, ...path] = did.slice("did:web:".length).split(":").map(decodeURIComponent);
  return `${scheme}//${host}/${path.length ? path.join("/") : ".well-known"}/did.json`;
};

// The method that a document lists for assertions under that name, or null.
export const listed = (document, did, name) => {
  if (document.id !== did) return null;
  const method = (document.verificationMethod ?? []).find((each) => each.id === name);
  return method && (document.assertionMethod ?? []).includes(name) && method.controller === did ? method : null;
};

export const keyOf = (method) => {
  if (method.publicKeyJwk) {
    return Object.fromEntries(PUBLIC_MEMBERS.filter((name) => name in method.publicKeyJwk)
      .map((name) => [name, method.publicKeyJwk[name]]));
  }
  const bytes = fromBase58((method.publicKeyMultibase ?? "").slice(1));
  if (bytes.length !== 34 || ED25519.some((byte, at) => bytes[at] !== byte)) throw new CannotCheck("key");
  const x = btoa(String.fromCharCode(...bytes.slice(2))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return { kty: "OKP", crv: "Ed25519", x };
};

// Whether the signature holds. Throws CannotCheck where this browser does not know the algorithm: Ed25519 came to
// Firefox with 129, to Safari with 17, to Chrome with 137.
export const holds = async (jwk, name, signature, signed) => {
  const algorithm = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : null;
  if (!algorithm || !algorithm.fits(jwk)) return false;
  if (!globalThis.crypto?.subtle) throw new CannotCheck("browser");
  let key;
  try {
    key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  } catch (error) {
    throw new CannotCheck(error.name === "NotSupportedError" ? "browser" : "key");
  }
  return crypto.subtle.verify(algorithm, key, signature, signed);
};
