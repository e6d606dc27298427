// An open drawer of the menu goes with Escape, with a press beside it, and with the focus.
// Without this script a second press on its heading shuts it.
(() => {
  "use strict";
  const drawers = [...document.querySelectorAll("nav.menu details")];
  const shut = (drawer) => {
    if (drawer.contains(document.activeElement)) drawer.querySelector("summary").focus();
    drawer.open = false;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") drawers.filter((one) => one.open).forEach(shut);
  });
  for (const kind of ["pointerdown", "focusin"]) {
    document.addEventListener(kind, ({ target }) => {
      for (const one of drawers) if (one.open && !one.contains(target)) one.open = false;
    });
  }
})();
