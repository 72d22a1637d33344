// Answers on their way to the server: one per question, the newest, kept in this browser until it is confirmed.
// What becomes of a sending: "saved", "refused" (not a whole answer), "closed" (said to the learner), "offline".
const PATIENCE = 10_000;
const RETRY = 5_000;

export class Outbox {
  constructor(attempt, token, say) {
    this.name = `rosette-answers-${attempt}`;
    this.token = token;
    this.say = say;
    this.entries = this.#stored();
    this.results = {};
    this.sending = Promise.resolve("saved");
    this.retry = 0;
  }

  get isEmpty() {
    return Object.keys(this.entries).length === 0;
  }

  // What became of this very answer, even when it went out with an earlier sending.
  async put(address, fields) {
    this.entries[address] = fields;
    this.#store();
    await this.flush();
    return address in this.entries ? "offline" : this.results[address];
  }

  // Sendings take turns, so that an older answer can never arrive after a newer one.
  flush() {
    this.sending = this.sending.then(() => this.#sendAll());
    return this.sending;
  }

  async #sendAll() {
    clearTimeout(this.retry);
    let outcome = "saved";
    for (const [address, fields] of Object.entries(this.entries)) {
      this.say("saving");
      const { result, sentence } = await this.#send(address, fields);
      if (result === "offline") {
        this.say("offline");
        this.retry = setTimeout(() => this.flush(), RETRY);
        return "offline";
      }
      this.results[address] = result;
      if (this.entries[address] === fields) delete this.entries[address];
      this.#store();
      outcome = result === "saved" ? outcome : result;
      this.say(result === "saved" ? "saved" : "", sentence);
    }
    return outcome;
  }

  async #send(address, fields) {
    const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": this.token };
    try {
      const answer = await fetch(address, { method: "POST", headers, body: fields, signal: AbortSignal.timeout(PATIENCE) });
      if (answer.ok) return { result: "saved", sentence: "" };
      if (answer.status === 422) return { result: "refused", sentence: "" };
      if (answer.status === 429 || answer.status >= 500) return { result: "offline" };
      const problem = await answer.json().catch(() => ({}));
      return { result: "closed", sentence: problem.detail || answer.statusText };
    } catch {
      return { result: "offline" };
    }
  }

  #stored() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) || {};
    } catch {
      return {};
    }
  }

  #store() {
    try {
      if (this.isEmpty) localStorage.removeItem(this.name);
      else localStorage.setItem(this.name, JSON.stringify(this.entries));
    } catch {
      // a browser that keeps nothing still sends
    }
  }
}
