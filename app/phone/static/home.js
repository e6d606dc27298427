// The phone at rest: the hour, the day, what is new.

import { byId } from "./find.js";

export class Home {
  leftLabel = "Messages";
  rightLabel = "Dial";

  constructor(open) {
    this.element = byId("view-home");
    this.open = open;
    this.tell();
    setInterval(() => this.tell(), 5000);
  }

  tell() {
    const now = new Date();
    byId("clock").textContent = now.toLocaleTimeString("en-GB", {
      hour: "2-digit", minute: "2-digit",
    });
    byId("date").textContent = now.toLocaleDateString("en-GB", {
      weekday: "long", day: "numeric", month: "long",
    });
  }

  unread(count) {
    byId("unread").hidden = byId("envelope").hidden = count === 0;
    byId("unread").textContent = count === 1 ? "1 new message" : `${count} new messages`;
  }

  owner(words) {
    byId("owner").textContent = words;
  }

  left() { this.open.texts(); }
  ok() { this.open.texts(); }
  right() { this.open.dial(); }
  call() { this.open.dial(); }

  press(key) { this.open.dial(key); }

  typed(letter) {
    if (/[0-9*#+]/.test(letter)) this.open.dial();
    else this.open.texts();
  }
}
