// Yiju: the map. Begins it, keeps its state in the address, and holds its parts together.
"use strict";

(() => {
  const yiju = window.yijuMap;
  const { say, element } = yiju;
  const root = document.documentElement;
  const defaultLayers = ["districts", "buildings"];
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;

  // MARK: the address

  const readState = (firstYear, lastYear) => {
    const query = new URLSearchParams(location.search);
    const list = (name) => (query.get(name) ?? "").split(",").filter(Boolean).slice(0, 40);
    const [longitude, latitude, zoom] = list("view").map(Number);
    const hasView = [longitude, latitude, zoom].every(Number.isFinite) && Math.abs(latitude) <= 85;
    const year = Number(query.get("year")) || lastYear;
    return {
      colour: query.get("colour") || "stage",
      year: Math.min(lastYear, Math.max(firstYear, Math.round(year))),
      layers: new Set(query.has("layers") ? list("layers") : defaultLayers),
      off: new Set(list("off")),
      estate: query.get("estate"),
      view: hasView ? { center: [longitude, latitude], zoom } : null,
    };
  };

  // Only what differs from the beginning stands in the address. An empty list is told as one that names nothing.
  const writeState = (state, map, lastYear) => {
    const url = new URL(location.href);
    const set = (name, value) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name));
    const { lng, lat } = map.getCenter();
    const layers = [...state.layers].sort().join(",");
    set("view", `${lng.toFixed(5)},${lat.toFixed(5)},${map.getZoom().toFixed(2)}`);
    set("colour", state.colour === "stage" ? "" : state.colour);
    set("year", state.year === lastYear ? "" : String(state.year));
    set("layers", layers === [...defaultLayers].sort().join(",") ? "" : layers || "none");
    set("off", [...state.off].sort().join(","));
    set("estate", state.estate);
    const address = url.pathname + url.search.replaceAll("%2C", ",");
    history.replaceState(history.state, "", address);
    // Another language or size of type comes back to this very map.
    for (const link of document.querySelectorAll('a[href^="/preferences?"]')) {
      const choice = new URL(link.href);
      choice.searchParams.set("back", address);
      link.href = choice.pathname + choice.search;
    }
  };

  // MARK: the map itself

  const tilesOf = ({ dataset }, colour) => {
    const fact = ["stage", "built"].includes(colour) ? "" : colour;
    // The braces stay as they are: a URL would encode them.
    return location.origin + yiju.withQuery(dataset.tiles, "fact", fact);
  };

  const edgesOf = (frame) => {
    const edges = (frame ?? "").split(",").map(Number);
    return edges.length === 4 && edges.every(Number.isFinite) ? edges : null;
  };

  const frameOf = (canvas, labels) => {
    const edges = edgesOf(canvas.dataset.frame);
    if (edges) return edges;
    const bounds = new maplibregl.LngLatBounds();
    for (const [, longitude, latitude] of labels) bounds.extend([longitude, latitude]);
    return bounds.isEmpty() ? null : bounds;
  };

  // What floats over the map takes its share of the frame.
  const padding = (shell) => {
    const panel = shell?.querySelector(".map-panel");
    if (!panel) return 24;
    const isWide = matchMedia("(min-width: 721px)").matches;
    return { top: 32, right: 64, bottom: isWide ? 100 : 120, left: isWide ? panel.offsetWidth + 32 : 24 };
  };

  const makeMap = (canvas, shell, state, style, labels) => {
    const frame = frameOf(canvas, labels);
    const beginning = state.view ?? (frame
      ? { bounds: frame, fitBoundsOptions: { padding: padding(shell), maxZoom: 15 } }
      : { center: [112.97, 28.2], zoom: 9 });
    const map = new maplibregl.Map({
      container: canvas, style, validateStyle: false, attributionControl: false, fadeDuration: 0, maxZoom: 19,
      minZoom: 3, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      localIdeographFontFamily: '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
      locale: {
        "NavigationControl.ZoomIn": say("放大", "Zoom in"), "NavigationControl.ZoomOut": say("缩小", "Zoom out"),
        "Map.Title": canvas.dataset.label, "Popup.Close": say("关闭", "Close"),
      },
      ...beginning,
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    if (shell) map.addControl(new maplibregl.ScaleControl({ maxWidth: 90 }), "bottom-right");
    if (reducedMotion) map.scrollZoom.setWheelZoomRate(1 / 300);
    return map;
  };

  // MARK: what can go wrong

  const messages = (canvas) => {
    const hint = canvas.parentElement.querySelector("[data-map-state]");
    const twin = canvas.closest(".map-shell")?.querySelector("[data-map-list]");
    const tell = (words) => {
      hint.replaceChildren(words);
      hint.hidden = false;
    };
    const show = (words, retry) => {
      tell(words);
      if (retry) {
        const button = element("button", say("重试", "Try again"), "button plain");
        button.type = "button";
        button.addEventListener("click", retry);
        hint.append(" ", button);
      }
      if (twin) {
        const list = element("a", say("列表", "The list"));
        list.setAttribute("href", twin.getAttribute("href"));
        hint.append(" ", list);
      }
    };
    return {
      tell,
      loading: () => { hint.hidden = false; },
      done: () => { hint.hidden = true; },
      // Without a map there is the list.
      fail() {
        canvas.replaceChildren();
        show(say("地图未能载入，请用列表查看。", "The map could not be loaded; please use the list."));
        root.dataset.mapIdle = "failed";
      },
      tiles: (retry) => show(
        say("地图数据未能载入。", "The map's data could not be loaded."), retry),
    };
  };

  // Idle again and again; failed when at first not one tile came. A later gap is told and may be tried again.
  const watch = (map, words, tiles) => {
    let [loaded, failed, isBegun] = [0, 0, false];
    const forget = () => {
      if (failed) words.done();
      [loaded, failed] = [0, 0];
    };
    const retry = () => {
      forget();
      yiju.settled(map, () => map.refreshTiles("city"));
    };
    map.on("sourcedata", (event) => { if (event.sourceId === "city" && event.tile) loaded += 1; });
    map.on("error", (event) => {
      // Of tiles that are asked for no longer nobody wants to know.
      const isOld = event.error?.url && event.error.url.split(".mvt")[1] !== tiles().split(".mvt")[1];
      if (event.sourceId !== "city" || isOld) return;
      failed += 1;
      words.tiles(retry);
      // Without one tile the map does not come to rest.
      if (!loaded) root.dataset.mapIdle = "failed";
    });
    map.on("idle", () => {
      if (!isBegun && !failed) words.done();
      isBegun = true;
      root.dataset.mapIdle = "1";
    });
    const busy = () => { if (!failed) delete root.dataset.mapIdle; };
    map.on("movestart", busy);
    map.on("dataloading", busy);
    map.on("webglcontextlost", () => words.tiles(() => location.reload()));
    return forget;
  };

  // Whatever happened in the city: once it is quiet for a moment, the tiles in view are asked for again. What comes
  // with the connection itself tells where the city stands, no change.
  const follow = (address, refresh) => {
    if (!address) return;
    let [timer, known, stream] = [null, null, null];
    const changed = ({ data }) => {
      if (known !== null && known !== data) {
        clearTimeout(timer);
        timer = setTimeout(refresh, 300);
      }
      known = data;
    };
    const open = () => {
      stream = new EventSource(address);
      stream.addEventListener("change", changed);
    };
    open();
    addEventListener("pagehide", () => stream.close());
    addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  };

  // On paper stands what is seen, as a picture: what WebGL has drawn is gone by then.
  const print = (map, shell) => {
    const paper = element("canvas", undefined, "map-paper");
    addEventListener("beforeprint", () => {
      const seen = map.redraw().getCanvas();
      Object.assign(paper, { width: seen.width, height: seen.height });
      paper.getContext("2d").drawImage(seen, 0, 0);
      shell.querySelector("h1").after(paper);
    });
    addEventListener("afterprint", () => paper.remove());
  };

  // MARK: beginning

  const stageNames = () => {
    const names = {};
    for (const line of document.querySelectorAll("[data-stage]")) {
      names[line.dataset.stage] = line.querySelector("span")?.textContent ?? "";
    }
    return names;
  };

  const loadFacts = async (city, shell) => {
    try {
      const answer = await fetch("/map/facts.json");
      if (!answer.ok) return;
      const facts = await answer.json();
      // The years built have a choice of their own.
      city.facts = facts.filter((fact) => fact.key !== "builtYears");
      yiju.colourChoices(shell.querySelector("[data-map-colour]"), city.facts, city.state.colour);
      const isKnown = ["stage", "built", ...city.facts.map((fact) => fact.key)].includes(city.state.colour);
      city.panel.colourBy(isKnown ? city.state.colour : "stage");
    } catch {
      // the stages and the years built colour the map without them
    }
  };

  const chooseOfAddress = (city) => {
    const id = city.state.estate;
    if (!id) return;
    const [feature] = city.map.querySourceFeatures("city", {
      sourceLayer: "estates", filter: ["all", ["==", ["get", "id"], id], ["==", ["geometry-type"], "Point"]],
    });
    if (!feature) return;
    city.cards.showEstate(feature.properties, feature.geometry.coordinates);
    if (new URLSearchParams(location.search).get("draw") === "outline") city.drawing?.outline(feature.properties);
  };

  const toolsOf = (city) => (kind, properties) => {
    const actions = {
      estate: ["outline", say("绘制边界", "Draw the outline")],
      building: ["footprint", say("绘制轮廓", "Draw the footprint")],
    };
    const action = actions[kind];
    if (!city.drawing || !action) return [];
    const button = element("button", action[1], "button quiet");
    button.type = "button";
    button.addEventListener("click", () => city.drawing[action[0]](properties));
    return [button];
  };

  // What the parts of one map share: its state, what it wears, and how it is told of changes.
  const cityOf = (canvas, shell, words) => {
    const { csrf, basemap } = canvas.dataset;
    const [firstYear, lastYear] = [canvas.dataset.firstYear, canvas.dataset.lastYear].map(Number);
    const state = readState(firstYear, lastYear);
    if (!shell) Object.assign(state, { colour: "stage", year: lastYear, view: null, off: new Set() });
    const city = { canvas, csrf, state, names: stageNames(), facts: null, breaks: {} };
    const templates = basemap?.split(" ") ?? [];
    const labels = JSON.parse(canvas.dataset.names);
    const look = () => ({ ...state, mode: city.mode(), firstYear, isDrawing: city.isDrawing() });
    city.isDrawing = () => city.drawing?.isDrawing() ?? false;
    city.mode = () => yiju.mode(state, city, firstYear);
    city.tiles = () => tilesOf(canvas, state.colour);
    const map = makeMap(canvas, shell, state, yiju.style(look(), city.tiles(), labels, templates), labels);
    city.map = map;
    city.changed = () => { if (shell) writeState(state, map, lastYear); };
    city.restyle = () => {
      yiju.dress(map, look(), templates);
      city.changed();
    };
    city.refresh = () => {
      yiju.settled(map, () => map.refreshTiles("city"));
      city.panel.refresh(0);
    };
    city.tell = (text) => {
      words.tell(text);
      map.once("movestart", words.done);
    };
    city.frame = (frame) => {
      const edges = edgesOf(frame);
      if (edges) map.fitBounds(edges, { padding: padding(shell), maxZoom: 15, linear: true, duration: 600 });
    };
    // The map as the address tells it, after a step back or forth.
    city.read = () => {
      const { view, ...told } = readState(firstYear, lastYear);
      city.cards.close();
      Object.assign(state, told);
      city.panel.show();
      if (view) map.jumpTo(view);
      map.once("idle", () => chooseOfAddress(city));
    };
    city.tools = toolsOf(city);
    city.forgetFailures = watch(map, words, city.tiles);
    return city;
  };

  // The full map has all that floats over it; the map in a card only its estates and their cards.
  const furnish = (city, shell) => {
    const { map, canvas } = city;
    city.cards = yiju.cards(city);
    document.addEventListener("yiju:theme", city.restyle);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", city.restyle);
    if (!shell) return;
    city.changed();
    const tools = shell.querySelector("[data-map-draw]");
    if (tools) city.drawing = yiju.drawing(city, tools);
    city.panel = yiju.panel(city, shell);
    yiju.photos(city);
    map.on("moveend", city.changed);
    yiju.filters(city, shell);
    print(map, shell);
    yiju.search(shell.querySelector('[data-map-filters] input[name="q"]'), ({ location: place, ...estate }) => {
      map.jumpTo({ center: place, zoom: Math.max(15, map.getZoom()) });
      city.cards.showEstate({ id: estate.id, name: estate.name, number: estate.number }, place);
    });
    map.once("idle", () => chooseOfAddress(city));
    const { project, projectName, events } = canvas.dataset;
    if (project && city.drawing) city.drawing.encircle({ page: project, name: projectName });
    // The first map comes before what it can do without: the questions that do not colour it, and what happens later.
    const isPlain = ["stage", "built"].includes(city.state.colour);
    if (!isPlain) loadFacts(city, shell);
    map.once("idle", () => {
      if (isPlain) loadFacts(city, shell);
      follow(events, city.refresh);
    });
  };

  const begin = (canvas) => {
    const shell = canvas.closest(".map-shell");
    // On a phone the panel would cover the map: it waits below until asked for.
    const panel = shell?.querySelector(".map-panel");
    if (panel && matchMedia("(max-width: 720px)").matches) panel.open = false;
    const words = messages(canvas);
    words.loading();
    if (typeof maplibregl === "undefined") return words.fail();
    try {
      const city = cityOf(canvas, shell, words);
      // Later by a moment: the map would swallow an error of ours.
      city.map.once("style.load", () => setTimeout(() => furnish(city, shell)));
    } catch (error) {
      console.warn(error); // most likely a browser without WebGL
      words.fail();
    }
  };

  for (const canvas of document.querySelectorAll("[data-map]")) begin(canvas);
})();
