// Checks every badge of a bundle on the reader's device: all that is needed lies beside this file, and nothing is fetched.
import { ALGORITHMS, CannotCheck, holds, keyOf, listed, parse } from "./check_here_signature.js";
import { statusOf } from "./check_here_status.js";
import { inLog } from "./bundle_log.js";

const SKEW = 300;
const bundle = globalThis.ROSETTE_BUNDLE;
const words = (name) => document.querySelector("template[data-words]").content.querySelector(`[data-word="${name}"]`).textContent;
const dated = (text) => new Date(text).toLocaleDateString(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });

// The same value, however its members are ordered.
const ordered = (value) => {
  if (Array.isArray(value)) return value.map(ordered);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(value[name])]));
};
const sameJson = (one, other) => JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
const nameIn = (subject) => (subject?.identifier ?? []).find((each) => each.identityType === "name" && !each.hashed)?.identityHash ?? "";

const checkerOf = (article) => {
  const steps = article.querySelector("[data-steps]");
  const codes = [];
  const say = (name, outcome, sentence, detail = "") => {
    codes.push(outcome === "pass" ? "" : `${outcome}:${sentence}`);
    const step = document.querySelector(`template[data-outcome="${outcome}"]`).content.firstElementChild.cloneNode(true);
    step.querySelector("[data-title]").textContent = words(`${name}.title`);
    step.querySelector("[data-sentence]").textContent = words(`${name}.${sentence}`).replace("{day}", detail);
    steps.append(step);
    return outcome === "pass";
  };
  return { say, codes };
};

const checkIssuer = (say, { header, claims }) => {
  const did = claims.iss;
  const controller = typeof did === "string" && Object.hasOwn(bundle.issuers, did) ? bundle.issuers[did] : null;
  const kid = String(header.kid ?? "");
  const own = kid.startsWith(`${bundle.base}/keys/`) ? `${did}#${kid.split("/").pop()}` : kid;
  const method = controller && claims.issuer?.id === did ? listed(controller, did, own) : null;
  if (!method) return say("issuer", "fail", "fail") || null;
  say("issuer", method.revoked ? "fail" : "pass", method.revoked ? "revoked" : "pass");
  return method.revoked ? null : { method, controller, did };
};

const checkSignature = async (say, token, method) => {
  const name = token.header.alg === "Ed25519" ? "EdDSA" : token.header.alg;
  const isKnown = Object.hasOwn(ALGORITHMS, name) && !("crit" in token.header) && !("b64" in token.header);
  const good = isKnown && await holds(keyOf(method), name, token.signature, token.signed);
  return say("signature", good ? "pass" : "fail", good ? "pass" : "fail");
};

// The file with the embedded proof says what the token says, word for word.
const checkTwin = (say, claims, text) => {
  const { iss: _iss, sub: _sub, nbf: _nbf, exp: _exp, jti: _jti, iat: _iat, ...said } = claims;
  const { proof: _proof, ...document } = JSON.parse(text);
  const agrees = sameJson(said, document);
  return say("twin", agrees ? "pass" : "fail", agrees ? "pass" : "fail");
};

const checkPeriod = (say, { validFrom, validUntil }, now) => {
  if (now + SKEW * 1000 < Date.parse(validFrom)) return say("period", "fail", "early", dated(validFrom));
  if (validUntil !== undefined && Date.parse(validUntil) <= now) return say("period", "fail", "expired", dated(validUntil));
  return validUntil === undefined ? say("period", "pass", "unlimited") : say("period", "pass", "pass", dated(validUntil));
};

// A list is as old as the bundle: what it says is said with its day.
const checkStatus = async (say, claims, lists, { did, controller }) => {
  const named = claims.credentialStatus;
  const entries = (Array.isArray(named) ? named : [named]).filter((entry) => entry?.type === "BitstringStatusListEntry");
  if (!entries.length) return say("status", "could-not-check", "none");
  let since = "";
  for (const entry of entries) {
    const list = Object.hasOwn(lists, entry.statusListCredential) ? lists[entry.statusListCredential] : null;
    if (!list) return say("status", "could-not-check", "missing");
    since = dated(list.validFrom);
    const state = await statusOf(entry, list, { issuer: did, document: controller, now: Date.parse(list.validFrom) });
    if (state === "set") return say("status", "fail", entry.statusPurpose === "suspension" ? "suspended" : "revoked", since);
    if (state !== "clear") return say("status", "could-not-check", "altered");
  }
  return say("status", "pass", "pass", since);
};

const checkLog = async (say, text, proof) => {
  if (!proof) return say("log", "not-applicable", "missing");
  const outcome = await inLog(new TextEncoder().encode(text), proof, bundle.logKeys);
  return say("log", outcome, outcome, dated(proof.since));
};

const show = (article, claims) => {
  const { credentialSubject: subject } = claims;
  const facts = {
    name: subject?.achievement?.name, holder: nameIn(subject), issuer: claims.issuer?.name,
    awarded: claims.awardedDate && dated(claims.awardedDate), until: claims.validUntil && dated(claims.validUntil),
  };
  for (const [name, value] of Object.entries(facts)) {
    const place = article.querySelector(`[data-fact="${name}"]`);
    if (place && value) place.textContent = value;
  }
};

const check = async (say, article, badge) => {
  let step = "read";
  try {
    const token = parse(badge.jwt);
    step = "issuer";
    const known = checkIssuer(say, token);
    if (!known) return;
    step = "signature";
    if (!await checkSignature(say, token, known.method)) return;
    show(article, token.claims);
    step = "twin";
    checkTwin(say, token.claims, badge.json);
    step = "period";
    checkPeriod(say, token.claims, Date.now());
    step = "status";
    await checkStatus(say, token.claims, badge.lists, known);
    step = "log";
    await checkLog(say, badge.json, badge.log);
  } catch (error) {
    if (step === "read") say("read", "fail", "fail");
    else say(step, "could-not-check", error instanceof CannotCheck && error.message === "browser" ? "browser" : "shape");
  }
};

const verdictOf = (codes) => {
  const failed = codes.find((code) => code.startsWith("fail:"))?.slice("fail:".length);
  if (failed) return ["revoked", "suspended", "expired", "early"].includes(failed) ? failed : "altered";
  return codes.some((code) => code.startsWith("could-not-check:")) ? "unknown" : "holds";
};
const KINDS = { holds: "good", unknown: "unknown", expired: "warn", early: "warn", suspended: "warn", revoked: "bad", altered: "bad" };

for (const article of document.querySelectorAll("[data-badge]")) {
  const { say, codes } = checkerOf(article);
  const answer = article.querySelector("[data-answer]");
  check(say, article, bundle.badges[article.dataset.badge]).then(() => {
    const verdict = verdictOf(codes);
    answer.textContent = words(verdict);
    answer.className = `verdict is-${KINDS[verdict]}`;
    answer.dataset.answer = verdict;
    answer.hidden = false;
  });
}
