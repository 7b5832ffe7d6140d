// Yiju: what floats over the map: colours and legend, layers, the years, the totals of the view, the search.
"use strict";

(() => {
  const yiju = (window.yijuMap ??= {});
  const { say, grouped, element } = yiju;
  const yearMilliseconds = 1000;

  // MARK: colours and legend

  const option = (value, words) => {
    const made = element("option", words);
    made.value = value;
    return made;
  };

  // The survey's questions that can colour the map, the conditions first.
  yiju.colourChoices = (select, facts, chosen) => {
    const group = (words, some) => {
      const made = element("optgroup");
      made.label = words;
      made.append(...some.map((fact) => option(fact.key, say(fact.zh, fact.en))));
      if (some.length) select.append(made);
    };
    for (const old of select.querySelectorAll("optgroup")) old.remove();
    group(say("状况", "Condition"), facts.filter((fact) => fact.kind === "ordinal"));
    group(say("其他调查项目", "Other questions"), facts.filter((fact) => fact.kind !== "ordinal"));
    select.value = chosen;
  };

  const swatch = (token) => {
    const made = element("span", undefined, "swatch");
    if (token) made.style.backgroundColor = `var(${token})`;
    else made.classList.add("scale-bar");
    return made;
  };

  // The mark of a stage as the server drew it, that of anything else a spot of its colour.
  const markOf = (mode, entry) => {
    if (mode.key !== "stage") return swatch(entry.token);
    const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    mark.setAttribute("class", `mark stage-${entry.key}`);
    mark.setAttribute("viewBox", "0 0 12 12");
    mark.setAttribute("aria-hidden", "true");
    const dot = document.createElementNS(mark.namespaceURI, "circle");
    for (const [name, value] of [["cx", 6], ["cy", 6], ["r", 5]]) dot.setAttribute(name, value);
    mark.append(dot);
    return mark;
  };

  const scaleOf = ({ min, max, unit, isOpen }) => {
    const made = element("li", undefined, "scale");
    const ends = element("span", undefined, "scale-ends");
    const short = (value) => `${value >= 10000 ? grouped(value) : Number(value.toPrecision(4))}${unit}`;
    const [below, above] = isOpen ? ["≤ ", "≥ "] : ["", ""];
    const words = [below + short(min), short((min + max) / 2), above + short(max)];
    ends.append(...words.map((word) => element("span", word)));
    made.append(element("span", undefined, "scale-bar"), ends);
    return made;
  };

  const entryOf = (mode, entry, { off, toggle }) => {
    const line = element("li");
    line.dataset.stage = mode.key === "stage" ? entry.key : "";
    const label = element("label", undefined, "legend-item");
    const box = element("input");
    box.type = "checkbox";
    box.value = entry.key;
    box.checked = !off.has(entry.key);
    box.addEventListener("change", () => toggle(entry.key, box.checked));
    label.append(box, markOf(mode, entry), element("span", entry.title), element("b"));
    line.append(label);
    return line;
  };

  // `toggle(key, isOn)` is told of a switch.
  yiju.legend = (list, mode, off, isNear, toggle) => {
    const lines = mode.entries.map((entry) => entryOf(mode, entry, { off, toggle }));
    if (mode.scale) lines.unshift(scaleOf(mode.scale));
    if (!mode.entries.length) lines.push(element("li", say("正在载入……", "Loading…"), "note"));
    else if (mode.key !== "stage" && !isNear) {
      lines.push(element("li", say("放大后按此着色", "Coloured so when nearer"), "note"));
    }
    list.replaceChildren(...lines);
  };

  // How many stand in each stage; empty where it is not known.
  yiju.legendCounts = (list, counts) => {
    for (const box of list.querySelectorAll("input")) {
      const count = counts && (counts[box.value] ?? 0);
      box.parentElement.querySelector("b").textContent = count === undefined || count === null ? "" : grouped(count);
    }
  };

  // MARK: the years

  // `pick(year)` is told of each year; playing walks to the last one and stops.
  yiju.years = (bar, year, pick) => {
    const range = bar.querySelector("input");
    const button = bar.querySelector("[data-play]");
    const [play, stop] = [button.getAttribute("aria-label"), button.dataset.stop];
    const ticks = [...bar.querySelectorAll(".map-ticks span")];
    let timer = null;

    const show = () => {
      range.setAttribute("aria-valuetext", say(`${range.value} 年`, range.value));
      for (const tick of ticks) tick.classList.toggle("current", tick.textContent === range.value);
    };
    const set = (value) => {
      range.value = value;
      show();
      pick(Number(range.value));
    };
    const halt = () => {
      clearInterval(timer);
      timer = null;
      bar.classList.remove("playing");
      button.setAttribute("aria-label", play);
    };
    const step = () => {
      if (range.value >= range.max) return halt();
      set(Number(range.value) + 1);
      if (range.value >= range.max) halt();
    };
    button.addEventListener("click", () => {
      if (timer) return halt();
      bar.classList.add("playing");
      button.setAttribute("aria-label", stop);
      if (range.value >= range.max) set(Number(range.min));
      timer = setInterval(step, yearMilliseconds);
    });
    range.addEventListener("input", () => {
      halt();
      set(range.value);
    });
    range.value = year;
    show();
    return { halt };
  };

  // MARK: totals of the view

  const boxOf = (map) => {
    const bounds = map.getBounds();
    const within = (value, limit) => Math.min(limit, Math.max(-limit, value)).toFixed(5);
    return [
      within(bounds.getWest(), 180), within(bounds.getSouth(), 85), within(bounds.getEast(), 180),
      within(bounds.getNorth(), 85),
    ].join(",");
  };
  yiju.boxOf = boxOf;

  const tell = (box, totals) => {
    for (const span of box.querySelectorAll("[data-total]")) {
      const { total, unit, large, scale } = span.dataset;
      if (total !== "area") {
        span.textContent = `${grouped(totals[total])}\u00a0${unit}`;
        continue;
      }
      const area = totals.floorAreaM2;
      span.textContent = area < 100000 ? `${grouped(Math.round(area))}\u00a0${unit}`
        : `${Number((area / scale).toPrecision(4)).toLocaleString("en-US")}\u00a0${large}`;
    }
    const title = box.querySelector("[data-total-title]");
    title.textContent = title.dataset.inView;
  };

  // Asks for what the view adds up to, once it has come to rest; `done(totals)` gets the answer.
  yiju.totals = (map, box, addressOf, done) => {
    let timer = null;
    let asked = null;
    const ask = async () => {
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(addressOf(boxOf(map)), { signal: asked.signal });
        if (!answer.ok) throw new Error(`${answer.status}`);
        const totals = await answer.json();
        tell(box, totals);
        done(totals);
      } catch (error) {
        if (error.name !== "AbortError") done(null); // what stood there stays
      }
    };
    return (wait = 300) => {
      clearTimeout(timer);
      timer = setTimeout(ask, wait);
    };
  };

  // MARK: search

  // While one types, the estates that match stand below the box; choosing one flies there.
  yiju.search = (input, choose) => {
    if (!input) return;
    const list = element("ul", undefined, "map-found");
    list.hidden = true;
    const words = element("p", undefined, "hidden");
    words.setAttribute("role", "status");
    input.closest("label").after(list, words);
    let timer = null;
    let last = "";

    const clear = () => {
      list.hidden = true;
      list.replaceChildren();
      words.textContent = "";
    };
    const show = (estates) => {
      list.replaceChildren(...estates.map((estate) => {
        const line = element("li");
        const button = element("button", estate.name);
        button.type = "button";
        button.append(element("small", estate.number));
        button.addEventListener("click", () => {
          clear();
          input.value = "";
          choose(estate);
        });
        line.append(button);
        return line;
      }));
      list.hidden = !estates.length;
      words.textContent = say(`找到 ${estates.length} 个`, `${estates.length} found`);
    };
    const ask = async () => {
      const text = input.value.trim();
      if (text === last) return;
      last = text;
      if (text.length < 2) return clear();
      try {
        const answer = await fetch(`/api/v1/estates?limit=8&q=${encodeURIComponent(text)}`);
        const { estates } = await answer.json();
        if (last === text) show(estates.filter((estate) => estate.location));
      } catch {
        clear();
      }
    };
    input.addEventListener("input", (event) => {
      if (event.isComposing) return;
      clearTimeout(timer);
      timer = setTimeout(ask, 250);
    });
    input.addEventListener("compositionend", () => { timer = setTimeout(ask, 250); });
    list.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      clear();
      input.focus();
    });
  };

  // MARK: together

  // `city`: { map, state, canvas, mode(), restyle(), tiles(), forgetFailures() }.
  yiju.panel = (city, shell) => {
    const { map, state, canvas } = city;
    const find = (selector) => shell.querySelector(selector);
    const [list, select, bar] = [find("[data-map-legend]"), find("[data-map-colour]"), find("[data-map-years]")];

    const counts = () => {
      const { totals } = city;
      yiju.legendCounts(list, state.colour === "stage" && totals?.year === state.year ? totals.byStage : null);
    };
    const ask = yiju.totals(map, find("[data-map-totals]"), (box) => {
      return yiju.withQuery(yiju.withQuery(canvas.dataset.totals, "bbox", box), "year", String(state.year));
    }, (totals) => {
      city.totals = totals ?? city.totals;
      counts();
    });

    const legend = () => {
      yiju.legend(list, city.mode(), state.off, map.getZoom() >= 9, (key, isOn) => {
        if (isOn) state.off.delete(key);
        else state.off.add(key);
        city.restyle();
      });
      counts();
      bar.hidden = state.colour !== "stage";
    };

    const years = yiju.years(bar, state.year, (year) => {
      if (year === state.year) return;
      state.year = year;
      city.restyle();
      counts();
      ask(600);
    });

    const colourBy = (colour) => {
      if (colour !== state.colour) state.off.clear();
      state.colour = colour;
      city.restyle();
      legend();
      const [source, tiles] = [map.getSource("city"), city.tiles()];
      if (source.tiles[0] === tiles) return;
      city.forgetFailures();
      yiju.settled(map, () => source.setTiles([tiles]));
    };
    select.disabled = false;
    select.addEventListener("change", () => {
      years.halt();
      colourBy(select.value);
    });
    map.on("idle", () => {
      const isOpen = city.facts && city.mode().scale?.isOpen && state.colour !== "built";
      if (!isOpen || city.ranges[state.colour]) return;
      const range = yiju.rangeInView(map);
      if (!range) return;
      city.ranges[state.colour] = range;
      city.restyle();
      legend();
    });

    const credit = find("[data-map-credit]");
    for (const box of shell.querySelectorAll("[data-map-layer]")) {
      const layer = box.dataset.mapLayer;
      box.disabled = false;
      box.checked = state.layers.has(layer);
      box.addEventListener("change", () => {
        if (box.checked) state.layers.add(layer);
        else state.layers.delete(layer);
        if (credit) credit.hidden = !state.layers.has("basemap");
        city.restyle();
      });
    }
    if (credit) credit.hidden = !state.layers.has("basemap");

    const twin = find("[data-map-list]");
    const address = twin.getAttribute("href");
    const moved = () => {
      twin.href = yiju.withQuery(address, "bbox", boxOf(map));
      legend();
      ask();
    };
    map.on("moveend", moved);
    moved();
    return { colourBy, refresh: ask };
  };

  // Filters are sent with what the map shows now; another place or another name is framed anew.
  yiju.keepInForm = (shell) => {
    const form = shell.querySelector("[data-map-filters] form");
    if (!form) return;
    const kept = ["view", "colour", "year", "layers", "off"];
    const fill = (changedName) => {
      const query = new URLSearchParams(location.search);
      const isElsewhere = ["q", "district", "subdistrict", "neighbourhood"].includes(changedName);
      for (const name of kept) {
        let field = form.elements[name];
        if (!field) {
          field = element("input");
          field.type = "hidden";
          field.name = name;
          form.prepend(field);
        }
        field.value = name === "view" && isElsewhere ? "" : query.get(name) ?? "";
      }
    };
    let last = null;
    form.addEventListener("input", (event) => { last = event.target.name; });
    form.addEventListener("change", (event) => fill(event.target.name));
    form.addEventListener("submit", () => fill(last));
    form.addEventListener("keydown", (event) => { if (event.key === "Enter") fill(event.target.name); });
  };
})();
