// The phone as an object: which view its screen shows, and what its keys do there.
//
// A view has an element, soft-key words (left, right), a field that typing goes to, and what a key
// does: `press(key)` for the pad, and `left`, `right`, `ok`, `call`, `end` for the others.

import { byId } from "./find.js";

const FLASH_MS = 130;
const SCROLL_PX = 90;

export class Handset {
  constructor() {
    this.element = byId("handset");
    this.view = null;
    this.keys = new Map();
    for (const button of this.element.querySelectorAll("[data-key]")) {
      this.keys.set(button.dataset.key, button);
      // The caret stays in the screen's field while keys are clicked.
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => this.press(button.dataset.key));
    }
    document.addEventListener("keydown", (event) => this.typed(event));
  }

  show(view, { focus = true } = {}) {
    if (this.view && this.view !== view) {
      // A browser takes the caret out of what it no longer shows a moment later: too late for keys.
      this.view.field?.blur();
      this.view.element.hidden = true;
    }
    this.view = view;
    view.element.hidden = false;
    this.label();
    view.shown?.();
    if (focus && view.field && !view.field.disabled) this.focusField(view);
  }

  label() {
    for (const side of ["left", "right"]) {
      const words = this.view[`${side}Label`] ?? "";
      byId(`soft-${side}-label`).textContent = words;
      byId(`soft-${side}`).setAttribute("aria-label", words || "Soft key, not used here");
    }
  }

  focusField(view) {
    // A touch screen's own keyboard would cover the phone; a field without one may have the caret.
    if (view.field.inputMode === "none" || matchMedia("(pointer: fine)").matches) {
      view.field.focus({ preventScroll: true });
    }
  }

  press(key) {
    const view = this.view;
    switch (key) {
      case "up":
      case "down":
        view.scroll?.scrollBy({ top: key === "up" ? -SCROLL_PX : SCROLL_PX });
        break;
      case "left":
      case "right":
      case "ok":
      case "call":
      case "end":
        view[key]?.();
        break;
      default:
        view.press?.(key);
    }
  }

  typed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const inField = event.target.closest("input, textarea");
    if (inField && !this.element.contains(inField)) return;
    if (event.key === "Escape") this.pressVisibly("end");
    else if (event.key === "Enter") this.entered(event, inField);
    else if (event.key.length === 1) this.typedLetter(event, inField);
  }

  entered(event, inField) {
    // Enter on a button presses that button; in a text, shift and Enter begin a new line.
    if (event.target.closest("button, a, summary") || event.shiftKey) return;
    if (inField || event.target === document.body || this.element.contains(event.target)) {
      event.preventDefault();
      this.pressVisibly("ok");
    }
  }

  typedLetter(event, inField) {
    if (event.key === " " && !inField) return;
    if (this.keys.has(event.key)) this.flash(event.key);
    if (inField) return;
    if (!this.view.field) this.view.typed?.(event.key);
    // The letter itself lands in the field that has just got the caret.
    const { field } = this.view;
    if (field && !field.disabled) field.focus({ preventScroll: true });
  }

  pressVisibly(key) {
    this.flash(key);
    this.press(key);
  }

  flash(key) {
    const button = this.keys.get(key);
    button.classList.add("down-now");
    setTimeout(() => button.classList.remove("down-now"), FLASH_MS);
  }
}
