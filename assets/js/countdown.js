import { say } from "./words.js";

export function span(minutes) {
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  let words = days ? say("days", days) : "";
  if (hours && days < 3) words += say("hours", hours);
  if (rest && !days && hours < 6) words += say("minutes", hours ? String(rest).padStart(2, "0") : rest);
  return words || say("moment");
}

// The server's clock rules: a moved demo clock or a wrong desk clock must not change what is overdue.
const loaded = Date.now();
const server = Date.parse(document.documentElement.dataset.now ?? "") || loaded;

function renew() {
  const now = server + (Date.now() - loaded);
  for (const element of document.querySelectorAll("[data-due]")) {
    const left = Date.parse(element.dataset.due) - now;
    const late = left < 0;
    const words = say(late ? "overdue" : "left", span(Math.floor(Math.abs(left) / 60000)));
    if (element.textContent !== words) element.textContent = words;
    if (!late || element.classList.contains("red")) continue;
    element.classList.remove("amber");
    element.classList.add("red");
    const row = element.closest(".edge-amber, [data-row]");
    row?.classList.remove("edge-amber");
    row?.classList.add("edge-red");
  }
}

setInterval(renew, 60000);
document.addEventListener("visibilitychange", () => document.hidden || renew());
