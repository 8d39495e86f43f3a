import { say } from "./words.js";

// Photographs come by the dozen. Each goes in a request of its own: none falls with another, and what was lost on the
// way goes again under the same key.
const keys = new WeakMap();
const there = new WeakSet();
let isSending = false;

const key = (file) => keys.get(file) ?? keys.set(file, crypto.randomUUID()).get(file);

function listed(input) {
  const list = Object.assign(document.createElement("ul"), { className: "rows sending" });
  list.setAttribute("role", "status");
  const lines = new Map();
  for (const file of input.files) {
    const line = document.createElement("li");
    line.className = "row";
    const name = Object.assign(document.createElement("span"), { className: "what clip", textContent: file.name });
    const fate = Object.assign(document.createElement("span"), { className: "q end" });
    line.append(name, fate);
    list.append(line);
    lines.set(file, fate);
  }
  input.parentElement.querySelector(".sending")?.remove();
  input.after(list);
  return (file, words, isWrong = false) => {
    lines.get(file).textContent = words;
    lines.get(file).classList.toggle("wrong", isWrong);
  };
}

async function send(form, input, file) {
  if (file.size > Number(input.dataset.most)) return say("file_large", Math.floor(input.dataset.most / 2 ** 20));
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("once", key(file));
  body.set(input.name, file);
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return "";
  if (answer?.status !== 422) return say("file_lost");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(".errorlist")?.textContent.trim() || say("file_lost");
}

async function sendAll(form, input) {
  const tell = listed(input);
  const waiting = [...input.files].filter((file) => !there.has(file));
  for (const file of input.files) tell(file, say(there.has(file) ? "file_there" : "file_waits"));
  let isWhole = true;
  for (const file of waiting) {
    tell(file, say("file_goes"));
    const wrong = await send(form, input, file);
    if (!wrong) there.add(file);
    tell(file, wrong || say("file_there"), Boolean(wrong));
    isWhole &&= !wrong;
  }
  return isWhole;
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const input = form.querySelector("input[type=file][data-each]");
    // Keys are made where the page came safely; elsewhere all go together, as without script.
    if (!input || input.files.length < 2 || !isSecureContext) return;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const button = form.querySelector("[data-main]");
    button.disabled = true;
    const isWhole = await sendAll(form, input);
    isSending = false;
    button.disabled = false;
    if (isWhole) location.assign(input.dataset.each);
  },
  true,
);

document.addEventListener("change", ({ target }) => {
  if (target.matches("input[type=file][data-each]") && !isSending) target.parentElement.querySelector(".sending")?.remove();
});

addEventListener("beforeunload", (event) => isSending && event.preventDefault());
