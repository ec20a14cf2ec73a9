// The button that has messages delivered to this browser, where the browser can.
"use strict";

(() => {
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };

  const send = (button, method, body) =>
    fetch(button.dataset.pushPath, {
      method,
      headers: { "Content-Type": "application/json", "X-CSRF-Token": button.dataset.csrfToken },
      body: JSON.stringify(body),
    });

  const show = (button, on) => {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? button.dataset.on : button.dataset.off;
  };

  const start = async (button) => {
    const registration = await navigator.serviceWorker.register(button.dataset.worker);
    show(button, Boolean(await registration.pushManager.getSubscription()));
    button.addEventListener("click", async () => {
      button.disabled = true;
      const said = button.nextElementSibling;
      said.textContent = "";
      try {
        const known = await registration.pushManager.getSubscription();
        if (known) {
          await known.unsubscribe();
          await send(button, "DELETE", { endpoint: known.endpoint });
          show(button, false);
        } else {
          const made = await registration.pushManager.subscribe({
            userVisibleOnly: true,
            applicationServerKey: bytes(button.dataset.pushKey),
          });
          const answer = await send(button, "POST", made.toJSON());
          if (!answer.ok) {
            await made.unsubscribe();
            throw new Error(answer.status);
          }
          show(button, true);
        }
      } catch {
        said.textContent = button.dataset.failed;
      } finally {
        button.disabled = false;
      }
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) return;
    document.querySelectorAll("[data-push-key]").forEach(start);
  });
})();
