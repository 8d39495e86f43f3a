// What waits to be sent, one after the other, each under the key that was made for it here.
import { all, drop, keep, one, put } from "./store.js";

const { today, send } = document.body.dataset;
let busy = null;

export const add = (item) => put("queue", { key: crypto.randomUUID(), ...item });
export const of = async (visit) => (await all("queue")).filter((item) => item.visit === visit);

async function asked(url, options = {}) {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(15000), redirect: "manual" });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (answer.type === "opaqueredirect" || (!isJson && answer.status < 500)) return { state: "signed_out" };
  if (answer.status >= 500) throw new Error(answer.status);
  return { status: answer.status, told: await answer.json() };
}

// Send what waits, then take today's visits. Gives online, offline or signed_out.
export function sync() {
  busy ??= run().finally(() => (busy = null));
  return busy;
}

async function run() {
  try {
    const first = await asked(today);
    if (first.state) return first.state;
    const meta = await one("meta", "day");
    if (meta?.staff && meta.staff.id !== first.told.staff.id) {
      await keep(first.told);
      return "online";
    }
    const sent = await sendAll(first.told.csrf);
    if (sent === "signed_out") return sent;
    const fresh = sent ? await asked(today) : first;
    if (fresh.state) return fresh.state;
    await keep(fresh.told);
    return "online";
  } catch {
    return "offline";
  }
}

async function sendAll(csrf) {
  let sent = 0;
  const stopped = new Set();
  for (const item of await all("queue")) {
    if (item.clash || stopped.has(item.visit)) {
      stopped.add(item.visit);
      continue;
    }
    const visit = await one("visits", item.visit);
    // Once sent under its key an act says the same for ever, whatever became of its answer.
    item.payload.version ??= visit?.version;
    await put("queue", item);
    const body = new URLSearchParams({ once: item.key, act: item.act, visit: item.visit, payload: JSON.stringify(item.payload) });
    const answer = await asked(send, { method: "POST", body, headers: { "X-CSRFToken": csrf } });
    if (answer.state) return answer.state;
    sent += 1;
    if (answer.status === 200) {
      await drop("queue", item.n);
      if (visit) await put("visits", { ...visit, ...answer.told });
      if (item.act === "finish") await drop("drafts", item.visit);
    } else {
      stopped.add(item.visit);
      await refused(item, answer);
    }
  }
  return sent;
}

// Somebody else's visit stands against ours: both are kept until a person chooses. Other faults go back to the form.
async function refused(item, { status, told }) {
  if (status === 409 && told.theirs) {
    await put("queue", { ...item, clash: told });
    return;
  }
  for (const later of await of(item.visit)) if (later.n >= item.n) await drop("queue", later.n);
  const draft = (await one("drafts", item.visit)) ?? { visit: item.visit };
  await put("drafts", { ...draft, finished: false, fault: Object.values(told.fields ?? {}).join("；") || told.message });
}

export async function takeTheirs(visit) {
  const [item] = (await of(visit)).filter((one) => one.clash);
  for (const one of await of(visit)) await drop("queue", one.n);
  await drop("drafts", visit);
  if (item.clash.theirs.is_ahead) await put("visits", item.clash.theirs);
  else await drop("visits", visit);
}

// Ours once more, on the visit as it stands now; an arrival that is on record stands.
export async function takeMine(visit) {
  const items = await of(visit);
  const { theirs } = items.find((one) => one.clash).clash;
  await put("visits", theirs);
  for (const { n, clash: _clash, ...item } of items) {
    await drop("queue", n);
    if (item.act === "arrive" && theirs.arrived_at) continue;
    await add({ ...item, key: crypto.randomUUID(), payload: { ...item.payload, version: undefined } });
  }
}
