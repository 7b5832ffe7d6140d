// Yiju: how the map looks. What the tiles hold, in the colours of the page's theme.
"use strict";

(() => {
  const yiju = (window.yijuMap ??= {});
  const root = document.documentElement;
  const isChinese = root.lang.startsWith("zh");

  yiju.say = (zh, en) => (isChinese ? zh : en);
  yiju.grouped = (value) => Number(value).toLocaleString("en-US");
  yiju.withQuery = (address, name, value) =>
    (value ? `${address}${address.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}` : address);

  // Started before the map is made, its worker is ready when the first tiles are asked for.
  window.maplibregl?.prewarm();

  // Once the map wears the colours it was given last, and no tile is under way: while it changes clothes it asks for no
  // new tiles, and what is under way would stay as it was asked for.
  yiju.settled = (map, act) => {
    map.once(map.isSourceLoaded("city") ? "render" : "idle", act);
    map.triggerRepaint();
  };

  // Each stage with its letter in `past`, a letter a year; what needs attention lies on top.
  const stages = [
    ["awaiting", "a", 3], ["programmed", "p", 4], ["works", "w", 5], ["accepted", "c", 2], ["aftercare", "f", 1],
    ["left-out", "l", 0],
  ];
  const fonts = ["PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC"];
  const builtBreaks = [1970, 1980, 1990, 2000];

  // The tokens of the page's theme, read anew when it changes.
  const palette = () => {
    const tokens = getComputedStyle(root);
    return (name) => tokens.getPropertyValue(name).trim();
  };

  // MARK: by what the estates are coloured

  const isAggregate = ["has", "estates"];
  const value = ["get", "value"];
  const unknown = (test) => ({ key: "unknown", title: yiju.say("未知", "unknown"), token: "--map-unknown", test });

  const byStage = (letter, names) => ({
    key: "stage", sums: yiju.say("按最多的阶段着色", "by the most frequent stage"),
    entries: stages.map(([key, code]) => ({
      key, title: names[key] ?? key, token: `--stage-${key}`, test: ["==", letter, code],
    })),
  });

  // Classes between round numbers, each from its break on; without breaks whatever is known is one class.
  const byClass = (key, property, breaks, words) => {
    const number = ["to-number", ["get", property], 0];
    const isKnown = ["==", ["typeof", ["get", property]], "number"];
    const token = (i) => `--scale-${breaks.length ? Math.round((i * 4) / breaks.length) : 2}`;
    const classes = [...breaks, null].map((above, i) => {
      const from = i ? breaks[i - 1] : null;
      const test = ["all", isKnown];
      if (from !== null) test.push([">=", number, from]);
      if (above !== null) test.push(["<", number, above]);
      return { key: String(i), title: words(from, above), token: token(i), test };
    });
    return {
      key, property, sums: yiju.say("按平均值着色", "by the mean"), entries: [...classes, unknown(["!", isKnown])],
    };
  };

  const known = yiju.say("有数据", "known");
  const wordsOfYears = (from, above) => {
    if (from === null && above === null) return known;
    if (from === null) return yiju.say(`${above} 年前`, `before ${above}`);
    if (above === null) return yiju.say(`${from} 年及以后`, `${from} and later`);
    return above - from > 1 ? `${from}–${above - 1}` : String(from);
  };
  const wordsOfNumbers = (unit) => (from, above) => {
    const short = (number) => (Math.abs(number) >= 1000 ? yiju.grouped(number) : String(number));
    if (from === null) return above === null ? known : `< ${short(above)}${unit}`;
    return above === null ? `≥ ${short(from)}${unit}` : `${short(from)}–${short(above)}${unit}`;
  };

  const byChoice = (fact) => {
    const flags = [{ code: "true", zh: "是", en: "yes" }, { code: "false", zh: "否", en: "no" }];
    const choices = fact.choices?.length ? fact.choices : flags;
    const code = ["to-string", value];
    // An order goes from good to bad over five colours, however many steps it has.
    const token = (i) => (fact.kind === "ordinal"
      ? `--rank-${Math.round((i * 4) / Math.max(1, choices.length - 1))}` : `--kind-${i % 8}`);
    const codes = choices.map((choice) => choice.code);
    return {
      key: fact.key, property: "value", sums: yiju.say("按最多的答案着色", "by the most frequent answer"),
      entries: [
        ...choices.map((choice, i) => ({
          key: choice.code, title: yiju.say(choice.zh, choice.en), token: token(i), test: ["==", code, choice.code],
        })),
        unknown(["!", ["in", code, ["literal", codes]]]),
      ],
    };
  };

  const isChoice = (fact) => ["choice", "ordinal", "flag"].includes(fact.kind);

  // What the legend shows and the circles wear. A question that is not there yet colours nothing.
  yiju.mode = ({ colour, year }, { facts, breaks, names }, firstYear) => {
    const at = year - firstYear;
    if (colour === "stage") {
      return byStage(["slice", ["to-string", ["get", "past"]], at, at + 1], names);
    }
    if (colour === "built") return byClass("built", "from", builtBreaks, wordsOfYears);
    const fact = facts?.find((one) => one.key === colour);
    if (!fact) return { key: colour, entries: [] };
    if (isChoice(fact)) return byChoice(fact);
    if (fact.kind === "share") return byClass(fact.key, "value", [20, 40, 60, 80], wordsOfNumbers("%"));
    const words = fact.kind === "year" ? wordsOfYears : wordsOfNumbers("");
    return { ...byClass(fact.key, "value", breaks[fact.key] ?? [], words), isOpen: true };
  };

  // Round numbers that part what the estates in view answer into fifths: a form allows far more than estates have.
  // Null where too few are there to tell.
  yiju.breaksInView = (map) => {
    const isNumber = ["==", ["typeof", value], "number"];
    const values = map.querySourceFeatures("city", { sourceLayer: "estates", filter: isNumber })
      .map(({ properties }) => properties.value).sort((a, b) => a - b);
    if (values.length < 5) return null;
    const share = (part) => values[Math.floor(part * (values.length - 1))];
    const tenth = Math.max((share(0.95) - share(0.05)) / 10, 1e-3);
    const power = 10 ** Math.floor(Math.log10(tenth));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= tenth * 0.999);
    const round = (number) => Number((Math.round(number / step) * step).toPrecision(6));
    const breaks = [0.2, 0.4, 0.6, 0.8].map((part) => round(share(part)));
    return [...new Set(breaks)].filter((number) => number > values[0] && number <= values[values.length - 1]);
  };

  // A sum that tells no answer.
  const isBare = ({ property }) => (property ? ["all", isAggregate, ["!", ["has", property]]] : false);
  const isUnknown = (mode) => {
    const test = mode.entries.find(({ key }) => key === "unknown")?.test;
    return test ? ["all", ["!", isBare(mode)], test] : false;
  };

  // Of the sums in view: whether there are any, and whether some tell no answer.
  yiju.sumsInView = (map, mode) => {
    const has = (filter) => map.querySourceFeatures("city", { sourceLayer: "estates", filter }).length > 0;
    const bare = isBare(mode);
    return { coloured: has(["all", isAggregate, ["!", bare]]), bare: bare !== false && has(bare) };
  };

  const colourOf = (mode, ink) => {
    const plain = ink("--map-plain");
    const cases = mode.entries.flatMap((entry) => [entry.test, ink(entry.token)]);
    return cases.length ? ["case", isBare(mode), plain, ...cases, plain] : plain;
  };

  const shownIn = (mode, off) => {
    const hidden = mode.entries.filter((entry) => off.has(entry.key)).map((entry) => entry.test);
    return hidden.length ? ["any", isBare(mode), ["!", ["any", ...hidden]]] : true;
  };

  // MARK: layers

  const isChosen = ["boolean", ["feature-state", "chosen"], false];
  const isPoint = ["==", ["geometry-type"], "Point"];
  const isArea = ["==", ["geometry-type"], "Polygon"];
  const shownIf = (isShown) => ({ visibility: isShown ? "visible" : "none" });
  const zooms = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];

  const number = (name, unknown) => ["max", 1, ["to-number", ["get", name], unknown]];
  const many = ["sqrt", number("estates", 1)];

  // Area, not radius, follows the households; at the scale of the city small enough that the old core stays readable.
  const radius = (isDone) => {
    const root = ["*", ["case", isDone, 0.75, 1], ["sqrt", number("households", 60)]];
    const size = (whole, low, high) => [
      "case", isAggregate, ["interpolate", ["linear"], many, 1, whole, 12, whole * 3, 60, whole * 5],
      ["interpolate", ["linear"], root, 4, low, 40, high],
    ];
    return zooms(3, size(2.4, 1, 2), 8.9, size(4, 1.6, 5), 11, size(4, 2.6, 8.5), 14, size(4, 5, 17),
      17, size(4, 7, 22));
  };

  const border = zooms(7, 0.8, 13, 1.8);
  const text = (ink) => ({
    "text-color": ink("--ink"), "text-halo-color": ink("--map-ground"), "text-halo-width": 1.6,
  });

  // The paper around the city is the page's own, and shows through.
  const ground = (ink, layers) => [
    {
      id: "ground", type: "fill", source: "city", "source-layer": "districts", layout: shownIf(!layers.has("basemap")),
      paint: { "fill-color": ink("--map-ground"), "fill-antialias": false },
    },
    {
      id: "borders", type: "line", source: "city", "source-layer": "districts",
      layout: shownIf(layers.has("districts")), paint: { "line-color": ink("--map-line"), "line-width": border },
    },
  ];

  const buildings = (ink, layers) => {
    const layout = shownIf(layers.has("buildings"));
    const layer = { source: "city", "source-layer": "buildings", minzoom: 14, layout };
    return [
      {
        ...layer, id: "footprints", type: "fill", filter: isArea,
        paint: { "fill-color": ink("--map-building"), "fill-outline-color": ink("--map-line") },
      },
      {
        ...layer, id: "building-points", type: "circle", filter: isPoint,
        paint: {
          "circle-radius": zooms(14, 1.5, 17, 5), "circle-color": ink("--map-building"),
          "circle-stroke-color": ink("--map-line"), "circle-stroke-width": 1,
        },
      },
    ];
  };

  const estates = (ink, { mode, off, year, firstYear }) => {
    const letter = ["slice", ["to-string", ["get", "past"]], year - firstYear, year - firstYear + 1];
    const isDone = mode.key === "stage" ? ["in", letter, ["literal", ["f", "l"]]] : false;
    const rank = mode.key === "stage"
      ? ["match", letter, ...stages.flatMap(([, code, height]) => [code, height]), 0] : 0;
    const [colour, hollow] = [colourOf(mode, ink), isUnknown(mode)];
    const shown = shownIn(mode, off);
    const layer = { source: "city", "source-layer": "estates" };
    return [
      {
        ...layer, id: "outlines", type: "fill", minzoom: 13, filter: ["all", isArea, shown],
        paint: { "fill-color": colour, "fill-opacity": 0.22 },
      },
      {
        ...layer, id: "outline-lines", type: "line", minzoom: 13, filter: ["all", isArea, shown],
        paint: { "line-color": colour, "line-width": ["case", isChosen, 3.5, 1.8] },
      },
      {
        ...layer, id: "estates", type: "circle", filter: ["all", isPoint, shown],
        layout: { "circle-sort-key": ["-", ["*", rank, 1e6], ["to-number", ["get", "households"], 0]] },
        paint: {
          "circle-radius": radius(isDone), "circle-opacity": ["case", isDone, 0.6, 0.95],
          // What is not known is hollow, so that no eye takes it for an answer.
          "circle-color": ["case", hollow, ink("--map-ground"), colour],
          "circle-stroke-color": ["case", isChosen, ink("--ink"), hollow, ink("--map-unknown"), ink("--card")],
          "circle-stroke-width": ["case", isChosen, 3, hollow, 1.4, 0.7],
        },
      },
    ];
  };

  const names = (ink, { layers, mode, off }) => [
    {
      id: "counts", type: "symbol", source: "city", "source-layer": "estates",
      filter: ["all", [">=", ["to-number", ["get", "estates"], 0], 20], shownIn(mode, off)],
      layout: {
        "text-field": ["to-string", ["get", "estates"]], "text-font": fonts, "text-size": 11, "text-anchor": "top",
        // Below the circle, however large: upon it, it would hide a small one.
        "text-offset": ["interpolate", ["linear"], many, 1, ["literal", [0, 0.4]], 60, ["literal", [0, 1.9]]],
        "symbol-sort-key": ["-", ["to-number", ["get", "estates"], 0]],
      },
      paint: text(ink),
    },
    {
      id: "district-names", type: "symbol", source: "names", maxzoom: 14,
      layout: {
        "text-field": ["get", "name"], "text-font": fonts, "text-size": zooms(8, 12, 12, 15), "text-max-width": 8,
        ...shownIf(layers.has("districts")),
      },
      paint: { ...text(ink), "text-halo-width": 2.4 },
    },
    {
      id: "estate-names", type: "symbol", source: "city", "source-layer": "estates", minzoom: 14.5,
      filter: ["all", isPoint, ["has", "name"], shownIn(mode, off)],
      layout: {
        "text-field": ["get", "name"], "text-font": fonts, "text-size": 12, "text-anchor": "top",
        "text-offset": [0, 1.3], "text-max-width": 9, "text-optional": true,
      },
      paint: text(ink),
    },
  ];

  // A source without a visible layer costs the first map nothing.
  const photos = (ink, layers) => ({
    id: "photos", type: "circle", source: "photos", minzoom: 11,
    layout: shownIf(layers.has("photos")),
    paint: {
      "circle-radius": zooms(11, 3, 16, 7), "circle-color": ink("--amber-fill"), "circle-stroke-color": ink("--ink"),
      "circle-stroke-width": 1.2,
    },
  });

  const projects = (ink, layers) => ({
    id: "projects", type: "circle", source: "city", "source-layer": "projects", minzoom: 9,
    layout: shownIf(layers.has("projects")),
    paint: {
      "circle-radius": zooms(9, 4, 16, 16), "circle-opacity": 0, "circle-stroke-color": ink("--indigo"),
      "circle-stroke-width": zooms(9, 1.5, 16, 3),
    },
  });

  // What is being drawn lies on top of everything.
  const sketch = (ink, isDrawing) => [
    {
      id: "sketch-fill", type: "fill", source: "sketch", filter: isArea, layout: shownIf(isDrawing),
      paint: { "fill-color": ink("--jade"), "fill-opacity": 0.18 },
    },
    {
      id: "sketch-line", type: "line", source: "sketch", layout: shownIf(isDrawing),
      paint: { "line-color": ink("--jade"), "line-width": 2.4 },
    },
  ];

  const basemaps = (templates, layers) => templates.map((_, i) => ({
    id: `basemap-${i}`, type: "raster", source: `basemap-${i}`,
    layout: shownIf(layers.has("basemap")),
  }));

  const layersOf = (look, templates) => {
    const ink = palette();
    const { layers, isDrawing } = look;
    return [
      ...basemaps(templates, layers), ...ground(ink, layers), ...buildings(ink, layers), ...estates(ink, look),
      projects(ink, layers), photos(ink, layers), ...names(ink, look), ...sketch(ink, isDrawing),
    ];
  };

  const collection = (features) => ({ type: "FeatureCollection", features });
  yiju.collection = collection;

  // `labels`: [name, longitude, latitude] of each district. `templates`: addresses of raster tiles, lowest first.
  yiju.style = (look, tiles, labels, templates) => {
    const points = labels.map(([name, longitude, latitude]) => ({
      type: "Feature", properties: { name }, geometry: { type: "Point", coordinates: [longitude, latitude] },
    }));
    const sources = {
      city: {
        type: "vector", tiles: [tiles], minzoom: 0, maxzoom: 16,
        promoteId: { estates: "id", buildings: "id", projects: "id" },
      },
      // A few points: one tile of a wide view holds them, near enough for a name.
      names: { type: "geojson", data: collection(points), maxzoom: 7 },
      photos: { type: "geojson", data: collection([]) },
      sketch: { type: "geojson", data: collection([]) },
    };
    templates.forEach((template, i) => {
      sources[`basemap-${i}`] = { type: "raster", tiles: [template], tileSize: 256, maxzoom: 18 };
    });
    // Colours change at once: a fade would draw the whole map again and again.
    return { version: 8, transition: { duration: 0 }, sources, layers: layersOf(look, templates) };
  };

  // Sets what differs from what the map wears now: colours change without a tile being fetched again.
  yiju.dress = (map, look, templates) => {
    const differs = (one, other) => JSON.stringify(one) !== JSON.stringify(other);
    const worn = new Map(map.getStyle().layers.map((layer) => [layer.id, layer]));
    for (const layer of layersOf(look, templates)) {
      const old = worn.get(layer.id);
      for (const [name, wanted] of Object.entries(layer.paint ?? {})) {
        if (differs(old.paint?.[name], wanted)) map.setPaintProperty(layer.id, name, wanted);
      }
      for (const [name, wanted] of Object.entries(layer.layout ?? {})) {
        if (differs(old.layout?.[name], wanted)) map.setLayoutProperty(layer.id, name, wanted);
      }
      if (layer.filter && differs(old.filter, layer.filter)) map.setFilter(layer.id, layer.filter);
    }
  };
})();
