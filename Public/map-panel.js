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
    const made = element("span", undefined, token === "--map-unknown" ? "swatch hollow" : "swatch");
    if (token !== "--map-unknown") made.style.backgroundColor = `var(${token})`;
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

  // What the circles of many estates show, where there are any.
  const sumLines = (mode, sums) => {
    const lines = [];
    if (sums.bare) {
      const words = say("多个小区，放大后着色", "Many estates: coloured when nearer");
      const line = element("li", undefined, "legend-item");
      line.append(swatch("--map-plain"), element("span", words));
      lines.push(line);
    }
    if (sums.coloured) {
      lines.push(element("li", say(`多个小区合成的圆${mode.sums}`, `Circles of many estates: ${mode.sums}`), "note"));
    }
    return lines;
  };

  // `sums`: see `sumsInView`. `toggle(key, isOn)` is told of a switch.
  yiju.legend = (list, mode, off, sums, toggle) => {
    const lines = mode.entries.map((entry) => entryOf(mode, entry, { off, toggle }));
    if (!mode.entries.length) lines.push(element("li", say("正在载入……", "Loading…"), "note"));
    list.replaceChildren(...lines, ...sumLines(mode, sums));
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
    const begin = (value) => {
      halt();
      range.value = value;
      show();
    };
    begin(year);
    return { halt, begin };
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
    // Sent as a filter, the map itself shows what matches.
    input.form?.addEventListener("yiju:filters", () => {
      clearTimeout(timer);
      last = "";
      clear();
    });
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

    // Laid out anew only where it differs, lest the keyboard lose its place in it.
    let laidOut = "";
    const legend = () => {
      const mode = city.mode();
      const sums = yiju.sumsInView(map, mode);
      const wanted = JSON.stringify([mode.key, mode.entries.map(({ title }) => title), sums]);
      if (wanted === laidOut) return;
      laidOut = wanted;
      yiju.legend(list, mode, state.off, sums, (key, isOn) => {
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
      retile();
    };
    // The tiles in view stay until those with other answers, or of other estates, are there.
    const retile = () => {
      const source = map.getSource("city");
      if (source.tiles[0] === city.tiles()) return;
      source.tiles = [city.tiles()];
      city.forgetFailures();
      yiju.settled(map, () => map.refreshTiles("city"));
    };
    select.disabled = false;
    select.addEventListener("change", () => {
      years.halt();
      colourBy(select.value);
    });
    map.on("idle", () => {
      if (city.mode().isOpen && !city.breaks[state.colour]) {
        const breaks = yiju.breaksInView(map);
        if (breaks) {
          city.breaks[state.colour] = breaks;
          city.restyle();
        }
      }
      legend();
    });

    const credit = find("[data-map-credit]");
    const boxes = [...shell.querySelectorAll("[data-map-layer]")];
    const showLayers = () => {
      for (const box of boxes) box.checked = state.layers.has(box.dataset.mapLayer);
      if (credit) credit.hidden = !state.layers.has("basemap");
    };
    for (const box of boxes) {
      const layer = box.dataset.mapLayer;
      box.disabled = false;
      box.addEventListener("change", () => {
        if (box.checked) state.layers.add(layer);
        else state.layers.delete(layer);
        showLayers();
        city.restyle();
      });
    }
    showLayers();

    const twin = find("[data-map-list]");
    let address = twin.getAttribute("href");
    const moved = () => {
      twin.href = yiju.withQuery(address, "bbox", boxOf(map));
      ask();
    };
    map.on("moveend", moved);
    legend();
    moved();

    // What the page with other filters says: the map draws it, the totals and the list follow.
    const adopt = (page) => {
      const fresh = (selector) => page.querySelector(selector);
      const { tiles, totals } = fresh("[data-map]").dataset;
      Object.assign(canvas.dataset, { tiles, totals });
      find("[data-map-notes]").replaceChildren(...fresh("[data-map-notes]").childNodes);
      address = fresh("[data-map-list]").getAttribute("href");
      twin.href = yiju.withQuery(address, "bbox", boxOf(map));
      retile();
      ask(0);
    };
    // Shows the state as it is, whoever changed it.
    const show = () => {
      select.value = state.colour;
      years.begin(state.year);
      showLayers();
      laidOut = "";
      colourBy(state.colour);
    };
    return { colourBy, adopt, show, refresh: ask };
  };
})();
