// Yiju in the field: what lies on the phone. One database of the browser, which outlives reloads and days without a
// network; nothing is told to be kept before it is on the disk.
"use strict";

window.yijuField = {};

(() => {
  const field = window.yijuField;
  const database = "yiju-field";
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const seenLimit = 20;
  // The states of an item whose outcome is still open.
  const unsent = new Set(["typing", "ready", "tried"]);

  field.t = (zh, en) => (language === "zh" ? zh : en);
  field.said = (phrase) => (phrase ? phrase[language] : "");
  field.isUnsent = (item) => unsent.has(item.state);

  // UUID version 7 (RFC 9562): the phone's time, then chance.
  field.newID = (now = Date.now()) => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    for (let i = 0; i < 6; i++) bytes[i] = Math.floor(Math.max(0, now) / 2 ** (8 * (5 - i))) % 256;
    bytes[6] = 0x70 | (bytes[6] & 15);
    bytes[8] = 0x80 | (bytes[8] & 63);
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const make = (made) => {
    made.createObjectStore("kept", { keyPath: "name" });
    made.createObjectStore("estates", { keyPath: "id" });
    const items = made.createObjectStore("items", { keyPath: "seq", autoIncrement: true });
    items.createIndex("question", ["estate", "key"]);
    made.createObjectStore("photos", { keyPath: "seq", autoIncrement: true });
  };

  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  let opened;
  const open = () => {
    if (opened) return opened;
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => make(request.result);
    opened = asked(request);
    opened.catch(() => { opened = undefined; });
    return opened;
  };

  // One transaction over the stores named. It is done when the promise is: `body` awaits nothing but its requests.
  const within = async (names, mode, body) => {
    const tx = (await open()).transaction(names, mode, { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      tx.oncomplete = resolve;
      tx.onabort = () => reject(tx.error);
    });
    const value = await body(Object.fromEntries(names.map((name) => [name, tx.objectStore(name)])));
    await done;
    return value;
  };

  const all = (store) => asked(store.getAll());

  // Everything, as the pages show it. `pack` is what was taken along beside the estates; undefined for nothing.
  field.load = () =>
    within(["kept", "estates", "items", "photos"], "readonly", async ({ kept, estates, items, photos }) => ({
      pack: await asked(kept.get("pack")),
      owner: (await asked(kept.get("owner")))?.person,
      estates: await all(estates),
      items: await all(items),
      photos: await all(photos),
    }));

  field.loadItems = () => within(["items"], "readonly", ({ items }) => all(items));

  // What was being typed when the page went is an answer: it was seen on the screen.
  field.settleTyping = () =>
    within(["items"], "readwrite", async ({ items }) => {
      for (const item of await all(items)) if (item.state === "typing") items.put({ ...item, state: "ready" });
    });

  // Puts a package in the place of the last one. Estates with answers not yet sent stay, whatever was chosen.
  field.takeAlong = ({ now, person, places, form, estates: taken }) =>
    within(["kept", "estates", "items"], "readwrite", async ({ kept, estates, items }) => {
      const open = new Set((await all(items)).filter(field.isUnsent).map((item) => item.estate));
      for (const estate of await all(estates)) if (!open.has(estate.id)) estates.delete(estate.id);
      for (const estate of taken) estates.put({ ...estate, taken: now });
      kept.put({ name: "pack", now, places, form, isOld: false });
      kept.put({ name: "owner", person });
    });

  const last = async (items, estate, key) => (await asked(items.index("question").getAll([estate, key]))).at(-1);

  // Keeps an answer: in the place of the last one while that has not been on its way, beside it afterwards.
  // `seen` are the values the officer had before the eyes: what was taken along, and own answers on their way.
  field.answer = (estate, question, text, { note, isTyping = false } = {}) =>
    within(["items", "estates"], "readwrite", async ({ items, estates }) => {
      const before = await last(items, estate.id, question.key);
      const isOpen = before && (before.state === "typing" || before.state === "ready");
      // As it is kept now: another page of this phone may have sent an answer meanwhile.
      const held = (await asked(estates.get(estate.id))) ?? estate;
      const base = isOpen ? before : fresh(held, question, before);
      const state = isTyping ? "typing" : "ready";
      const item = { ...base, text, at: Date.now(), state, note: note ?? base.note };
      if (before && !isOpen && before.state !== "tried") items.delete(before.seq);
      return { ...item, seq: await asked(items.put(item)) };
    });

  const known = (estate, question) => estate.facts[question.key]?.[0] ?? null;

  const fresh = (estate, question, before) => ({
    id: field.newID(),
    estate: estate.id,
    key: question.key,
    seen: before?.state === "tried" ? [...before.seen, before.text].slice(-seenLimit) : [known(estate, question)],
    taken: estate.taken,
    note: "",
    // Told even when the form and the estates are no longer on the phone.
    about: { estate: estate.name, zh: question.zh, en: question.en },
  });

  // Takes an answer back that was not on its way yet; answers whether it was.
  field.takeBack = (estate, key) =>
    within(["items"], "readwrite", async ({ items }) => {
      const item = await last(items, estate.id, key);
      if (!item || item.state === "tried") return false;
      items.delete(item.seq);
      return true;
    });

  field.dismiss = (store, seq) => within([store], "readwrite", async (stores) => void stores[store].delete(seq));

  // The next items to send, in order, marked as on their way.
  field.nextBatch = (count, bytes) =>
    within(["items"], "readwrite", async ({ items }) => {
      const batch = [];
      let size = 0;
      for (const item of await all(items)) {
        if (item.state !== "ready" && item.state !== "tried") continue;
        size += new Blob([JSON.stringify(item)]).size;
        if (batch.length === count || (batch.length && size > bytes)) break;
        batch.push({ ...item, state: "tried" });
      }
      for (const item of batch) items.put(item);
      return batch;
    });

  // What the server made of items: facts of the estate, or something for the officer to see.
  field.receive = (batch, receipts, formVersion) =>
    within(["kept", "estates", "items"], "readwrite", async ({ kept, estates, items }) => {
      const told = new Map(receipts.map((receipt) => [receipt.id, receipt]));
      for (const item of batch) {
        const receipt = told.get(item.id);
        if (receipt) await receiveOne(item, receipt, estates, items);
      }
      const pack = await asked(kept.get("pack"));
      if (pack && formVersion > pack.form.version) kept.put({ ...pack, isOld: true });
    });

  const receiveOne = async (item, { outcome, detail }, estates, items) => {
    const answer = detail.answers[item.key] ?? {};
    const state = outcome === "settled" ? "settled" : answer.is;
    if (state === "conflict" || state === "refused") {
      items.put({ ...item, state, clock: detail.clock, why: { zh: answer.zh, en: answer.en } });
      return;
    }
    items.delete(item.seq);
    const estate = await asked(estates.get(item.estate));
    if (!estate || state === "settled") return;
    estate.sources.push(["现场摸底", detail.day]);
    estate.facts[item.key] = [item.text, estate.sources.length - 1];
    estate.isMine = true;
    estates.put(estate);
  };

  // An item that the server cannot read at all must not hold up those behind it.
  field.refuse = (store, item, why) =>
    within([store], "readwrite", async (stores) => void stores[store].put({ ...item, state: "refused", why }));

  // Sends a refused one again: what stood in its way may be gone.
  field.retry = (store, seq) =>
    within([store], "readwrite", async (stores) => {
      const item = await asked(stores[store].get(seq));
      if (item) stores[store].put({ ...item, state: "ready", why: undefined });
    });

  field.addPhoto = (estate, question, blob) =>
    within(["photos"], "readwrite", async ({ photos }) => {
      const about = { estate: estate.name, zh: question?.zh ?? "小区照片", en: question?.en ?? "the estate" };
      const photo = { id: field.newID(), estate: estate.id, key: question?.key ?? null, at: Date.now(), blob, about };
      photos.put({ ...photo, taken: estate.taken, state: "ready" });
    });

  // Forgets what was taken along, and the page itself; without `everything`, what is not sent yet stays for its owner.
  field.forget = async ({ everything = false } = {}) => {
    await within(["kept", "estates", "items", "photos"], "readwrite", async ({ kept, estates, items, photos }) => {
      kept.delete("pack");
      estates.clear();
      for (const item of await all(items)) if (everything || !field.isUnsent(item)) items.delete(item.seq);
      if (everything) photos.clear();
      if (!(await asked(items.count())) && !(await asked(photos.count()))) kept.delete("owner");
    });
    await window.caches?.delete(database);
  };

  field.warning = (count) =>
    field.t(`手机上还有 ${count} 项现场答案没有发送。它们留在本机，由您下次登录后发送。仍要退出吗？`,
      `${count} answers from the field are not sent. They stay here until you sign in again. Sign out all the same?`);

  field.countUnsent = async () => {
    const { items, photos } = await field.load();
    return items.filter(field.isUnsent).length + photos.length;
  };
})();
