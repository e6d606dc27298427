// The thread with Bei: what came and went, what is on its way, and the field to write in.

import { byId, make } from "./find.js";
import { Multitap } from "./multitap.js";
import { measure } from "./segments.js";
import * as server from "./server.js";

const POLL_MS = 1500;
const SOON_MS = 350;
// Longer than a worker that runs ever takes to notice a new message.
const PATIENCE_MS = 5000;
// Only what comes later is read out; the first list is for the reader to walk through.
const QUIET_MS = 1000;

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });

const HOUR_MINUTE = { hour: "2-digit", minute: "2-digit" };
const DAY_MONTH = { weekday: "short", day: "numeric", month: "short" };

const MARKS = {
  handled: ["✓", "understood"],
  waiting: ["…", "Bei will try again"],
  sent: ["✓", "sent"],
  delivered: ["✓✓", "delivered"],
};
const LOST = {
  failed: "A message from Bei could not be delivered.",
  suppressed: "A message from Bei was withheld: this phone has opted out.",
  expired: "A message from Bei came too late and was dropped.",
  unknown: "A message from Bei may have been lost on the way.",
};

export class Texts {
  leftLabel = "Send";
  rightLabel = "Back";

  constructor({ phone, home, arrived, opened }) {
    this.element = byId("view-texts");
    this.field = byId("words");
    this.scroll = byId("texts-scroll");
    this.list = byId("texts");
    this.note = byId("texts-note");
    this.tap = new Multitap(this.field, byId("letters"), "abc");
    Object.assign(this, { phone, home, arrived, opened });
    this.forget();
    this.field.addEventListener("input", () => {
      this.size();
      this.unsay("refusal");
    });
    byId("composer").addEventListener("submit", (event) => event.preventDefault());
    document.addEventListener("visibilitychange", () => this.poll());
    this.size();
  }

  // Another phone was picked up: begin anew.
  forget() {
    this.asking?.abort();
    this.etag = null;
    this.shownTexts = new Map();
    this.known = null;
    this.comingSince = new Map();
    this.list.replaceChildren();
    this.list.setAttribute("aria-live", "off");
    this.say("", "");
    byId("coming").hidden = true;
    byId("texts-empty").hidden = false;
  }

  shown() {
    this.toEnd();
    this.opened();
  }

  press(key) { this.tap.press(key); }
  left() { this.send(); }
  ok() { this.send(); }
  call() { this.send(); }
  end() { this.home(); }
  // As on any phone of this kind: erase while there is something to erase, then go back.
  right() { this.field.value ? this.tap.erase() : this.home(); }

  size() {
    const { encoding, length, segments, room } = measure(this.field.value);
    const alphabet = encoding === "UCS-2" ? " · Unicode" : "";
    byId("size").textContent = `${length}/${room} · ${segments} SMS${alphabet}`;
    this.rightLabel = this.field.value ? "Clear" : "Back";
    this.phone.changed(this);
  }

  send() {
    const words = this.field.value;
    return this.ask(async () => {
      await server.text(this.phone.msisdn, words);
      this.field.value = "";
      this.size();
    });
  }

  // The group's bulletin at once, instead of on its day.
  bulletin() {
    return this.ask(() => server.bulletin(this.phone.msisdn));
  }

  async ask(something) {
    if (this.sending) return;
    this.sending = true;
    try {
      await something();
      this.unsay("refusal");
    } catch (refused) {
      this.say("refusal", refused.message);
    } finally {
      this.sending = false;
      this.poll();
    }
  }

  async poll() {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (document.hidden || !this.phone.msisdn) return;
    this.asking = new AbortController();
    try {
      const thread = await server.thread(this.phone.msisdn, this.etag, this.asking.signal);
      if (thread) this.take(thread);
      this.unsay("silence");
      this.comfort();
      this.again(this.comingSince.size && this.saying !== "delay" ? SOON_MS : POLL_MS);
    } catch (failure) {
      if (failure.name === "AbortError") return;
      this.say("silence", failure.message);
      this.again(POLL_MS * 3);
    }
  }

  again(inMs) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.poll(), inMs);
  }

  take(thread) {
    this.etag = thread.etag;
    this.phone.owner(thread);
    const wasAtEnd = this.isAtEnd();
    const coming = thread.texts.filter((text) => !text.words && !LOST[text.state]);
    const here = thread.texts.filter((text) => text.words || LOST[text.state]);
    this.expect(coming);
    const fresh = this.arrange(here);
    byId("texts-empty").hidden = here.length + coming.length > 0;
    byId("coming").hidden = coming.length === 0;
    if (this.known === null) this.readAloudSoon();
    else this.arrived(here.filter((text) => !text.mine && text.words && !this.known.has(text.key)));
    this.known = new Set(here.map((text) => text.key));
    if (wasAtEnd || fresh) this.toEnd();
  }

  readAloudSoon() {
    setTimeout(() => this.list.setAttribute("aria-live", "polite"), QUIET_MS);
  }

  expect(coming) {
    const before = this.comingSince;
    this.comingSince = new Map(
      coming.map(({ key }) => [key, before.get(key) ?? performance.now()]),
    );
  }

  // Bring the list to these texts, touching only what is new or has moved.
  arrange(texts) {
    const wanted = [];
    let day = null;
    for (const text of texts) {
      const its = dayOf(text.at);
      if (its !== day) wanted.push(this.item(`day ${its}`, () => make("li", "day", its)));
      day = its;
      wanted.push(this.item(text.key, () => make("li")));
      draw(wanted.at(-1), text);
    }
    const kept = new Set(wanted);
    for (const [key, item] of this.shownTexts) {
      if (kept.has(item)) continue;
      item.remove();
      this.shownTexts.delete(key);
    }
    let fresh = false;
    wanted.forEach((item, position) => {
      if (this.list.children[position] === item) return;
      this.list.insertBefore(item, this.list.children[position] ?? null);
      fresh = true;
    });
    return fresh;
  }

  item(key, build) {
    if (!this.shownTexts.has(key)) this.shownTexts.set(key, build());
    return this.shownTexts.get(key);
  }

  // A reply that takes long most often means that nobody has started the worker.
  comfort() {
    const since = Math.min(...this.comingSince.values());
    const isLate = performance.now() - since > PATIENCE_MS;
    if (isLate && !this.saying) {
      this.say("delay", "Messages wait for the worker, which does not seem to run. Start it with ");
      this.note.append(make("code", "", "bei worker"), ".");
      this.toEnd();
    } else if (!isLate) {
      this.unsay("delay");
    }
  }

  // One note at a time: a refusal of what was asked, silence of the server, delay of a reply.
  say(about, words) {
    this.saying = about;
    this.note.textContent = words;
    if (words) this.toEnd();
  }

  unsay(about) {
    if (this.saying === about) this.say("", "");
  }

  isAtEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 60;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}

function draw(item, text) {
  const written = `${text.state} ${text.at}`;
  if (item.dataset.drawn === written) return;
  item.dataset.drawn = written;
  item.dataset.state = text.state;
  if (!text.words) {
    item.className = "lost";
    item.replaceChildren(make("p", "text-words", LOST[text.state]), meta(text));
    return;
  }
  item.className = text.mine ? "text mine" : "text theirs";
  const who = make("span", "for-ears", text.mine ? "You: " : "Bei: ");
  const words = make("p", "text-words", text.words);
  words.lang = text.language ?? "";
  item.replaceChildren(who, words, meta(text));
}

function meta(text) {
  const line = make("p", "text-meta");
  const time = make("time", "", new Date(text.at).toLocaleTimeString("en-GB", HOUR_MINUTE));
  time.dateTime = text.at;
  line.append(time, make("span", "", `${text.segments} SMS`));
  if (text.encoding === "UCS-2") line.append(make("span", "", "Unicode"));
  if (text.language) line.append(make("span", "", LANGUAGES.of(text.language)));
  if (text.is_demo) line.append(make("span", "demo", "DEMO"));
  if (MARKS[text.state]) line.append(markOf(text));
  return line;
}

function markOf(text) {
  const [sign, word] = MARKS[text.state];
  const isUnderstood = text.state === "handled" && text.kind;
  const meaning = isUnderstood ? `${word} as ${text.kind.replaceAll("_", " ")}` : word;
  const mark = make("span", "state", sign);
  mark.title = meaning;
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", meaning);
  return mark;
}

function dayOf(at) {
  const day = new Date(at).toDateString();
  if (day === new Date().toDateString()) return "Today";
  return new Date(at).toLocaleDateString("en-GB", DAY_MONTH);
}
