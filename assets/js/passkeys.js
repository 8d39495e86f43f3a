// A passkey is asked for where somebody presses for it; the browser's answer travels in the form beside the button.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0)).buffer;

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const described = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

function asked({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) options.excludeCredentials = described(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = described(options.allowCredentials);
  return { publicKey: options };
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function question(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(form.dataset.passkeyQuestion, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  return asked(await answer.json());
}

async function go(form, button) {
  const said = form.querySelector("[data-passkey-said]");
  if (form.dataset.passkey === "create" && !form.reportValidity()) return;
  button.disabled = true;
  said.textContent = "";
  try {
    const options = await question(form);
    const credential = await navigator.credentials[form.dataset.passkey](options);
    form.querySelector("[data-passkey-answer]").value = answered(credential);
    form.requestSubmit();
  } catch (error) {
    const isThere = error.name === "InvalidStateError";
    said.textContent = isThere ? said.dataset.there : said.dataset.notDone;
  } finally {
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-passkey-go]");
  if (!button || !window.PublicKeyCredential) continue;
  button.hidden = false;
  button.addEventListener("click", () => go(form, button));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
