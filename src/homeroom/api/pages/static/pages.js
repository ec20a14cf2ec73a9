// What the pages do beyond plain HTML and htmx. Pages work without it, except that nothing is live.
"use strict";

(() => {
  // The server writes times in the viewer's zone, which only the browser knows.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = document.cookie.match(/(?:^|; )homeroom_time_zone=([^;]*)/);
  if (zone && (!known || decodeURIComponent(known[1]) !== zone)) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie =
      `homeroom_time_zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax${secure}`;
  }

  // A part with `data-live` is loaded again whenever its stream says that it changed.
  const follow = (element) => {
    const source = new EventSource(element.dataset.live);
    source.addEventListener("changed", () => htmx.trigger(element, "changed"));
    window.addEventListener("pagehide", () => source.close());
  };
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-live]").forEach(follow);
  });

  // Data older than a minute are shown so.
  const OLD_MILLISECONDS = 60000;
  const judge = () => {
    document.querySelectorAll("[data-as-of]").forEach((element) => {
      const since = Date.parse(element.dataset.asOf);
      element.classList.toggle("old", Date.now() - since > OLD_MILLISECONDS);
    });
  };
  document.addEventListener("DOMContentLoaded", judge);
  document.addEventListener("htmx:afterSettle", judge);
  setInterval(judge, 5000);
})();
