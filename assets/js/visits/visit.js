import { isSigned, pad, strokes } from "./pad.js";
import { add } from "./queue.js";
import { now, one, put } from "./store.js";
import { clock, fill, lateBy, made, words } from "./words.js";

const TEXTS = ["unagreed_because", "late_because", "did", "opinions", "wishes", "signer", "reason", "outcome"];
const MARKS = ["punctuality", "attitude", "skill", "speed", "claims"];
let ticking = 0;

// One visit being paid. Everything is kept here at once; nothing needs the network.
export async function showVisit(main, visit, items, { back, changed, refresh }) {
  const view = made("visit");
  const draft = { visit: visit.id, signer: visit.contact, outcome: "signed", hand: [], ...(await one("drafts", visit.id)) };
  draft.arrived_at ??= visit.arrived_at;
  draft.items = visit.preparation.map(({ text, done }) => draft.items?.find((one) => one.text === text) ?? { text, done, why: "" });
  const find = (part) => view.querySelector(part);
  const form = find("form");
  const elements = form.elements;
  const agreed = visit.agreed_at ?? visit.wanted_at;
  fill(view, {
    number: visit.number,
    client: visit.client,
    contact: visit.contact,
    place: visit.place,
    agreed: agreed ? `${visit.agreed_at ? words.agreed : words.wanted} ${clock(agreed)}` : words.unagreed,
  });
  if (visit.geo) find("[data-place]").href = visit.geo;
  for (const name of TEXTS) elements[name].value = draft[name] ?? "";
  for (const name of ["overall", ...MARKS]) if (draft[name]) elements[name].value = draft[name];
  const list = find(".visit-items");
  for (const item of draft.items) list.append(line(item));
  find("[data-part=items]").hidden = draft.items.length === 0;
  find("[data-part=unagreed]").hidden = Boolean(visit.agreed_at);
  const arrive = find("[data-arrive]");
  const fault = find("[data-fault]");
  const clockAt = find("[data-clock]");
  const fate = find("[data-fate]");
  const arrived = find("[data-arrived]");
  const late = find("[data-part=late]");
  const count = find("[data-count]");
  const reason = find("[data-part=reason]");
  const signedAt = find("[data-signed]");
  let isAsked = false; // Whether ending was tried: what is missing then follows what is filled in.
  if (draft.fault) say(draft.fault);
  main.replaceChildren(view);
  const hand = pad(main.querySelector("canvas"), () => {
    draft.hand = hand.toData();
    draft.signed_at = now().toISOString();
    save();
  });
  if (draft.hand.length) hand.fromData(draft.hand);
  draw();
  clearInterval(ticking);
  ticking = setInterval(tick, 15000);
  if (items.some((item) => item.act === "finish")) {
    for (const element of elements) element.disabled = true;
    hand.off();
    say(words.done);
  }

  function line(item) {
    const row = made("item").firstElementChild;
    const [box, why] = row.querySelectorAll("input");
    row.querySelector("span").textContent = item.text;
    box.checked = item.done;
    why.value = item.why;
    why.hidden = item.done;
    box.addEventListener("change", () => {
      item.done = box.checked;
      why.hidden = box.checked;
      save();
    });
    why.addEventListener("input", () => {
      item.why = why.value;
      save();
    });
    return row;
  }

  function say(text) {
    fault.hidden = !text;
    fault.textContent = text;
  }

  function tick() {
    const minutes = draft.arrived_at ? Math.max(Math.floor((now() - Date.parse(draft.arrived_at)) / 60000), 0) : 0;
    const two = (number) => String(number).padStart(2, "0");
    clockAt.textContent = draft.arrived_at ? `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}` : "";
  }

  function draw() {
    const { tone, words: said } = lateBy(visit.agreed_at, draft.arrived_at);
    arrived.textContent = draft.arrived_at ? `${words.arrived} ${clock(draft.arrived_at)}` : "";
    fate.textContent = said;
    fate.className = tone;
    arrive.hidden = Boolean(draft.arrived_at);
    late.hidden = tone !== "red";
    count.textContent = `${draft.items.filter((item) => item.done).length} / ${draft.items.length}`;
    reason.hidden = elements.outcome.value === "signed";
    signedAt.textContent = draft.hand.length && draft.signed_at ? `${elements.signer.value} ${clock(draft.signed_at)}` : "";
    tick();
  }

  async function save() {
    for (const name of TEXTS) draft[name] = elements[name].value;
    for (const name of ["overall", ...MARKS]) draft[name] = elements[name].value;
    draw();
    if (isAsked) say(wrong());
    await put("drafts", draft);
  }

  form.addEventListener("input", save);
  main.querySelector("[data-back]").addEventListener("click", () => save().then(back));
  main.querySelector("[data-keep]").addEventListener("click", () => save().then(back));
  main.querySelector("[data-pad-clear]").addEventListener("click", () => {
    hand.clear();
    draft.hand = [];
    save();
  });
  arrive.addEventListener("click", async () => {
    draft.arrived_at = now().toISOString();
    await save();
    await add({ act: "arrive", visit: visit.id, payload: { at: draft.arrived_at } });
    await changed();
    refresh();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    isAsked = true;
    await save();
    if (wrong()) return;
    draft.fault = "";
    await put("drafts", draft);
    await add({ act: "finish", visit: visit.id, payload: payload() });
    await back();
  });

  // The same questions as the server's, for who has no network to be asked by it.
  function wrong() {
    if (!draft.arrived_at) return words.no_arrival;
    if (!visit.agreed_at && !draft.unagreed_because.trim()) return `${words.no_reason}（4.1.B）`;
    if (draft.items.some((item) => !item.done && !item.why.trim())) return `${words.why}（4.1.C）`;
    if (draft.outcome !== "signed") return draft.reason.trim() ? "" : `${words.no_reason}（4.1.D）`;
    if (!draft.overall) return `${words.no_mark}（4.1.D）`;
    if (!isSigned(draft.hand)) return `${words.no_signature}（4.1.D）`;
    return draft.signer.trim() ? "" : `${words.no_signer}（4.1.D）`;
  }

  function payload() {
    const signed = draft.outcome === "signed";
    return {
      arrived_at: draft.arrived_at,
      left_at: now().toISOString(),
      did: draft.did.trim(),
      prepared: draft.items.map(({ done, why }) => ({ done, why: done ? "" : why.trim() })),
      unagreed_because: draft.unagreed_because.trim(),
      late_because: draft.late_because.trim(),
      overall: draft.overall ? Number(draft.overall) : null,
      marks: Object.fromEntries(MARKS.filter((name) => draft[name]).map((name) => [name, Number(draft[name])])),
      opinions: draft.opinions.trim(),
      wishes: [...new Set(draft.wishes.split("\n").map((wish) => wish.trim()).filter(Boolean))],
      outcome: draft.outcome,
      reason: signed ? "" : draft.reason.trim(),
      signer: signed ? draft.signer.trim() : "",
      signed_at: signed ? draft.signed_at : null,
      strokes: signed ? strokes(draft.hand) : [],
    };
  }
}
