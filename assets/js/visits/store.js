// What the telephone keeps: today's visits, what is being filled in, what waits to be sent.
const NAME = "chengnuo-visits";
const DAY = 24 * 3600 * 1000;
let opened;

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("meta");
      db.createObjectStore("visits", { keyPath: "id" });
      db.createObjectStore("drafts", { keyPath: "visit" });
      db.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

const at = async (store, mode = "readonly") => (await open()).transaction(store, mode).objectStore(store);

export const all = async (store) => answered((await at(store)).getAll());
export const one = async (store, key) => answered((await at(store)).get(key));
export const put = async (store, value, key) => answered((await at(store, "readwrite")).put(value, key));
export const drop = async (store, key) => answered((await at(store, "readwrite")).delete(key));
export const clear = async (...stores) => {
  for (const store of stores) await answered((await at(store, "readwrite")).clear());
};

// The server's clock as far as it is known: a telephone's own may be wrong.
let ahead = 0;
export const now = () => new Date(Date.now() + ahead);

export async function load() {
  const meta = (await one("meta", "day")) ?? { order: [] };
  ahead = meta.ahead ?? 0;
  if (meta.at && Date.now() - meta.at > DAY) await expire();
  return (await one("meta", "day")) ?? { order: [] };
}

// After a day the visits go. What was filled in and not sent yet stays until it is: it is the client's word.
async function expire() {
  const waiting = new Set((await all("queue")).map((item) => item.visit));
  for (const store of ["visits", "drafts"]) {
    for (const row of await all(store)) {
      const id = row.id ?? row.visit;
      if (!waiting.has(id)) await drop(store, id);
    }
  }
  await put("meta", { ...(await one("meta", "day")), order: [...waiting], at: 0, expired: true }, "day");
}

export async function keep(told) {
  const before = (await one("meta", "day")) ?? {};
  if (before.staff && before.staff.id !== told.staff.id) await clear("visits", "drafts", "queue");
  const waiting = new Set((await all("queue")).map((item) => item.visit));
  for (const visit of await all("visits")) if (!waiting.has(visit.id)) await drop("visits", visit.id);
  for (const visit of told.visits) if (!waiting.has(visit.id)) await put("visits", visit);
  const order = told.visits.map((visit) => visit.id);
  for (const id of waiting) if (!order.includes(id)) order.push(id);
  ahead = Date.parse(told.saved_at) - Date.now();
  const drafts = await all("drafts");
  for (const draft of drafts) if (!order.includes(draft.visit)) await drop("drafts", draft.visit);
  await put("meta", { staff: told.staff, order, ahead, at: Date.now(), csrf: told.csrf }, "day");
}
