/**
 * Passkeys: ask this device for one, put its answer into the form, and send the form.
 *
 * A form says what it is for: `data-passkey` is `create` or `get`, `data-options` where the bank
 * says what to ask for.  Without this script its button stays hidden, and a line says why.
 */

/** @param {string} text @returns {Uint8Array} */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer @returns {string} */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Options as the bank sends them, with bytes where the browser wants bytes. */
function read(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const held of list ?? []) held.id = bytes(held.id);
  }
  return options;
}

/** @param {PublicKeyCredential} credential @returns {string} the answer, as the bank reads it */
function write(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    const value = credential.response[name];
    if (value) response[name] = text(value);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: {},
  });
}

/** @param {HTMLFormElement} form @param {string} name @param {boolean} shown */
function say(form, name, shown) {
  const words = form.querySelector(`[data-say="${name}"]`);
  if (words) words.hidden = !shown;
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  const fields = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.options, { method: "POST", body: fields });
  if (!answer.ok) return "";
  const publicKey = read(await answer.json());
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
  return write(credential);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const able = "credentials" in navigator && "PublicKeyCredential" in window;
  say(form, "no-script", false);
  say(form, "unable", !able);
  if (!able) continue;
  const button = form.querySelector("[data-go]");
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    button.disabled = true;
    say(form, "failed", false);
    say(form, "waiting", true);
    try {
      form.querySelector("[data-answer]").value = await ask(form);
      form.submit();
    } catch {
      say(form, "failed", true);
      button.disabled = false;
    }
    say(form, "waiting", false);
  });
}
