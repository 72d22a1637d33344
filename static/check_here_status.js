// A Bitstring Status List and its proof (Bitstring Status List 1.0; eddsa-rdfc-2022).
//
// No JSON-LD is processed here. The lists of this service have one shape, so their canonical N-Quads (RDFC-1.0) are
// written down directly. A list of any other shape, even with one member more, cannot be checked and is not believed.
import { CannotCheck, fromBase58, fromBase64url, holds, keyOf, listed } from "./check_here_signature.js";

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const VC = "https://www.w3.org/2018/credentials#";
const STATUS = "https://www.w3.org/ns/credentials/status#";
const SECURITY = "https://w3id.org/security#";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const CONTEXT = ["https://www.w3.org/ns/credentials/v2"];
const LARGEST = 4 * 1024 * 1024;

const iri = (text) => {
  if (typeof text !== "string" || !/^[a-z]+:[!#-;=?-\[\]_a-z~]+$/.test(text)) throw new CannotCheck("shape");
  return `<${text}>`;
};
const literal = (text, type) => {
  if (typeof text !== "string" || !/^[ !#-\[\]-~]*$/.test(text)) throw new CannotCheck("shape");
  return type ? `"${text}"^^<${type}>` : `"${text}"`;
};
const exactly = (value, names) => {
  const found = value && typeof value === "object" ? Object.keys(value).sort().join() : "";
  if (found !== [...names].sort().join()) throw new CannotCheck("shape");
};
const canonical = (quads) => quads.map((parts) => `${parts.join(" ")} .\n`).sort().join("");
const digest = async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

const listQuads = (list) => {
  exactly(list, ["@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject", "proof"]);
  const subject = list.credentialSubject;
  exactly(subject, ["id", "type", "statusPurpose", "ttl", "encodedList"]);
  const types = ["VerifiableCredential", "BitstringStatusListCredential"];
  if (JSON.stringify(list["@context"]) !== JSON.stringify(CONTEXT)
    || JSON.stringify(list.type) !== JSON.stringify(types)
    || subject.type !== "BitstringStatusList"
    || !Number.isSafeInteger(subject.ttl) || subject.ttl < 0) throw new CannotCheck("shape");
  const [it, bits] = [iri(list.id), iri(subject.id)];
  return canonical([
    [it, `<${RDF}>`, `<${VC}VerifiableCredential>`],
    [it, `<${RDF}>`, `<${STATUS}BitstringStatusListCredential>`],
    [it, `<${VC}issuer>`, iri(list.issuer)],
    [it, `<${VC}validFrom>`, literal(list.validFrom, `${XSD}dateTime`)],
    [it, `<${VC}validUntil>`, literal(list.validUntil, `${XSD}dateTime`)],
    [it, `<${VC}credentialSubject>`, bits],
    [bits, `<${RDF}>`, `<${STATUS}BitstringStatusList>`],
    [bits, `<${STATUS}statusPurpose>`, literal(subject.statusPurpose)],
    [bits, `<${STATUS}ttl>`, literal(String(subject.ttl), `${XSD}integer`)],
    [bits, `<${STATUS}encodedList>`, literal(subject.encodedList, `${SECURITY}multibase`)],
  ]);
};

const proofQuads = (proof) => {
  exactly(proof, ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"]);
  if (proof.type !== "DataIntegrityProof" || proof.cryptosuite !== "eddsa-rdfc-2022"
    || proof.proofPurpose !== "assertionMethod") throw new CannotCheck("shape");
  return canonical([
    ["_:c14n0", "<http://purl.org/dc/terms/created>", literal(proof.created, `${XSD}dateTime`)],
    ["_:c14n0", `<${RDF}>`, `<${SECURITY}DataIntegrityProof>`],
    ["_:c14n0", `<${SECURITY}cryptosuite>`, literal(proof.cryptosuite, `${SECURITY}cryptosuiteString`)],
    ["_:c14n0", `<${SECURITY}proofPurpose>`, `<${SECURITY}assertionMethod>`],
    ["_:c14n0", `<${SECURITY}verificationMethod>`, iri(proof.verificationMethod)],
  ]);
};

const proved = async (list, issuer, document) => {
  const proof = Array.isArray(list.proof) && list.proof.length === 1 ? list.proof[0] : list.proof;
  const [options, content] = [await digest(proofQuads(proof)), await digest(listQuads(list))];
  const method = list.issuer === issuer ? listed(document, issuer, proof.verificationMethod) : null;
  if (!method || method.revoked) return false;
  const signature = fromBase58(proof.proofValue.slice(1));
  return holds(keyOf(method), "EdDSA", signature, Uint8Array.from([...options, ...content]));
};

const unpacked = async (text) => {
  if (!text.startsWith("u")) throw new CannotCheck("shape");
  if (!globalThis.DecompressionStream) throw new CannotCheck("browser");
  const reader = new Blob([fromBase64url(text.slice(1))]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const bits = [];
  for (let size = 0, part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > LARGEST) throw new CannotCheck("shape");
    bits.push(part.value);
  }
  return new Uint8Array(await new Blob(bits).arrayBuffer());
};

// What a list says of one entry: "clear", "set", "altered" (its proof does not hold) or "outdated".
// Throws CannotCheck for what this page cannot judge.
export const statusOf = async (entry, list, { issuer, document, now }) => {
  if (list.id !== entry.statusListCredential || list.credentialSubject?.statusPurpose !== entry.statusPurpose) {
    return "altered";
  }
  if (!await proved(list, issuer, document)) return "altered";
  if (!(Date.parse(list.validFrom) <= now + 300_000 && now < Date.parse(list.validUntil))) return "outdated";
  const index = Number(entry.statusListIndex);
  const bits = await unpacked(list.credentialSubject.encodedList);
  if (!/^(0|[1-9]\d{0,8})$/.test(String(entry.statusListIndex)) || index >= bits.length * 8) return "altered";
  return (bits[index >> 3] >> (7 - (index & 7))) & 1 ? "set" : "clear";
};
