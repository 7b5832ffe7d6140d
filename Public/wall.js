// Yiju: the wall. Its parts are fetched anew whenever the server tells that something was done; a line that breaks is
// said, with the time, and taken up again.
"use strict";

(() => {
  const wall = document.querySelector("[data-wall]");
  if (!wall) return;
  const words = wall.dataset;
  const state = wall.querySelector("[data-wall-state]");
  const find = (selector) => wall.querySelector(selector);

  // The server's time, whatever this machine's clock says; China is UTC+8 all year.
  const ahead = Number(words.now) - Date.now();
  const chinaTime = () => new Date(Date.now() + ahead + 8 * 3600e3).toISOString();
  const clockOf = (time) => time.slice(11, 16);

  const longestSilence = 45e3;
  const longestPause = 30e3;
  let stream = null;
  let heard = 0;
  let failures = 0;
  let brokenSince = null;

  const say = (name, text) => {
    if (state.dataset.state === name && state.textContent === text) return;
    state.dataset.state = name;
    state.textContent = text;
  };

  const live = () => {
    heard = Date.now();
    failures = 0;
    brokenSince = null;
    say("live", words.live);
  };

  const hangUp = () => {
    stream?.close();
    stream = null;
  };

  // The server has spoken its last word: nothing comes until somebody signs in.
  const end = () => {
    hangUp();
    say("ended", "");
    const link = document.createElement("a");
    link.href = `/sign-in?back=${encodeURIComponent(location.pathname)}`;
    link.textContent = words.ended;
    state.append(link);
  };

  const isOver = () => state.dataset.state === "ended";

  // Which acts are new is marked until the next change.
  const swap = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-wall-parts]");
    if (!fresh) return;
    const known = new Set([...wall.querySelectorAll("[data-act]")].map((act) => act.dataset.act));
    for (const act of fresh.querySelectorAll("[data-act]")) act.classList.toggle("is-new", !known.has(act.dataset.act));
    find("[data-wall-parts]").replaceWith(document.adoptNode(fresh));
  };

  let isLoading = false;
  let isDue = false;

  // One at a time: what happens meanwhile is fetched afterwards. A redirect leads to signing in.
  const load = async () => {
    if (isLoading) {
      isDue = true;
      return;
    }
    isLoading = true;
    try {
      const answer = await fetch(words.parts, { credentials: "same-origin", cache: "no-store", redirect: "manual" });
      if (answer.ok) swap(await answer.text());
      else if (answer.type === "opaqueredirect" || answer.status === 403) end();
    } catch {
      // The line is down; listening again will tell.
    }
    isLoading = false;
    if (isDue && !isOver()) {
      isDue = false;
      load();
    }
  };

  const change = (event) => {
    live();
    // Many walls at once: not all in the same moment.
    if (event.data !== find("[data-wall-parts]").dataset.version) setTimeout(load, Math.random() * 400);
  };

  // A stream may be refused while pages are served: then the wall is at least brought up to date at each try.
  const broken = async () => {
    hangUp();
    if (isOver()) return;
    brokenSince ??= clockOf(chinaTime());
    say("broken", `${words.broken} · ${words.since.replace("{time}", brokenSince)}`);
    await load();
    if (isOver()) return;
    const pause = Math.min(longestPause, 1000 * 2 ** failures) * (0.75 + Math.random() / 2);
    failures += 1;
    setTimeout(listen, pause);
  };

  const listen = () => {
    if (stream || isOver()) return;
    heard = Date.now();
    const opened = new EventSource(words.events);
    stream = opened;
    opened.addEventListener("beat", live);
    opened.addEventListener("change", change);
    opened.addEventListener("end", end);
    opened.addEventListener("error", () => {
      if (stream === opened) broken();
    });
  };

  let day = chinaTime().slice(0, 10);

  const tick = () => {
    const time = chinaTime();
    const clock = find("[data-wall-clock]");
    if (clock.textContent !== clockOf(time)) clock.textContent = clockOf(time);
    if (time.slice(0, 10) !== day) {
      day = time.slice(0, 10);
      if (!isOver()) load();
    }
    if (stream && Date.now() - heard > longestSilence) broken();
  };

  const toggleFull = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  };

  // Esc leaves the full screen by itself.
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, select, textarea");
    if (event.key.toLowerCase() !== "f" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    event.preventDefault();
    toggleFull();
  });
  const button = find("[data-wall-full]");
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", toggleFull);

  addEventListener("pagehide", hangUp);
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  tick();
  setInterval(tick, 1000);
  listen();
})();
