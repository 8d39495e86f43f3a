// The telephone's page: today's visits, one of them, and two versions of one that differ.
import { showClash } from "./clash.js";
import { of, sync } from "./queue.js";
import { all, load, one } from "./store.js";
import { clock, fill, lateBy, made, words } from "./words.js";
import { showVisit } from "./visit.js";

const main = document.getElementById("main");
const net = document.getElementById("net");
let shown = null;
let state = "online";

async function status() {
  const meta = (await one("meta", "day")) ?? {};
  const waiting = (await all("queue")).length;
  const saved = meta.at ? words.saved.replace("%s", clock(new Date(meta.at + (meta.ahead ?? 0)))) : words.offline;
  const text = { offline: `${words.offline}，${saved}`, signed_out: words.signed_out }[state] ?? "";
  net.hidden = !text && !waiting;
  fill(net, { net: text, waiting: waiting ? words.waiting.replace("%s", waiting) : "" });
  if (state === "signed_out") {
    const link = document.createElement("a");
    link.href = document.body.dataset.signin;
    link.textContent = words.signed_out;
    net.querySelector("[data-net]").replaceChildren(link);
  }
}

async function showDay() {
  shown = null;
  const meta = await load();
  const view = made("day");
  fill(view, { name: meta.staff?.name ?? "" });
  const list = view.querySelector("ol");
  for (const id of meta.order) {
    const visit = await one("visits", id);
    if (visit) list.append(await stop(visit));
  }
  const empty = view.querySelector(".visit-empty");
  empty.hidden = list.children.length > 0;
  empty.textContent = meta.expired ? words.expired : meta.at ? words.no_visits : state === "online" ? words.loading : "";
  main.replaceChildren(view);
  await status();
}

async function stop(visit) {
  const view = made("stop");
  const items = await of(visit.id);
  const draft = await one("drafts", visit.id);
  const clash = items.find((item) => item.clash);
  const at = visit.agreed_at ?? visit.wanted_at;
  const finished = items.some((item) => item.act === "finish");
  fill(view, {
    client: visit.client,
    at: at ? `${visit.agreed_at ? words.agreed : words.wanted} ${clock(at)}` : "",
    place: visit.place,
    purpose: visit.purpose,
    state: clash ? words.clash : draft?.fault || (finished ? words.done : lateBy(visit.agreed_at, draft?.arrived_at ?? visit.arrived_at).words),
  });
  if (clash || draft?.fault) view.querySelector("[data-state]").className = "end red";
  view.querySelector("button").addEventListener("click", () => open(visit.id));
  return view;
}

async function open(id) {
  shown = id;
  const visit = await one("visits", id);
  const items = await of(id);
  const back = async () => {
    await showDay();
    refresh();
  };
  const clash = items.find((item) => item.clash);
  if (clash) await showClash(main, visit, items, back);
  else if (visit) await showVisit(main, visit, items, { back, changed: status, refresh });
  else await showDay();
  await status();
}

async function refresh() {
  state = await sync();
  if (shown === null) await showDay();
  await status();
}

addEventListener("online", refresh);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
setInterval(async () => ((await all("queue")).length || state !== "online" ? refresh() : status()), 20000);
// A page left open over the night forgets, too.
setInterval(async () => shown === null && (await load()).expired && showDay(), 60000);
navigator.serviceWorker?.register(document.body.dataset.worker).catch(() => {});
load()
  .then(showDay)
  .then(refresh);
