// Background work on a page goes on by itself: its note is read again, and at the end the whole page.
"use strict";

(() => {
  const pause = 1500;

  // Whoever is on the way to another page is not called back; a download ends the way without leaving.
  let left = 0;
  addEventListener("beforeunload", () => { left = Date.now(); });

  const look = async () => {
    let shown = null;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      shown = page.querySelector("[data-progress]");
      if (Date.now() - left < 6 * pause) return setTimeout(look, pause);
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
