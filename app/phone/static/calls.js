// Dialling a code and walking its menu, hop by hop, as the network does it.

import { byId } from "./find.js";
import { Multitap } from "./multitap.js";
import * as server from "./server.js";

export class Dial {
  leftLabel = "Call";
  rightLabel = "Back";

  constructor({ phone, home, start }) {
    this.element = byId("view-dial");
    this.field = byId("digits");
    this.tap = new Multitap(this.field, document.createElement("span"), "123");
    Object.assign(this, { phone, home, start });
    this.last = "";
    this.field.addEventListener("input", () => this.relabel());
    byId("dialler").addEventListener("submit", (event) => event.preventDefault());
  }

  relabel() {
    this.rightLabel = this.field.value ? "Clear" : "Back";
    this.phone.changed(this);
  }

  // Here # is part of a code.
  press(key) { this.tap.write(key, false); }

  write(code) {
    this.field.value = code;
    this.relabel();
  }

  left() { this.call(); }
  ok() { this.call(); }
  end() { this.write(""); this.home(); }
  right() { this.field.value ? this.tap.erase() : this.home(); }

  // The green key on an empty field brings the last code back, as phones do.
  call() {
    const code = this.field.value.trim();
    if (!code) {
      this.write(this.last || this.field.placeholder);
      return;
    }
    this.last = code;
    this.write("");
    this.start(code);
  }
}

export class Call {
  constructor({ phone, home }) {
    this.element = byId("view-call");
    this.field = byId("reply");
    this.scroll = byId("call-scroll");
    this.network = byId("network");
    this.tap = new Multitap(this.field, byId("reply-letters"), "123");
    Object.assign(this, { phone, home });
    byId("replier").addEventListener("submit", (event) => event.preventDefault());
    this.over("");
  }

  async start(code) {
    this.code = code;
    this.session = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`.replace(".", "");
    this.inputs = [];
    if (/^[*#]/.test(code)) await this.hop();
    else this.over("This phone texts Bei and dials codes. It calls nobody.");
  }

  async hop() {
    const session = this.session;
    this.asking();
    try {
      const { text, ends } = await server.dial(this.phone.msisdn, this.code, session, this.inputs);
      if (session !== this.session) return;
      if (ends) this.over(text);
      else this.answered(text);
    } catch (refused) {
      if (session === this.session) this.over(refused.message);
    }
  }

  asking() {
    this.state("Asking the network…", { busy: true, left: "", right: "Hang up" });
  }

  answered(text) {
    this.state(text, { open: true, left: "Send", right: "Hang up" });
    this.field.focus({ preventScroll: true });
  }

  over(text) {
    this.session = null;
    this.state(text, { ended: true, left: "OK", right: "" });
  }

  state(text, { open = false, busy = false, ended = false, left, right }) {
    this.network.textContent = text;
    this.network.classList.toggle("asking", busy);
    byId("ended").hidden = !ended;
    byId("replier").hidden = !open;
    if (!open) this.field.blur();
    this.field.disabled = !open;
    this.field.value = "";
    this.scroll.scrollTop = 0;
    Object.assign(this, { leftLabel: left, rightLabel: right, isOpen: open, isOver: ended });
    this.phone.changed(this);
  }

  press(key) {
    if (this.isOpen) this.tap.press(key);
  }

  ok() {
    if (this.isOver) this.home();
    else if (this.isOpen) this.reply();
  }

  left() { this.ok(); }
  call() { this.ok(); }
  right() { if (!this.isOver) this.end(); }

  end() {
    if (this.isOver) this.home();
    else this.over("You hung up.");
  }

  reply() {
    if (!this.field.value) return;
    this.inputs.push(this.field.value);
    this.hop();
  }
}
