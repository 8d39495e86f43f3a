// Who is calling, above every page. One small question every 700 ms for those on duty; the server sets the pace.

const HIDDEN_MS = 5000;
const LONGEST_MS = 30000;
const place = document.getElementById("ringing");
let composing = false;
let failures = 0;
let timer = 0;
let waiting = null;

const ignored = () => sessionStorage.getItem("ignored-ring") ?? "";

// The same call at another step of its ring is another ring: whom it passed by may see it come back as his own.
const callOf = (mark) => mark.replaceAll('"', "").split("-")[0];

function show(html, mark) {
  if (composing) {
    waiting = [html, mark]; // Shown when the characters are chosen: nothing on the page moves meanwhile.
    return;
  }
  waiting = null;
  place.dataset.mark = mark;
  const isSame = callOf(mark) === place.dataset.shown && place.firstElementChild?.contains(document.activeElement);
  // Its own form shows the call already, at the same place.
  const isHere = html.includes(`href="${location.pathname}"`);
  place.innerHTML = isHere || (html && callOf(mark) === ignored()) ? "" : html;
  place.dataset.shown = callOf(mark);
  if (isSame) place.querySelector("a")?.focus();
  count();
}

function count() {
  for (const clock of document.querySelectorAll(".clock[data-since]")) {
    const ahead = Number(place.dataset.ahead ?? 0);
    const seconds = Math.max(0, Math.floor((Date.now() + ahead - new Date(clock.dataset.since)) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    clock.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  }
}

async function ask() {
  let again = Number(place.dataset.every);
  try {
    const mark = place.dataset.mark;
    const answer = await fetch(place.dataset.poll, { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store" });
    if (answer.status === 401 || answer.redirected) return;
    if (answer.status === 200) show(await answer.text(), answer.headers.get("ETag") ?? "");
    else if (answer.status === 204 && mark) show("", "");
    again = Number(answer.headers.get("X-Again")) || again;
    place.dataset.every = again;
    failures = answer.status < 500 ? 0 : failures + 1;
  } catch {
    failures += 1;
  }
  if (document.hidden) again = Math.max(again, HIDDEN_MS);
  timer = setTimeout(ask, failures ? Math.min(again * 2 ** failures, LONGEST_MS) : again);
}

if (place) {
  place.dataset.ahead = new Date(document.documentElement.dataset.now) - Date.now();
  place.dataset.shown = callOf(place.dataset.mark);
  if (place.dataset.shown && place.dataset.shown === ignored()) place.innerHTML = "";
  document.addEventListener("compositionstart", () => (composing = true));
  document.addEventListener("compositionend", () => {
    composing = false;
    if (waiting) show(...waiting);
  });
  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-ignore]")) return;
    sessionStorage.setItem("ignored-ring", place.dataset.shown);
    place.innerHTML = "";
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    clearTimeout(timer);
    ask();
  });
  setInterval(count, 1000);
  count();
  timer = setTimeout(ask, Number(place.dataset.every));
}
