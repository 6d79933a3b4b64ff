// A shared device returns to the start when nobody touches it, and keeps nothing of what was answered.
"use strict";

(() => {
  const notice = document.querySelector("[data-start]");
  if (!notice) return;

  const patience = 180e3;
  const announced = 20e3;
  let touched = Date.now();

  const leave = () => location.replace(notice.dataset.start);
  const stay = () => { touched = Date.now(); notice.hidden = true; };
  for (const sign of ["pointerdown", "pointermove", "keydown", "input", "wheel", "scroll"]) {
    addEventListener(sign, stay, { passive: true });
  }
  setInterval(() => {
    const idle = Date.now() - touched;
    if (idle >= patience) leave();
    else if (idle >= patience - announced) notice.hidden = false;
  }, 1000);

  // The browser's way back must not bring up what somebody else has answered.
  addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
})();
