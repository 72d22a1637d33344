// Checks the badge of this page in the reader's own browser: only its public documents are fetched, and nothing is sent.
import { ALGORITHMS, CannotCheck, documentAddress, holds, keyOf, listed, parse } from "./check_here_signature.js";
import { statusOf } from "./check_here_status.js";

const SKEW = 300;
const LONGEST = 8 * 1024 * 1024;
const panel = document.getElementById("check-here");
const button = panel.querySelector("[data-start]");
const steps = panel.querySelector("[data-steps]");
const answer = panel.querySelector("[data-answer]");
const words = (name) => panel.querySelector("template[data-words]").content.querySelector(`[data-word="${name}"]`).textContent;

const read = async (address, kind) => {
  if (new URL(address, location.href).origin !== location.origin) throw new CannotCheck("elsewhere");
  const reply = await fetch(address, {
    cache: "no-store", credentials: "omit", redirect: "error", headers: kind ? { Accept: kind } : {},
  }).catch(() => { throw new CannotCheck("network"); });
  if (!reply.ok) throw new CannotCheck("network");
  const text = await reply.text();
  if (text.length > LONGEST) throw new CannotCheck("shape");
  return text;
};
const readObject = async (address, kind) => {
  try {
    return JSON.parse(await read(address, kind));
  } catch (error) {
    throw error instanceof CannotCheck ? error : new CannotCheck("shape");
  }
};

const found = [];
const say = (name, outcome, sentence, detail = "") => {
  found.push(outcome);
  const step = panel.querySelector(`template[data-outcome="${outcome}"]`).content.firstElementChild.cloneNode(true);
  step.querySelector("[data-title]").textContent = words(`${name}.title`);
  step.querySelector("[data-sentence]").textContent = words(`${name}.${sentence}`);
  const more = step.querySelector("[data-detail]");
  more.textContent = detail;
  more.hidden = !detail;
  steps.append(step);
  return outcome === "pass";
};

const checkSignature = async (token, method) => {
  const name = token.header.alg === "Ed25519" ? "EdDSA" : token.header.alg;
  if (!Object.hasOwn(ALGORITHMS, name) || "crit" in token.header || "b64" in token.header) {
    return say("signature", "fail", "refused", String(token.header.alg));
  }
  const good = await holds(keyOf(method), name, token.signature, token.signed);
  return say("signature", good ? "pass" : "fail", good ? "pass" : "fail", `${name}, ${method.id}`);
};

const checkIssuer = (token, did, controller) => {
  const kid = String(token.header.kid ?? "");
  const own = kid.startsWith(`${location.origin}/keys/`) ? `${did}#${kid.split("/").pop()}` : kid;
  const method = controller ? listed(controller, did, own) : null;
  const isOurs = token.claims.iss === did && token.claims.issuer?.id === did;
  if (!isOurs || !method) {
    say("issuer", "fail", "fail", isOurs ? kid : String(token.claims.iss));
    return null;
  }
  say("issuer", method.revoked ? "fail" : "pass", method.revoked ? "revoked" : "pass", did);
  return method.revoked ? null : method;
};

const checkPeriod = ({ nbf, exp, validFrom, validUntil }, now) => {
  const seconds = (text) => Math.floor(Date.parse(text) / 1000);
  const agree = nbf === seconds(validFrom) && (validUntil === undefined ? exp === undefined : exp === seconds(validUntil));
  if (!agree) return say("period", "fail", "differs");
  if (now / 1000 + SKEW < nbf) return say("period", "fail", "early", validFrom);
  if (exp !== undefined && exp <= now / 1000) return say("period", "fail", "expired", validUntil);
  return say("period", "pass", exp === undefined ? "unlimited" : "pass", validUntil ?? "");
};

const nameIn = (subject) => (subject?.identifier ?? []).find((each) => each.identityType === "name" && !each.hashed)?.identityHash ?? "";
const sameMoment = (shown, signed) => (shown ? Date.parse(shown) : NaN) === Date.parse(signed) || (!shown && signed === undefined);

// What the page shows, read from the page itself, against what was signed.
const checkContent = (claims) => {
  const { credentialSubject: subject } = claims;
  const shown = panel.dataset;
  const pairs = [
    ["id", shown.badge === claims.id && claims.jti === claims.id],
    ["name", document.querySelector("h1").textContent.trim() === subject?.achievement?.name?.trim()],
    ["achievement", shown.achievement === subject?.achievement?.id],
    ["issuer", shown.issuer === claims.issuer?.name],
    ["holder", shown.holder === nameIn(subject)],
    ["awardedDate", sameMoment(shown.awarded, claims.awardedDate)],
    ["validUntil", sameMoment(shown.until, claims.validUntil)],
  ];
  const wrong = pairs.filter(([, agrees]) => !agrees).map(([name]) => name);
  return say("content", wrong.length ? "fail" : "pass", wrong.length ? "fail" : "pass", wrong.join(", "));
};

const checkStatus = async (claims, did, controller, now) => {
  const named = claims.credentialStatus;
  const entries = (Array.isArray(named) ? named : [named]).filter((entry) => entry?.type === "BitstringStatusListEntry");
  if (!entries.length) return say("status", "could-not-check", "none");
  for (const entry of entries) {
    const list = await readObject(entry.statusListCredential, "application/vc");
    const state = await statusOf(entry, list, { issuer: did, document: controller, now });
    if (state === "set") return say("status", "fail", entry.statusPurpose === "suspension" ? "suspended" : "revoked");
    if (state !== "clear") return say("status", "could-not-check", state, list.id);
  }
  return say("status", "pass", "pass", entries.map((entry) => entry.statusListCredential).join("\n"));
};

const check = async () => {
  const now = Date.now();
  let step = "read";
  try {
    let token;
    try {
      token = parse(await read(panel.dataset.token, "application/vc+jwt"));
    } catch (error) {
      if (error instanceof CannotCheck) throw error;
      return say("read", "fail", "fail");
    }
    const { did } = panel.dataset;
    step = "issuer";
    const address = documentAddress(did, location.protocol);
    const controller = await readObject(address ?? "about:invalid");
    const method = checkIssuer(token, did, controller);
    if (!method) return false;
    step = "signature";
    if (!await checkSignature(token, method)) return false;
    checkPeriod(token.claims, now);
    checkContent(token.claims);
    step = "status";
    return await checkStatus(token.claims, did, controller, now);
  } catch (error) {
    const reason = error instanceof CannotCheck ? error.message : "shape";
    return say(step, "could-not-check", ["network", "browser"].includes(reason) ? reason : "shape", String(error.message));
  }
};

const conclude = () => {
  const verdict = found.includes("fail") ? "fails" : found.includes("could-not-check") ? "unknown" : "holds";
  answer.textContent = words(verdict);
  answer.className = `verdict is-${{ holds: "good", fails: "bad", unknown: "unknown" }[verdict]}`;
  answer.hidden = false;
};

button.addEventListener("click", async () => {
  button.disabled = true;
  steps.replaceChildren();
  found.length = 0;
  await check();
  conclude();
  button.textContent = words("again");
  button.disabled = false;
});
panel.hidden = false;
