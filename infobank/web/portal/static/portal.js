/**
 * What script adds to pages that work without it.  It keeps nothing in the browser.
 *
 * A page says what it wants by attributes:
 * - every form is sent once, however often its button is pressed, and only with a network;
 * - `form[data-into="#results"]` is sent as soon as a choice changes, and its answer's part of
 *   that name takes the place of this page's;
 * - `[data-live]` shows what is chosen in its form: each `input[data-label]` that is checked;
 * - `body[data-presence]` is the address that tells when the session ends and what waits.
 */

const WARN_MILLISECONDS = 5 * 60 * 1000;
const SENDING_MILLISECONDS = 10 * 1000;
const LONGEST_TIMER = 2 ** 31 - 1;

/** @type {WeakSet<HTMLFormElement>} */
const sent = new WeakSet();

/** Refuse the second of two sendings, and one without a network: what was typed would be lost.
 * @param {SubmitEvent} event */
function sendOnce(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method !== "post") return;
  document.getElementById("no-network")?.toggleAttribute("hidden", navigator.onLine);
  if (sent.has(form) || !navigator.onLine) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
  // A file may come instead of a page: the form stays, and may be sent again.
  setTimeout(() => release(form), SENDING_MILLISECONDS);
}

/** Let a form be sent again.
 * @param {HTMLFormElement} form */
function release(form) {
  sent.delete(form);
  form.removeAttribute("aria-busy");
}

/** Let forms be sent again on a page that the browser brings back.
 * @param {PageTransitionEvent} event */
function forget(event) {
  if (!event.persisted) return;
  for (const form of document.forms) release(form);
  askPresence();
}

/** Show the answer to a form of choices without leaving the page; else send it as ever.
 * @param {HTMLFormElement} form */
async function refresh(form) {
  const place = document.querySelector(form.dataset.into ?? "");
  const chosen = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") chosen.append(name, value);
  }
  const address = `${new URL(form.action).pathname}?${chosen}`;
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector(form.dataset.into ?? "");
    if (!answer.ok || answer.redirected || !place || !found) throw new Error("another page");
    place.replaceWith(document.adoptNode(found));
    history.replaceState(null, "", address);
  } catch {
    form.submit();
  }
}

/** Show what is chosen in a form just now.
 * @param {Element} live */
function showChosen(live) {
  const form = live.closest("form");
  const list = live.querySelector("ul");
  if (!form || !list) return;
  const inputs = [...form.querySelectorAll("input[data-label]")];
  const chosen = inputs.filter((input) => /** @type {HTMLInputElement} */ (input).checked);
  list.replaceChildren(
    ...chosen.map((input) => {
      const line = document.createElement("li");
      line.textContent = /** @type {HTMLElement} */ (input).dataset.label ?? "";
      return line;
    }),
  );
  for (const count of live.querySelectorAll("[data-count]")) {
    count.textContent = String(chosen.length);
  }
  live.toggleAttribute("data-empty", chosen.length === 0);
  live.removeAttribute("hidden");
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Warn some minutes before the session ends.
 * @param {string | null} ends an instant, in ISO 8601
 * @param {boolean} asked whether staying was just asked for, and this is all there is */
function watchEnd(ends, asked = false) {
  const warning = document.getElementById("session-end");
  if (!ends || !warning) return;
  clearTimeout(timer);
  const left = Date.parse(ends) - Date.now() - WARN_MILLISECONDS;
  warning.toggleAttribute("hidden", left > 0);
  warning.toggleAttribute("data-final", left <= 0 && asked);
  if (left > 0) timer = setTimeout(() => watchEnd(ends), Math.min(left, LONGEST_TIMER));
}

/** Ask the bank when the session ends and what waits; asking is using, so it goes on.
 * @param {boolean} staying */
async function askPresence(staying = false) {
  const address = document.body.dataset.presence;
  if (!address) return;
  try {
    const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) return;
    const { ends, waiting } = await answer.json();
    watchEnd(ends, staying);
    for (const badge of document.querySelectorAll(".badge[data-waiting]")) {
      badge.textContent = waiting;
      badge.toggleAttribute("hidden", waiting === "");
    }
  } catch {
    // No network: the page stays as it is, and tells at the next step.
  }
}

document.addEventListener("submit", sendOnce);
addEventListener("pageshow", forget);
addEventListener("online", () => document.getElementById("no-network")?.setAttribute("hidden", ""));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") askPresence();
});
document.addEventListener("change", (event) => {
  const form = /** @type {Element} */ (event.target).closest("form");
  if (!form) return;
  if (form.dataset.into) refresh(form);
  form.querySelectorAll("[data-live]").forEach(showChosen);
});
document.getElementById("session-stay")?.addEventListener("click", (event) => {
  event.preventDefault();
  askPresence(true);
});
document.querySelectorAll("[data-live]").forEach(showChosen);
watchEnd(document.body.dataset.ends ?? null);
