// Yiju in the field: sending what is kept, in order, as soon as there is a network. An answer that is lost on the way
// back does no harm: the same id sent again is answered as it was.
"use strict";

(() => {
  const field = window.yijuField;
  const { t } = field;
  const batchCount = 20;
  const batchBytes = 200_000;
  const pause = 60_000;
  // Soon, but not while somebody still corrects a slip of the finger.
  const breath = 2_000;

  // Why sending stopped, told to the officer.
  class Stop extends Error {
    constructor(kind) {
      super(kind);
      this.kind = kind;
    }
  }

  field.status = { kind: navigator.onLine ? "idle" : "offline" };
  // What lies here is another officer's. Only asking the server who is signed in tells, and only that unsays it.
  field.isForeign = false;
  let changed = () => {};
  field.onChange = (listener) => { changed = listener; };

  const tell = (kind, more = {}) => {
    field.status = { ...field.status, ...more, kind };
    changed();
  };

  const ask = async (address, options = {}) => {
    let answer;
    try {
      answer = await fetch(address, { cache: "no-store", redirect: "manual", ...options });
    } catch {
      throw new Stop("offline");
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new Stop("signedOut");
    if (answer.status >= 500 || answer.status === 429) throw new Stop("later");
    return answer;
  };
  field.ask = ask;

  // Whose the phone is now. What belongs to another officer is never sent in this one's name.
  field.session = async () => {
    const answer = await ask("/field/session.json");
    if (!answer.ok) throw new Stop("forbidden");
    const session = await answer.json();
    const { owner } = await field.load();
    field.isForeign = Boolean(owner) && owner !== session.person;
    if (field.isForeign) throw new Stop("foreign");
    return session;
  };

  const body = (batch) => ({
    sentAt: Date.now(),
    items: batch.map(({ id, estate, key, text, seen, at, taken, note }) => ({
      id, estate, at, taken, note, answers: { [key]: text }, seen: { [key]: seen },
    })),
  });

  const post = (session, batch) =>
    ask("/field/answers", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": session.csrf },
      body: JSON.stringify(body(batch)),
    });

  const refusalOf = async (answer) => {
    const problem = await answer.json().catch(() => null);
    const [first] = problem?.errors ?? [];
    return { zh: first?.zh ?? `服务器拒绝（${answer.status}）`, en: first?.en ?? `refused by the server (${answer.status})` };
  };

  const clockOf = (receipts) => receipts.map((receipt) => receipt.detail.clock).find((clock) => clock) ?? 0;

  // Sends all that is ready. A batch that is refused as a whole goes again one by one, so that one bad item is found.
  const sendItems = async (session) => {
    let count = batchCount;
    for (;;) {
      const batch = await field.nextBatch(count, batchBytes);
      if (!batch.length) return;
      const answer = await post(session, batch);
      if (answer.ok) {
        const { items, form } = await answer.json();
        await field.receive(batch, items, form);
        tell("sending", { clock: clockOf(items) || field.status.clock });
        if (items.length < batch.length) throw new Stop("later");
      } else if (answer.status === 403) {
        throw new Stop("forbidden");
      } else if (batch.length > 1) {
        count = 1;
      } else {
        await field.refuse("items", batch[0], await refusalOf(answer));
        changed();
      }
    }
  };

  const photoForm = (session, photo) => {
    const form = new FormData();
    const fields = { csrf: session.csrf, id: photo.id, question: photo.key ?? "" };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("photo", photo.blob, "photo.jpg");
    return form;
  };

  // Photos come last: an answer weighs little and matters more.
  const sendPhotos = async (session) => {
    const { photos } = await field.load();
    for (const photo of photos.filter((photo) => photo.state === "ready")) {
      const headers = { Accept: "application/json" };
      const address = `/estates/${photo.estate}/photos`;
      const answer = await ask(address, { method: "POST", headers, body: photoForm(session, photo) });
      if (answer.status === 403) throw new Stop("forbidden");
      if (answer.ok) await field.dismiss("photos", photo.seq);
      else await field.refuse("photos", photo, await refusalOf(answer));
      changed();
    }
  };

  const sendAll = async () => {
    if (!navigator.onLine) return tell("offline");
    if (field.isForeign) return tell("foreign");
    if (!(await field.countUnsent())) return tell("idle");
    tell("sending");
    try {
      const session = await field.session();
      await sendItems(session);
      await sendPhotos(session);
      tell("idle");
    } catch (error) {
      if (!(error instanceof Stop)) console.error(error);
      tell(error instanceof Stop ? error.kind : "later");
    }
  };

  // One page at a time sends, however many are open.
  field.send = () =>
    navigator.locks
      ? navigator.locks.request("yiju-field-sending", { ifAvailable: true }, (lock) => (lock ? sendAll() : undefined))
      : sendAll();

  let timer;
  field.sendSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void field.send(), breath);
  };

  field.statusWords = () => {
    const words = {
      idle: t("已联网", "Online"),
      offline: t("没有网络，答案都留在手机上", "No network; answers stay on the phone"),
      sending: t("正在发送", "Sending"),
      signedOut: t("登录已过期，请重新登录后发送", "Signed out: sign in again to send"),
      forbidden: t("您的岗位现在不能更正数据", "Your post may not correct estates now"),
      foreign: t("手机上是另一位同事的资料", "What lies here is another officer's"),
      later: t("服务器暂时不能接收，稍后再发", "The server cannot take it now; it goes later"),
    };
    return words[field.status.kind];
  };

  addEventListener("online", () => void field.send());
  addEventListener("offline", () => tell("offline"));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void field.send();
  });
  setInterval(() => void field.send(), pause);
})();
