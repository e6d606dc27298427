// Keys of the moderation page. Everything they do can be done with the mouse, and without a script.
(() => {
  "use strict";
  const typing = (element) => element.matches("input, select, textarea");
  const find = (name, key) => document.querySelector(`#queue [${name}="${CSS.escape(key)}"]`);

  // While a verdict is on its way a second key would judge a report that nobody has seen yet.
  let underWay = null;
  const isOver = (event) => { if (event.detail.ctx === underWay) underWay = null; };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = document.activeElement;
    if (event.key === "Escape") return at.blur();
    if (typing(at) || underWay) return;
    const choices = at.closest("[data-choices]");
    const choice = choices && choices.querySelector(`[data-choice="${CSS.escape(event.key)}"]`);
    const pressed = choice || find("data-key", event.key);
    const field = find("data-focus-key", event.key);
    if (!pressed && !field) return;
    event.preventDefault();
    if (pressed) return pressed.click();
    field.focus();
    if (field.select) field.select();
  });

  document.addEventListener("htmx:before:request", (event) => { underWay = event.detail.ctx; });
  document.addEventListener("htmx:finally:request", isOver);

  document.addEventListener("htmx:after:request", (event) => {
    const { text, response } = event.detail.ctx;
    if (text.includes('id="queue"')) return;
    // Logged out, refused or stale: that is a page of its own.
    event.preventDefault();
    const { url } = response.raw;
    window.location.assign(url.includes("/login") ? url : window.location.href);
  });

  document.addEventListener("htmx:after:swap", (event) => {
    isOver(event);
    const title = document.getElementById("case-title");
    if (title) title.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  });
})();
