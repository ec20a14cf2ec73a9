// The button that has messages delivered to this browser, where the browser can; and their end.
"use strict";

(() => {
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };

  const send = (element, method, body) =>
    fetch(element.dataset.pushPath, {
      method,
      headers: { "Content-Type": "application/json", "X-CSRF-Token": element.dataset.csrfToken },
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

  // Whoever signs out is told nothing more here: the browser may be somebody else's next.
  const LEAVING_MILLISECONDS = 3000;
  const end = async (form) => {
    const registration = await navigator.serviceWorker.getRegistration();
    const known = await registration?.pushManager.getSubscription();
    if (!known) return;
    await Promise.allSettled([
      send(form, "DELETE", { endpoint: known.endpoint }),
      known.unsubscribe(),
    ]);
  };
  const leave = (form) => {
    const leaving = async (event) => {
      event.preventDefault();
      // Signing out waits for neither a push service nor ours for long.
      const late = new Promise((resolve) => setTimeout(resolve, LEAVING_MILLISECONDS));
      await Promise.race([end(form).catch(() => {}), late]);
      form.submit();
    };
    // Who presses the button again signs out at once.
    form.addEventListener("submit", leaving, { once: true });
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) return;
    document.querySelectorAll("button[data-push-path]").forEach(start);
    document.querySelectorAll("form[data-push-path]").forEach(leave);
  });
})();
