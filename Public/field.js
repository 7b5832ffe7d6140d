// Yiju in the field: the officer's estates on the phone, with or without a network.
"use strict";

(() => {
  const field = window.yijuField;
  const { t, said, element, button, pill, stack, note } = field;
  const shownAtOnce = 100;
  const photoLimit = 200;
  const photoBytes = 20 << 20;

  let state = { estates: [], items: [], photos: [] };
  let shown = { refresh: () => {} };
  let here = null;
  const list = { text: "", only: "all" };

  const fail = (error) => {
    console.error(error);
    const isFull = error?.name === "QuotaExceededError";
    say(isFull ? t("手机存储已满，没有存下；请先发送或清理。", "The phone is full: this was not kept. Send, or clear up.")
      : t("没有存下，请再试一次。", "This was not kept; try again."), "cinnabar");
  };

  const reload = async () => {
    state = await field.load();
    shown.refresh();
    showStatus();
  };

  // MARK: the bar: what is not sent is always in sight

  const bar = element("div", { className: "field-bar", role: "status" });
  const messages = element("div", { className: "stack", "aria-live": "polite" });

  const say = (text, tone) => messages.replaceChildren(element("p", { className: `notice ${tone}` }, text));

  const showStatus = () => {
    const open = state.items.filter(field.isUnsent).length + state.photos.length;
    const toSee = state.items.filter((item) => !field.isUnsent(item)).length;
    const count = open ? t(`${open} 项未发送`, `${open} not sent`) : t("全部已发送", "All is sent");
    bar.replaceChildren(
      element("a", { className: `pill ${open ? "amber" : "jade"}`, href: "#waiting" }, count),
      toSee ? element("a", { className: "pill cinnabar", href: "#waiting" }, t(`${toSee} 项要看`, `${toSee} to see`)) : "",
      element("span", { className: "note" }, field.statusWords()), ...steps(open));
    const minutes = Math.round(Math.abs(field.status.clock ?? 0) / 60);
    if (minutes) say(t(`手机时间差了约 ${minutes} 分钟，已按服务器时间校正；请调准手机。`,
      `The phone's clock is off by about ${minutes} minutes; times were put right. Please set it.`), "amber");
  };

  const signIn = { className: "button quiet", href: "/sign-in?back=%2Ffield" };

  const steps = (open) => {
    if (field.status.kind === "signedOut") return [element("a", signIn, t("登录", "Sign in"))];
    if (!open || field.isForeign || field.status.kind === "sending") return [];
    return [button(t("立即发送", "Send now"), "quiet", () => void field.send())];
  };

  // MARK: the list

  const distance = (estate) => {
    if (!here || !estate.location) return Infinity;
    const [x, y] = estate.location;
    const metres = 111_320;
    return Math.hypot((x - here.x) * metres * Math.cos((y * Math.PI) / 180), (y - here.y) * metres);
  };

  const distanceText = (estate) => {
    const metres = distance(estate);
    if (metres === Infinity) return "";
    return metres < 1000 ? `${Math.round(metres / 10) * 10} m` : `${(metres / 1000).toFixed(1)} km`;
  };

  const locate = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        here = { x: coords.longitude, y: coords.latitude };
        shown.refresh();
      },
      () => say(t("没有取得位置，仍按名称排列。", "No position; the list stays by name."), "neutral"),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 });

  const isMine = (estate) => estate.isMine || state.items.some((item) => item.estate === estate.id);

  const wanted = () => {
    const words = list.text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = state.estates.filter((estate) => {
      const text = [estate.name, estate.number, estate.address, said(estate.place)].join(" ").toLowerCase();
      if (!words.every((word) => text.includes(word))) return false;
      return list.only === "due" ? estate.due && !isMine(estate) : list.only === "mine" ? isMine(estate) : true;
    });
    return found.sort((a, b) => distance(a) - distance(b) || a.name.localeCompare(b.name, "zh"));
  };

  const card = (estate) => {
    const { questions } = state.pack.form;
    const mine = state.items.filter((item) => item.estate === estate.id);
    const open = field.unsentOf(estate, mine);
    const marks = [
      estate.due && !isMine(estate) ? pill(t("待摸底", "to survey"), "indigo") : "",
      open ? pill(t(`${open} 项未发送`, `${open} not sent`), "amber") : "",
      mine.some((item) => !field.isUnsent(item)) ? pill(t("要看", "to see"), "cinnabar") : "",
    ];
    const known = field.known(estate, questions, state.items);
    const progress = t(`已答 ${known}/${questions.length}`, `${known} of ${questions.length}`);
    const told = [distanceText(estate), said(estate.place), progress].filter(Boolean).join(" · ");
    return element("li", {}, element("a", { className: "card field-estate", href: `#estate/${estate.id}` },
      element("b", {}, estate.name), element("span", { className: "note" }, told),
      element("span", { className: "field-marks" }, ...marks)));
  };

  const filters = (refresh) => {
    const kinds = [["all", t("全部", "All")], ["due", t("待摸底", "To survey")], ["mine", t("我改过", "Changed by me")]];
    const choose = (kind) => { list.only = kind; refresh(); };
    const chips = kinds.map(([kind, title]) => {
      const chip = button(title, "quiet", () => choose(kind));
      chip.dataset.kind = kind;
      return chip;
    });
    const nearest = navigator.geolocation ? [button(t("离我最近", "Nearest first"), "quiet", locate)] : [];
    const press = () => {
      for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.kind === list.only));
    };
    return { view: element("p", { className: "field-filters" }, ...chips, ...nearest), press };
  };

  const oldForm = () =>
    element("p", { className: "notice amber" },
      t("调查表有了新版本，请重新带走资料。", "There is a newer form: take the estates along again."));

  const listView = () => {
    const rows = element("ul", { className: "stack field-list" });
    const told = note();
    const refresh = () => {
      const found = wanted();
      rows.replaceChildren(...found.slice(0, shownAtOnce).map(card));
      const rest = t(`，只列前 ${shownAtOnce} 个，请搜索`, `, the first ${shownAtOnce} shown: search`);
      told.textContent = t(`${found.length} 个小区`, `${found.length} estates`) + (found.length > shownAtOnce ? rest : "");
      chips.press();
    };
    const chips = filters(refresh);
    const search = element("input", {
      type: "search", value: list.text, placeholder: t("搜索名称、地址、编号", "Name, address or number"),
      "aria-label": t("搜索小区", "Search estates"), autocomplete: "off", maxLength: 100,
      oninput: () => { list.text = search.value; refresh(); },
    });
    refresh();
    const taken = new Date(state.pack.now).toLocaleDateString();
    const foot = note(t(`资料于 ${taken} 带走。`, `Taken along on ${taken}. `),
      element("a", { href: "#take" }, t("重新选择或更新", "Choose anew or renew")));
    return { view: stack(state.pack.isOld && oldForm(), search, chips.view, told, rows, foot), refresh };
  };

  // MARK: an estate

  // Undefined takes the answer back; null is unknown.
  const keep = async (estate, question, text, options = {}) => {
    try {
      if (text === undefined) await field.takeBack(estate, question.key);
      else await field.answer(estate, question, text, options);
      state.items = await field.loadItems();
      shown.refresh();
      showStatus();
      if (!options.isTyping) field.sendSoon();
    } catch (error) {
      fail(error);
    }
  };

  const backLink = () =>
    element("p", {}, element("a", { className: "button quiet", href: "#list" }, t("← 小区列表", "← All estates")));

  const estateView = (id) => {
    const estate = state.estates.find((each) => each.id === id);
    if (!estate) return listView();
    const made = field.estateView(estate, state.pack.form, () => state.items,
      (question, text, options) => void keep(current(estate), question, text, options));
    const refresh = () => {
      adopt(estate);
      made.refresh();
    };
    return { view: stack(backLink(), made.view), refresh };
  };

  // What was sent has become a fact of the estate meanwhile.
  const current = (estate) => state.estates.find((each) => each.id === estate.id) ?? estate;
  const adopt = (estate) => Object.assign(estate, current(estate));

  field.keepPhoto = async (estate, question, file) => {
    if (file.size > photoBytes) return say(t("照片超过 20 MB，没有存下。", "Over 20 MB: the photo was not kept."), "cinnabar");
    if (state.photos.length >= photoLimit) return say(t("手机上已有 200 张照片。", "200 photos wait already."), "cinnabar");
    try {
      await field.addPhoto(estate, question, file);
      await reload();
      say(t("照片已存在手机，等待发送。", "The photo is kept on the phone and waits to be sent."), "jade");
      field.sendSoon();
    } catch (error) {
      fail(error);
    }
  };

  // MARK: what waits

  const dismiss = (store, seq) => () => field.dismiss(store, seq).then(reload);

  const outcome = (item) => {
    if (field.isUnsent(item)) return pill(t("未发送", "not sent"), "amber");
    const both = t("与他人不一致，两个值都已保留，等待选择", "met another value; both are kept for a choice");
    return pill(item.state === "conflict" ? both : said(item.why), "cinnabar");
  };

  const itemLine = (item) => {
    const gone = field.isUnsent(item) ? "" : button(t("知道了", "Seen"), "quiet", dismiss("items", item.seq));
    const told = `${said(item.about)}${t("：", ": ")}${field.shown(questionOf(item), item.text)}`;
    return element("li", { className: "card" }, element("b", {}, item.about.estate), element("p", {}, told),
      element("p", { className: "field-marks" }, outcome(item), gone));
  };

  const questionOf = (item) => state.pack?.form.questions.find((each) => each.key === item.key) ?? { choices: [] };

  const photoLine = (photo) => {
    const source = URL.createObjectURL(photo.blob);
    const picture = element("img", { className: "field-photo", alt: said(photo.about), src: source });
    picture.addEventListener("load", () => URL.revokeObjectURL(source));
    const isRefused = photo.state === "refused";
    const words = isRefused ? pill(said(photo.why), "cinnabar") : pill(t("照片等待发送", "photo waits"), "amber");
    const remove = button(t("删除照片", "Delete the photo"), "plain", dismiss("photos", photo.seq));
    const again = isRefused
      ? button(t("再发一次", "Send again"), "plain", async () => {
        await field.retry("photos", photo.seq);
        await reload();
        void field.send();
      })
      : "";
    return element("li", { className: "card" }, picture, element("b", {}, photo.about.estate),
      element("p", {}, said(photo.about)), element("p", { className: "field-marks" }, words, again, remove));
  };

  const waitingView = () => {
    const rows = element("ul", { className: "stack" });
    const refresh = () => {
      const lines = [...state.items.map(itemLine), ...state.photos.map(photoLine)];
      const none = element("li", { className: "card" }, t("没有等待的内容。", "Nothing waits."));
      rows.replaceChildren(...(lines.length ? lines : [none]));
    };
    refresh();
    const conflicts = element("p", {}, element("a", { href: "/field/conflicts" }, t("处理冲突", "Settle conflicts")));
    const head = element("h2", {}, t("等待发送和要看的", "Waiting, and to see"));
    return { view: stack(backLink(), head, rows, conflicts, forgetButton()), refresh };
  };

  const forgetButton = () => button(t("清除本机资料", "Clear this device"), "danger", async () => {
    const open = await field.countUnsent();
    const lost = t(`还有 ${open} 项没有发送，清除后无法找回。确定清除？`,
      `${open} items are not sent and would be lost for good. Clear all the same?`);
    if (!confirm(open ? lost : t("清除本机带走的资料？", "Clear what was taken along?"))) return;
    await field.forget({ everything: true });
    await reload();
    location.hash = "#take";
  });

  // MARK: taking along

  const placeRow = (place, told) => {
    const checked = state.pack?.places.includes(place.code);
    const box = element("input", { type: "checkbox", value: place.code, checked, onchange: told });
    return element("li", {}, element("label", { className: "choice" }, box,
      element("span", {}, said(place), element("small", {}, t(`${place.estates} 个小区`, `${place.estates} estates`)))));
  };

  const takeForm = ({ places, limit }) => {
    const told = element("p", { className: "note", role: "status" });
    const go = button(t("带走", "Take along"), "primary", () => void take(chosen(), told));
    const chosen = () => [...rows.querySelectorAll("input:checked")].map((box) => box.value);
    const count = () => {
      const taken = new Set(chosen());
      const sum = places.reduce((sum, place) => sum + (taken.has(place.code) ? place.estates : 0), 0);
      told.textContent = t(`已选 ${sum} 个小区，最多 ${limit} 个`, `${sum} estates chosen, ${limit} at most`);
      go.disabled = sum === 0 || sum > limit;
    };
    const rows = element("ul", { className: "field-places" }, ...places.map((place) => placeRow(place, count)));
    count();
    const lead = t("选择要去的地方；没有网络时也能看、能填。", "Choose where you go; then you need no network there.");
    return [element("p", {}, lead), rows, told, go];
  };

  const take = async (places, told) => {
    told.textContent = t("正在带走……", "Taking along…");
    try {
      const query = new URLSearchParams(places.map((place) => ["place", place]));
      const answer = await field.ask(`/field/package.json?${query}`);
      if (!answer.ok) throw new Error(`${answer.status}`);
      await field.session();
      await field.takeAlong(await answer.json());
      await reload();
      await Promise.all([workWithoutNetwork(), navigator.storage?.persist?.()]).catch(console.error);
      location.hash = "#list";
    } catch (error) {
      told.textContent = t("没有带走：请检查网络和登录后重试。", "Not taken along: check network and sign-in, then try again.");
      if (error.kind) field.status = { ...field.status, kind: error.kind };
      showStatus();
    }
  };

  const takeView = () => {
    const body = element("div", { className: "card stack" }, element("p", {}, t("正在读取……", "Reading…")));
    const fill = async () => {
      try {
        const answer = await field.ask("/field/places.json");
        body.replaceChildren(...takeForm(await answer.json()));
      } catch {
        body.replaceChildren(element("p", {}, t("没有网络时不能带走资料。", "Estates cannot be taken along without a network.")));
      }
    };
    void fill();
    const head = element("h2", {}, t("带走资料", "Take estates along"));
    return { view: stack(state.pack && backLink(), head, body, state.pack && forgetButton()), refresh: () => {} };
  };

  // Somebody else's answers are neither shown nor sent.
  const foreignView = () => ({
    view: element("div", { className: "card stack" },
      element("h2", {}, t("这是另一位同事的资料", "These are another officer's estates")),
      element("p", {}, t("由本人登录后才能查看和发送；也可以清除。", "They show and go out when that officer signs in; or clear them.")),
      forgetButton()),
    refresh: () => {},
  });

  // MARK: the page

  const root = document.querySelector("[data-field]");
  const place = element("div", {});

  const viewOf = (hash) => {
    if (field.isForeign) return foreignView();
    if (hash === "#waiting") return waitingView();
    if (!state.pack || hash === "#take") return takeView();
    return hash.startsWith("#estate/") ? estateView(hash.slice(8)) : listView();
  };

  const show = () => {
    shown = viewOf(location.hash);
    place.replaceChildren(shown.view);
    messages.replaceChildren();
    scrollTo(0, 0);
    place.querySelector("h2[tabindex]")?.focus();
  };

  // The page and its files, for when there is no network; older ones go.
  const packPage = async () => {
    if (!window.caches) return;
    const links = [...document.querySelectorAll('link[href^="/assets/"], script[src^="/assets/"]')];
    const ours = links.map((link) => link.getAttribute("href") ?? link.getAttribute("src"));
    const files = ["/assets/select.svg", ...ours];
    const cache = await caches.open("yiju-field");
    const known = await cache.keys();
    // Never the page that asks to sign in, to which a late session is sent.
    const page = await fetch("/field", { cache: "no-store", redirect: "manual" });
    if (!page.ok) throw new Error(`/field: ${page.status}`);
    await cache.addAll(files);
    await cache.put("/field", page);
    const wanted = new Set(["/field", ...files].map((file) => new URL(file, location.href).href));
    for (const request of known) if (!wanted.has(request.url)) await cache.delete(request);
  };

  const workWithoutNetwork = async () => {
    if (!("serviceWorker" in navigator)) {
      return say(t("此连接不是 HTTPS，离线后不能打开本页。", "Without HTTPS this page cannot be opened offline."), "amber");
    }
    await navigator.serviceWorker.register("/field/worker.js", { scope: "/field" });
    if (state.pack && navigator.onLine) await packPage();
  };

  const begin = async () => {
    await field.settleTyping();
    state = await field.load();
    root.replaceChildren(bar, messages, place);
    let wasForeign = field.isForeign;
    field.onChange(() => {
      if (wasForeign !== field.isForeign) show();
      wasForeign = field.isForeign;
      void reload();
    });
    addEventListener("hashchange", show);
    show();
    showStatus();
    document.documentElement.dataset.fieldReady = "1";
    if (navigator.onLine) await meetServer();
    await field.send();
  };

  // What fails here fails for want of a network: what is kept stays in use.
  const meetServer = async () => {
    try {
      await field.session();
      await workWithoutNetwork();
    } catch (error) {
      console.error(error);
      field.status = { ...field.status, kind: error.kind ?? "later" };
      showStatus();
      if (field.isForeign) show();
    }
  };

  begin().catch((error) => {
    console.error(error);
    const words = t("本机不能保存资料（浏览器的隐私模式？），请换普通窗口打开。",
      "This browser keeps nothing (a private window?); open an ordinary one.");
    root.replaceChildren(element("p", { className: "notice cinnabar" }, words));
  });
})();
