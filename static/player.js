// The player with a script: answers are saved as they are given, kept on this device while it is offline,
// and sent when it is back. Without this file every page works by its forms and links.
import { Outbox } from "./outbox.js";
import { makeMovable } from "./ordering.js";
import { showSaveState } from "./save_state.js";

const TYPING_PAUSE = 700;
const SWIPE = 60;

const stateElement = document.querySelector(".save-state");
const note = document.querySelector("[data-note]");

function say(state, sentence = "") {
  if (stateElement) showSaveState(stateElement, state);
  if (!note) return;
  const words = sentence || (state === "offline" ? note.dataset.offline : "");
  note.textContent = words;
  note.hidden = !words;
}

// --- cards -----------------------------------------------------------------------------------------------

function turn(rel) {
  const link = document.querySelector(`.player-bar a[rel=${rel}]`);
  if (link) link.click();
}

function turnByKeysAndSwipes(player) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "ArrowRight") turn("next");
    if (event.key === "ArrowLeft") turn("prev");
  });
  let start = null;
  player.addEventListener("touchstart", (event) => {
    const scrolls = event.target.closest("table, pre, .scroll");
    start = event.touches.length === 1 && !scrolls ? event.touches[0] : null;
  }, { passive: true });
  player.addEventListener("touchend", (event) => {
    if (!start) return;
    const [x, y] = [event.changedTouches[0].clientX - start.clientX, event.changedTouches[0].clientY - start.clientY];
    start = null;
    if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) turn(x < 0 ? "next" : "prev");
  }, { passive: true });
}

async function keepPlace(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new FormData(form) });
    if (!answer.ok) return;
    form.hidden = true;
    say("saved");
  } catch {
    // offline: the button stays
  }
}

// --- questions -------------------------------------------------------------------------------------------

function saveAsGiven(form, outbox) {
  const order = form.querySelector("[data-order]");
  const keep = () => { if (isWhole(form)) outbox.put(form.action, fieldsOf(form)); };
  const movable = order ? makeMovable(order, keep) : null;
  let pause = 0;
  form.addEventListener("change", keep);
  form.addEventListener("input", (event) => {
    if (!event.target.matches("input:not([type=radio], [type=checkbox])")) return;
    clearTimeout(pause);
    pause = setTimeout(keep, TYPING_PAUSE);
  });
  form.addEventListener("submit", async (event) => {
    const go = event.submitter ? event.submitter.value : "next";
    event.preventDefault();
    clearTimeout(pause);
    if (movable && go === "next") movable.number();
    if (!isWhole(form)) return sendPlainly(form, go);
    const outcome = await outbox.put(form.action, fieldsOf(form));
    if (outcome === "saved") window.location.assign(go === "back" ? form.dataset.back : form.dataset.next);
    if (outcome === "refused") sendPlainly(form, go); // the page itself says what is wrong
  });
}

// A matching or an ordering is answered when every line is, and not answered when none is.
function isWhole(form) {
  const chosen = [...form.querySelectorAll("select")].map((select) => select.value !== "");
  return chosen.every(Boolean) || !chosen.some(Boolean);
}

function fieldsOf(form) {
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("csrf_token");
  fields.delete("go");
  return fields.toString();
}

function sendPlainly(form, go) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "go", value: go });
  form.append(field);
  form.submit();
}

function submitWhenSent(form, outbox) {
  form.addEventListener("submit", async (event) => {
    if (outbox.isEmpty) return;
    event.preventDefault();
    if (await outbox.flush() !== "offline") form.submit();
  });
  if (!outbox.isEmpty) outbox.flush().then((outcome) => { if (outcome === "saved") window.location.reload(); });
}

// --- start -----------------------------------------------------------------------------------------------

const player = document.querySelector("[data-player]");
if (player) turnByKeysAndSwipes(player);

const reading = document.querySelector("[data-reading]");
if (reading) keepPlace(reading);

const form = document.querySelector("[data-attempt]");
if (form) {
  const outbox = new Outbox(form.dataset.attempt, form.elements.csrf_token.value, say);
  window.addEventListener("online", () => outbox.flush());
  window.addEventListener("offline", () => say("offline"));
  if (form.matches("[data-answer]")) {
    saveAsGiven(form, outbox);
    if (!outbox.isEmpty) outbox.flush();
  } else {
    submitWhenSent(form, outbox);
  }
}
