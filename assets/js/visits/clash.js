import { takeMine, takeTheirs } from "./queue.js";
import { one } from "./store.js";
import { clock, fill, made } from "./words.js";

const TIMES = new Set(["agreed_at", "arrived_at", "left_at"]);
const words = (name, value) => (TIMES.has(name) ? clock(value) : String(value ?? ""));

// Ours beside theirs; who holds the telephone chooses.
export async function showClash(main, visit, items, back) {
  const view = made("clash");
  const clash = items.find((item) => item.clash).clash;
  const payload = Object.assign({}, ...items.map((item) => item.payload));
  const draft = (await one("drafts", visit.id)) ?? {};
  const meta = (await one("meta", "day")) ?? {};
  const mine = { ...visit, owner: meta.staff?.name, ...payload, arrived_at: payload.arrived_at ?? payload.at ?? draft.arrived_at };
  fill(view, { number: visit.number, message: clash.message });
  for (const row of view.querySelectorAll("tr[data-row]")) {
    const name = row.dataset.row;
    const [ours, theirs] = row.querySelectorAll("td");
    ours.textContent = words(name, mine[name]);
    theirs.textContent = words(name, clash.theirs[name]);
    row.classList.toggle("differs", ours.textContent !== theirs.textContent);
  }
  const take = view.querySelector("[data-mine]");
  take.hidden = !clash.theirs.is_ahead;
  take.addEventListener("click", () => takeMine(visit.id).then(back));
  view.querySelector("[data-theirs]").addEventListener("click", () => takeTheirs(visit.id).then(back));
  view.querySelector("[data-back]").addEventListener("click", back);
  main.replaceChildren(view);
}
