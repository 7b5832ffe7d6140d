// Yiju: the map. Estates as circles, coloured by stage and sized by households, over the outlines of the districts.
"use strict";

(() => {
  const stages = ["awaiting", "programmed", "works", "accepted", "aftercare", "left-out"];
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const empty = { type: "FeatureCollection", features: [] };

  // The colours of the page's theme, read anew when it changes.
  const colours = () => ({
    paper: token("--map-paper"),
    ground: token("--map-ground"),
    line: token("--map-line"),
    edge: token("--card"),
    ink: token("--ink"),
    stages: [
      "match", ["get", "stage"], ...stages.flatMap((stage) => [stage, token(`--stage-${stage}`)]),
      token("--stage-awaiting"),
    ],
  });

  // What needs attention lies on top; the many that are done step back, smaller and paler.
  const rank = [
    "match", ["get", "stage"], "works", 5, "programmed", 4, "awaiting", 3, "accepted", 2, "aftercare", 1, 0,
  ];
  const isDone = ["match", ["get", "stage"], ["aftercare", "left-out"], true, false];
  const stroke = (c) => ["case", ["boolean", ["feature-state", "chosen"], false], c.ink, c.edge];

  // Area, not radius, follows the households; at the scale of the city small enough that the old core stays readable.
  const root = ["*", ["case", isDone, 0.7, 1], ["sqrt", ["max", 1, ["to-number", ["get", "households"], 60]]]];
  const radius = [
    "interpolate", ["linear"], ["zoom"],
    8, ["interpolate", ["linear"], root, 4, 1.4, 40, 4.4],
    11, ["interpolate", ["linear"], root, 4, 2.6, 40, 8.5],
    14, ["interpolate", ["linear"], root, 4, 5, 40, 19],
    17, ["interpolate", ["linear"], root, 4, 10, 40, 38],
  ];

  const style = (c) => ({
    version: 8,
    sources: {
      outlines: { type: "geojson", data: empty },
      estates: { type: "geojson", data: empty, promoteId: "id" },
    },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": c.paper } },
      { id: "ground", type: "fill", source: "outlines", paint: { "fill-color": c.ground } },
      {
        id: "borders", type: "line", source: "outlines",
        paint: { "line-color": c.line, "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.8, 13, 1.8] },
      },
      {
        id: "estates", type: "circle", source: "estates",
        layout: { "circle-sort-key": ["-", ["*", rank, 1e6], ["to-number", ["get", "households"], 0]] },
        paint: {
          "circle-radius": radius, "circle-color": c.stages, "circle-opacity": ["case", isDone, 0.55, 0.95],
          "circle-stroke-color": stroke(c),
          "circle-stroke-width": ["case", ["boolean", ["feature-state", "chosen"], false], 3, 0.7],
        },
      },
    ],
  });

  const repaint = (map) => {
    const c = colours();
    map.setPaintProperty("paper", "background-color", c.paper);
    map.setPaintProperty("ground", "fill-color", c.ground);
    map.setPaintProperty("borders", "line-color", c.line);
    map.setPaintProperty("estates", "circle-color", c.stages);
    map.setPaintProperty("estates", "circle-stroke-color", stroke(c));
  };

  // Filters of the page's address narrow the map as they narrow the list.
  const withFilters = (address) => {
    const url = new URL(address, location.href);
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (value !== "" && !url.searchParams.has(name)) url.searchParams.set(name, value);
    }
    return url;
  };

  const load = async (address) => {
    const headers = { Accept: "application/geo+json, application/json" };
    const answer = await fetch(address, { credentials: "same-origin", headers });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  };

  const eachPoint = (coordinates, see) => {
    if (typeof coordinates[0] === "number") see(coordinates);
    else for (const part of coordinates) eachPoint(part, see);
  };

  const boundsOf = (collection) => {
    const bounds = new maplibregl.LngLatBounds();
    for (const { geometry } of collection.features) {
      if (geometry) eachPoint(geometry.coordinates, (point) => bounds.extend(point));
    }
    return bounds.isEmpty() ? null : bounds;
  };

  // Where most estates are: without the outermost twentieth on each side, lest one far village shrink the city.
  const coreOf = (collection) => {
    const points = collection.features.filter((f) => f.geometry?.type === "Point").map((f) => f.geometry.coordinates);
    if (points.length < 40) return boundsOf(collection);
    const span = (axis) => {
      const sorted = points.map((point) => point[axis]).sort((a, b) => a - b);
      return [sorted[Math.floor(sorted.length * 0.05)], sorted[Math.floor(sorted.length * 0.95)]];
    };
    const [west, east] = span(0);
    const [south, north] = span(1);
    return new maplibregl.LngLatBounds([west, south], [east, north]);
  };

  // A name stands in the middle of the largest ring of its district.
  const middleOf = (geometry) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    let best = null;
    for (const [ring] of polygons) {
      let area = 0, x = 0, y = 0;
      for (let i = 0; i < ring.length - 1; i++) {
        const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
        area += cross;
        x += (ring[i][0] + ring[i + 1][0]) * cross;
        y += (ring[i][1] + ring[i + 1][1]) * cross;
      }
      const size = Math.abs(area);
      if (size > 0 && (!best || size > best.size)) best = { size, at: [x / (3 * area), y / (3 * area)] };
    }
    return best?.at;
  };

  const element = (tag, text, css) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (css) made.className = css;
    return made;
  };

  // Where two names would lie on each other, the first one stays.
  const unpile = (labels) => {
    const taken = [];
    for (const label of labels) {
      const { left, right, top, bottom } = label.getBoundingClientRect();
      const isFree = taken.every((b) => right < b.left || left > b.right || bottom < b.top || top > b.bottom);
      label.classList.toggle("out", !isFree);
      if (isFree) taken.push({ left, right, top, bottom });
    }
  };

  const names = (map, outlines) => {
    const labels = [];
    for (const feature of outlines.features) {
      const name = feature.properties?.name;
      const at = feature.geometry && /Polygon$/.test(feature.geometry.type) ? middleOf(feature.geometry) : null;
      if (!name || !at) continue;
      const label = element("span", name, "map-name");
      label.setAttribute("aria-hidden", "true");
      new maplibregl.Marker({ element: label }).setLngLat(at).addTo(map);
      labels.push(label);
    }
    unpile(labels);
    map.on("moveend", () => unpile(labels));
    map.on("resize", () => unpile(labels));
  };

  const number = (value) => Number(value).toLocaleString("en-US");

  // As the legend shows it: the stage's colour and its word.
  const stagePill = (estate) => {
    const pill = element("span", undefined, "pill stage");
    const dot = document.querySelector(`.mark.stage-${CSS.escape(estate.stage)}`)?.cloneNode(true);
    pill.append(...(dot ? [dot] : []), estate.stageName);
    return pill;
  };

  // Text from the data is only ever set as text.
  const cardOf = (estate, words) => {
    const card = element("div", undefined, "map-card");
    const head = element("div", undefined, "map-card-head");
    head.append(element("h2", estate.name));
    if (estate.stageName) head.append(stagePill(estate));
    card.append(head);
    const isKnown = (value) => value !== undefined && value !== null && value !== "";
    const line = [estate.place, estate.year].filter(isKnown).join(" · ");
    if (line) card.append(element("p", line, "note"));
    const figures = element("dl", undefined, "map-figures");
    const facts = [
      [words.buildings, estate.buildings], [words.households, estate.households],
      [words.area, isKnown(estate.area) ? `${number(estate.area)} m²` : null],
    ];
    for (const [name, value] of facts) {
      if (!isKnown(value)) continue;
      const pair = element("div");
      pair.append(element("dt", name), element("dd", typeof value === "number" ? number(value) : value));
      figures.append(pair);
    }
    card.append(figures);
    if (typeof estate.href === "string" && /^\/(?![/\\])/.test(estate.href)) {
      const open = element("a", words.open, "button primary");
      open.href = estate.href;
      card.append(open);
    }
    return card;
  };

  const popups = (map, words) => {
    let chosen = null;
    const choose = (id) => {
      if (chosen !== null) map.setFeatureState({ source: "estates", id: chosen }, { chosen: false });
      chosen = id ?? null;
      if (chosen !== null) map.setFeatureState({ source: "estates", id: chosen }, { chosen: true });
    };
    const show = (feature) => {
      const popup = new maplibregl.Popup({ maxWidth: "320px", offset: 12, closeButton: true, focusAfterOpen: true })
        .setLngLat(feature.geometry.coordinates).setDOMContent(cardOf(feature.properties, words)).addTo(map);
      popup.getElement().querySelector(".maplibregl-popup-close-button")?.setAttribute("aria-label", words.close);
      choose(feature.id);
      popup.on("close", () => choose(null));
    };
    map.on("click", (event) => {
      const near = 6;
      const { x, y } = event.point;
      const found = map.queryRenderedFeatures([[x - near, y - near], [x + near, y + near]], { layers: ["estates"] });
      if (found.length) show(found[0]);
    });
    map.on("mousemove", "estates", () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", "estates", () => { map.getCanvas().style.cursor = ""; });
    // Enter opens the estate nearest to the middle, so that the keyboard reaches what the pointer does.
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      const canvas = map.getCanvas();
      const middle = { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 };
      const distance = (feature) => {
        const at = map.project(feature.geometry.coordinates);
        return Math.hypot(at.x - middle.x, at.y - middle.y);
      };
      const [nearest] = map.queryRenderedFeatures({ layers: ["estates"] }).sort((a, b) => distance(a) - distance(b));
      if (nearest) show(nearest);
    });
  };

  const legend = (map) => {
    const boxes = [...document.querySelectorAll("[data-map-stage]")];
    const apply = () => {
      const shown = boxes.filter((box) => box.checked).map((box) => box.value);
      map.setFilter("estates", ["in", ["get", "stage"], ["literal", shown]]);
    };
    for (const box of boxes) {
      box.disabled = false;
      box.addEventListener("change", apply);
    }
    if (boxes.some((box) => !box.checked)) apply();
  };

  // What floats over the map takes its share of the frame.
  const padding = (canvas) => {
    const panel = canvas.parentElement.querySelector(".map-panel");
    const side = panel && matchMedia("(min-width: 721px)").matches ? panel.offsetWidth + 32 : 24;
    return { top: 32, right: 32, bottom: 32, left: side };
  };

  const make = (canvas, words) => new maplibregl.Map({
    container: canvas, style: style(colours()), attributionControl: false, fadeDuration: 0,
    localIdeographFontFamily: '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    center: [112.97, 28.2], zoom: 9, maxZoom: 18, minZoom: 3, dragRotate: false, pitchWithRotate: false,
    locale: {
      "NavigationControl.ZoomIn": words.plus, "NavigationControl.ZoomOut": words.minus, "Map.Title": words.label,
      "Popup.Close": words.close,
    },
  });

  const begin = async (canvas) => {
    // On a phone the panel would cover the map: it waits below until asked for.
    const panel = canvas.parentElement.querySelector(".map-panel");
    if (panel && matchMedia("(max-width: 720px)").matches) panel.open = false;
    const words = canvas.dataset;
    const state = canvas.parentElement.querySelector("[data-map-state]");
    if (state) state.hidden = false;
    const fail = () => {
      canvas.replaceChildren();
      if (state) state.textContent = words.failed;
      document.documentElement.dataset.mapIdle = "failed";
    };
    if (typeof maplibregl === "undefined") return fail();
    let data;
    try {
      data = await Promise.all([load(words.outlines), load(withFilters(words.estates))]);
    } catch {
      return fail();
    }
    const [outlines, estates] = data;
    let map;
    try {
      map = make(canvas, words);
    } catch {
      return fail(); // a browser without WebGL
    }
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    const frame = coreOf(estates) ?? boundsOf(outlines);
    if (frame) map.fitBounds(frame, { padding: padding(canvas), animate: false, maxZoom: 15 });
    map.on("load", () => {
      map.getSource("outlines").setData(outlines);
      map.getSource("estates").setData(estates);
      names(map, outlines);
      popups(map, words);
      legend(map);
      if (state) state.hidden = true;
      map.once("idle", () => { document.documentElement.dataset.mapIdle = "1"; });
    });
    document.addEventListener("yiju:theme", () => repaint(map));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => repaint(map));
    if (reduced) map.scrollZoom.setWheelZoomRate(1 / 300);
  };

  for (const canvas of document.querySelectorAll("[data-map]")) begin(canvas);
})();
