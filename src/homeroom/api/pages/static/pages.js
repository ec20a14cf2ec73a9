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

  // What people hear who do not see that something has changed.
  const announce = (text) => {
    const region = document.getElementById("announcements");
    if (!region || !text) return;
    region.textContent = "";
    requestAnimationFrame(() => (region.textContent = text));
  };

  // A part with `data-live` is loaded again whenever its stream says that it changed. Nobody looks
  // at a page that is hidden: its stream is closed, and asks later what it missed.
  const AGAIN_MILLISECONDS = 10000;
  const follow = (element) => {
    const address = new URL(element.dataset.live, location.href);
    let source = null;
    const close = () => {
      source?.close();
      source = null;
    };
    const open = () => {
      if (source || document.hidden || !element.isConnected) return;
      source = new EventSource(address);
      const seen = (event) => address.searchParams.set("seen", event.lastEventId);
      source.addEventListener("changed", (event) => {
        seen(event);
        htmx.trigger(element, "changed");
        announce(element.dataset.announced);
      });
      source.addEventListener("as-of", (event) => {
        seen(event);
        const line = element.querySelector("[data-as-of]");
        if (line) Idiomorph.morph(line, event.data, { morphStyle: "outerHTML" });
        judge();
      });
      source.addEventListener("ended", () => location.reload());
      source.addEventListener("error", () => {
        // What was refused, the browser does not try again by itself.
        if (source?.readyState !== EventSource.CLOSED) return;
        close();
        setTimeout(open, AGAIN_MILLISECONDS);
      });
    };
    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
    window.addEventListener("pagehide", close);
    window.addEventListener("pageshow", open);
    open();
  };
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-live]").forEach(follow);
  });

  // What an htmx form is refused is said beside it, and heard.
  const refusalBeside = (form) => {
    const known = form.nextElementSibling;
    if (known?.classList.contains("refused-beside")) return known;
    const region = document.createElement("div");
    region.className = "refused-beside";
    form.after(region);
    return region;
  };
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, xhr } = event.detail;
    const form = requestConfig.elt.closest("form");
    if (!form) return;
    if (xhr.status < 400) {
      const known = form.nextElementSibling;
      if (known?.classList.contains("refused-beside")) known.remove();
      return;
    }
    Object.assign(event.detail, {
      shouldSwap: true, target: refusalBeside(form),
      swapOverride: "innerHTML", selectOverride: "unset",
    });
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
  });

  // Where the menu is a row that scrolls, the entry of this page is in sight.
  document.addEventListener("DOMContentLoaded", () => {
    const current = document.querySelector(".frame > .menu [aria-current]");
    const list = current?.closest("ul");
    if (list) list.scrollLeft = current.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
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
