// Whether a signed document stands in an issuance log (RFC 9162, 2.1.3.2; C2SP signed-note and tlog-checkpoint).
import { fromBase64url, holds } from "./check_here_signature.js";

const VERIFIER_KEY = /^(.+?)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;
const ED25519 = 1;
const KEY_HASH = 4;

const fromBase64 = (text) => fromBase64url(text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""));
const toBase64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const sha256 = async (...parts) => new Uint8Array(
  await crypto.subtle.digest("SHA-256", Uint8Array.from(parts.flatMap((part) => [...part]))),
);

// The root that a leaf and its path lead to, or null for a path that fits no tree of that size.
const rootOf = async (leaf, number, size, path) => {
  let [at, last, root] = [number, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      root = await sha256([1], sibling, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      root = await sha256([1], root, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : null;
};

// {size, root} of a checkpoint that one of the keys has signed, or null.
const signedCheckpoint = async (note, keys) => {
  const end = note.lastIndexOf("\n\n");
  const body = note.slice(0, end + 1);
  const [origin, size, root] = body.split("\n");
  for (const [, name, , encoded] of keys.map((key) => key.match(VERIFIER_KEY)).filter(Boolean)) {
    const key = fromBase64(encoded);
    for (const line of note.slice(end + 2).split("\n").filter((each) => each.startsWith(`— ${name} `))) {
      const signature = fromBase64(line.slice(`— ${name} `.length)).slice(KEY_HASH);
      const jwk = { kty: "OKP", crv: "Ed25519", x: toBase64url(key.slice(1)) };
      const good = key[0] === ED25519 && origin === name
        && await holds(jwk, "EdDSA", signature, new TextEncoder().encode(body));
      if (good) return { size: Number(size), root: fromBase64(root) };
    }
  }
  return null;
};

// "pass" or "fail": that the document of these bytes is in the log of these keys.
export const inLog = async (bytes, proof, keys) => {
  const checkpoint = await signedCheckpoint(proof.checkpoint, keys);
  if (!checkpoint || checkpoint.size !== proof.size || !(proof.number >= 0 && proof.number < proof.size)) return "fail";
  const data = await sha256([0], fromBase64(proof.blinding), await sha256(bytes));
  const root = await rootOf(await sha256([0], data), proof.number, proof.size, proof.proof.map(fromBase64));
  return root && same(root, checkpoint.root) ? "pass" : "fail";
};
