// Yiju: the map's filters. A choice changes what is drawn and counted in place; the address tells it, Back undoes it.
"use strict";

(() => {
  const yiju = (window.yijuMap ??= {});

  // Of the address: what the map shows, whatever the filters; and what narrows it to a place, which is then framed.
  const looks = ["view", "colour", "year", "layers", "off"];
  const placing = ["q", "district", "subdistrict", "neighbourhood"];

  const placeOf = (query) => placing.map((name) => query.get(name) ?? "").join("\n");

  // The address of a choice: its filters, and the map as it is seen now unless it goes elsewhere.
  const addressOf = (filters) => {
    const [now, next] = [new URLSearchParams(location.search), new URLSearchParams()];
    for (const [name, value] of filters) if (value !== "" && !looks.includes(name)) next.append(name, value);
    const isElsewhere = placeOf(now) !== placeOf(next);
    for (const name of looks) {
      const value = name === "view" && isElsewhere ? "" : now.get(name);
      if (value) next.set(name, value);
    }
    const query = next.toString().replaceAll("%2C", ",");
    return { path: location.pathname + (query && `?${query}`), isElsewhere };
  };

  // MARK: the form

  const controlOf = (label) => label.querySelector("select, input");
  const nameOf = (label) => controlOf(label).name;
  const choicesOf = (control) => [...(control.options ?? [])].map(({ value, text }) => `${value}\n${text}`).join("\n");

  // Only what differs is exchanged: a box that somebody is in stays, whatever comes meanwhile.
  const adoptControl = (mine, theirs) => {
    const value = theirs.value;
    if (choicesOf(mine) !== choicesOf(theirs)) mine.replaceChildren(...theirs.childNodes);
    if (mine.value !== value) mine.value = value;
  };

  const adoptForm = (form, fresh) => {
    const mine = new Map([...form.querySelectorAll("label.filter")].map((label) => [nameOf(label), label]));
    let before = null;
    for (const label of [...fresh.querySelectorAll("label.filter")]) {
      const known = mine.get(nameOf(label));
      mine.delete(nameOf(label));
      if (known) adoptControl(controlOf(known), controlOf(label));
      else before?.after(label);
      before = known ?? label;
    }
    for (const label of mine.values()) label.remove();
    const further = form.querySelector("details");
    if (further && fresh.querySelector("details")?.open) further.open = true;
    const actions = form.querySelector(".filter-actions");
    actions.querySelector("a")?.remove();
    const clear = fresh.querySelector(".filter-actions a");
    if (clear) actions.append(clear);
  };

  // MARK: in place

  // `city`: { map, cards, panel, frame(edges), read() }. Whatever goes wrong, the browser loads the page as without us.
  yiju.filters = (city, shell) => {
    const form = shell.querySelector("[data-map-filters] form");
    if (!form) return;
    let asked = null;

    const fetchPage = async (path) => {
      asked?.abort();
      asked = new AbortController();
      const answer = await fetch(path, { headers: { Accept: "text/html" }, signal: asked.signal });
      if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("[data-map-filters] form")) throw new Error("no map");
      return page;
    };

    const change = async (path, act) => {
      delete document.documentElement.dataset.mapIdle;
      try {
        const page = await fetchPage(path);
        adoptForm(form, page.querySelector("[data-map-filters] form"));
        city.panel.adopt(page);
        act(page);
        city.map.triggerRepaint();
      } catch (error) {
        if (error.name !== "AbortError") location.assign(path);
      }
    };

    const choose = (filters) => change(addressOf(filters).path, (page) => {
      const { totals, frame } = page.querySelector("[data-map]").dataset;
      // As the server understood it: another district has dropped the street chosen before.
      const { path, isElsewhere } = addressOf(new URL(totals, location.href).searchParams);
      history.pushState(null, "", path);
      city.cards.close();
      if (isElsewhere) city.frame(frame);
    });

    form.addEventListener("yiju:filters", (event) => {
      event.preventDefault();
      choose(new FormData(form));
    });
    form.addEventListener("click", (event) => {
      const clear = event.target.closest(".filter-actions a");
      if (!clear || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      form.querySelector("button[type=submit]").focus();
      choose(new URL(clear.href).searchParams);
    });
    // Back and on again: the filters, the colours and the view of that moment. A step within the page is none.
    addEventListener("popstate", () => {
      if (!location.hash) change(location.pathname + location.search, () => city.read());
    });
  };
})();
