import { say } from "../words.js";

export const words = new Proxy({}, { get: (_words, key) => say(key, "%s") });
export const made = (id) => document.importNode(document.getElementById(id).content, true);

export function fill(view, texts) {
  for (const [name, text] of Object.entries(texts)) {
    const place = view.querySelector(`[data-${name}]`);
    if (place) place.textContent = text ?? "";
  }
}

const HOUR = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });

export const clock = (moment) => (moment ? HOUR.format(new Date(moment)) : "");

// Against the agreed time in whole minutes, as the server counts.
export function lateBy(agreed, arrived) {
  if (!agreed || !arrived) return { tone: "", words: "" };
  const minutes = Math.floor((Date.parse(arrived) - Date.parse(agreed)) / 60000);
  return minutes > 0 ? { tone: "red", words: words.late.replace("%s", minutes) } : { tone: "green", words: words.on_time };
}
