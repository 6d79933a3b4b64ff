// Background work on a page goes on by itself: its note is read again, and at the end the whole page.
"use strict";

(() => {
  const pause = 1500;

  const look = async () => {
    let shown = null;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      shown = page.querySelector("[data-progress]");
      if (answer.redirected || !shown) return location.replace(answer.url);
    } catch {
      return setTimeout(look, 4 * pause);
    }
    const note = document.querySelector("[data-progress]");
    // The element stays, so that a screen reader is told of what changes in it.
    note.innerHTML = shown.innerHTML;
    setTimeout(look, pause);
  };

  if (document.querySelector("[data-progress]")) setTimeout(look, pause / 3);
})();
