// Yiju: how the map looks. What the tiles hold, in the colours of the page's theme.
"use strict";

(() => {
  const yiju = (window.yijuMap ??= {});
  const root = document.documentElement;
  const isChinese = root.lang.startsWith("zh");

  yiju.say = (zh, en) => (isChinese ? zh : en);
  yiju.grouped = (value) => Number(value).toLocaleString("en-US");

  // Each stage with its letter in `past`, a letter a year; what needs attention lies on top.
  const stages = [
    ["awaiting", "a", 3], ["programmed", "p", 4], ["works", "w", 5], ["accepted", "c", 2], ["aftercare", "f", 1],
    ["left-out", "l", 0],
  ];
  const fonts = ["PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC"];
  const builtYears = [1950, 2005];

  // The tokens of the page's theme, read anew when it changes.
  const palette = () => {
    const tokens = getComputedStyle(root);
    return (name) => tokens.getPropertyValue(name).trim();
  };

  // MARK: by what the estates are coloured

  const isAggregate = ["has", "estates"];
  const value = ["get", "value"];
  const isUnknown = { key: "unknown", title: yiju.say("未知", "unknown"), token: "--map-unknown" };

  const byStage = (letter, names) => ({
    key: "stage",
    entries: stages.map(([key, code]) => ({
      key, title: names[key] ?? key, token: `--stage-${key}`, test: ["==", letter, code],
    })),
  });

  const byScale = (key, number, isKnown, min, max, unit) => ({
    key, scale: { min, max: max > min ? max : min + 1, unit, number },
    entries: [
      { key: "known", title: yiju.say("有数据", "known"), token: "", test: isKnown },
      { ...isUnknown, test: ["!", isKnown] },
    ],
  });

  const byChoice = (fact) => {
    const flags = [{ code: "true", zh: "是", en: "yes" }, { code: "false", zh: "否", en: "no" }];
    const choices = fact.choices?.length ? fact.choices : flags;
    const code = ["to-string", value];
    // An order goes from good to bad over five colours, however many steps it has.
    const token = (i) => (fact.kind === "ordinal"
      ? `--rank-${Math.round((i * 4) / Math.max(1, choices.length - 1))}` : `--kind-${i % 8}`);
    const codes = choices.map((choice) => choice.code);
    return {
      key: fact.key,
      entries: [
        ...choices.map((choice, i) => ({
          key: choice.code, title: yiju.say(choice.zh, choice.en), token: token(i), test: ["==", code, choice.code],
        })),
        { ...isUnknown, test: ["!", ["in", code, ["literal", codes]]] },
      ],
    };
  };

  const isChoice = (fact) => ["choice", "ordinal", "flag"].includes(fact.kind);

  // What the legend shows and the circles wear. A question that is not there yet colours nothing.
  yiju.mode = ({ colour, year }, facts, names, firstYear) => {
    const at = year - firstYear;
    if (colour === "stage") {
      return byStage(["slice", ["to-string", ["get", "past"]], at, at + 1], names);
    }
    if (colour === "built") {
      return byScale("built", ["to-number", ["get", "from"], 0], ["has", "from"], ...builtYears, "");
    }
    const fact = facts?.find((one) => one.key === colour);
    if (!fact) return { key: colour, entries: [] };
    if (isChoice(fact)) return byChoice(fact);
    const unit = fact.kind === "share" ? "%" : "";
    return byScale(fact.key, ["to-number", value, 0], ["has", "value"], fact.min ?? 0, fact.max ?? 100, unit);
  };

  const colourOf = (mode, ink) => {
    const plain = ink("--map-plain");
    if (mode.scale) {
      const { min, max, number } = mode.scale;
      const ramp = [0, 1, 2, 3, 4].flatMap((i) => [min + ((max - min) * i) / 4, ink(`--scale-${i}`)]);
      const scale = ["interpolate", ["linear"], number, ...ramp];
      return ["case", isAggregate, plain, mode.entries[0].test, scale, ink("--map-unknown")];
    }
    const cases = mode.entries.flatMap((entry) => [entry.test, ink(entry.token)]);
    if (!cases.length) return plain;
    return mode.key === "stage" ? ["case", ...cases, plain] : ["case", isAggregate, plain, ...cases, plain];
  };

  const shownIn = (mode, off) => {
    const hidden = mode.entries.filter((entry) => off.has(entry.key)).map((entry) => entry.test);
    if (!hidden.length) return true;
    const isShown = ["!", ["any", ...hidden]];
    return mode.key === "stage" ? isShown : ["any", isAggregate, isShown];
  };

  // MARK: layers

  const isChosen = ["boolean", ["feature-state", "chosen"], false];
  const isPoint = ["==", ["geometry-type"], "Point"];
  const isArea = ["==", ["geometry-type"], "Polygon"];
  const zooms = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];

  // Area, not radius, follows the households; at the scale of the city small enough that the old core stays readable.
  const radius = (isDone) => {
    const number = (name, unknown) => ["max", 1, ["to-number", ["get", name], unknown]];
    const root = ["*", ["case", isDone, 0.75, 1], ["sqrt", number("households", 60)]];
    const many = ["sqrt", number("estates", 1)];
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

  const ground = (ink, layers) => {
    const visibility = layers.has("districts") ? "visible" : "none";
    return [
      { id: "paper", type: "background", paint: { "background-color": ink("--map-paper") } },
      {
        id: "ground", type: "fill", source: "city", "source-layer": "districts",
        layout: { visibility: layers.has("basemap") ? "none" : "visible" },
        paint: { "fill-color": ink("--map-ground") },
      },
      {
        id: "borders", type: "line", source: "city", "source-layer": "districts", layout: { visibility },
        paint: { "line-color": ink("--map-line"), "line-width": border },
      },
    ];
  };

  const buildings = (ink, layers) => {
    const visibility = layers.has("buildings") ? "visible" : "none";
    const layer = { source: "city", "source-layer": "buildings", minzoom: 14 };
    return [
      {
        ...layer, id: "footprints", type: "fill", filter: isArea, layout: { visibility },
        paint: { "fill-color": ink("--map-building"), "fill-outline-color": ink("--map-line") },
      },
      {
        ...layer, id: "building-points", type: "circle", filter: isPoint, layout: { visibility },
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
    const colour = colourOf(mode, ink);
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
          "circle-radius": radius(isDone), "circle-color": colour, "circle-opacity": ["case", isDone, 0.6, 0.95],
          "circle-stroke-color": ["case", isChosen, ink("--ink"), ink("--card")],
          "circle-stroke-width": ["case", isChosen, 3, 0.7],
        },
      },
    ];
  };

  const names = (ink, { layers, mode, off }) => [
    {
      id: "counts", type: "symbol", source: "city", "source-layer": "estates", maxzoom: 9,
      filter: ["all", [">=", ["to-number", ["get", "estates"], 0], 20], shownIn(mode, off)],
      layout: {
        "text-field": ["to-string", ["get", "estates"]], "text-font": fonts, "text-size": 11,
        "symbol-sort-key": ["-", ["to-number", ["get", "estates"], 0]],
      },
      paint: text(ink),
    },
    {
      id: "district-names", type: "symbol", source: "names", maxzoom: 14,
      layout: {
        "text-field": ["get", "name"], "text-font": fonts, "text-size": zooms(8, 12, 12, 15), "text-max-width": 8,
        visibility: layers.has("districts") ? "visible" : "none",
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

  const projects = (ink, layers) => ({
    id: "projects", type: "circle", source: "city", "source-layer": "projects", minzoom: 9,
    layout: { visibility: layers.has("projects") ? "visible" : "none" },
    paint: {
      "circle-radius": zooms(9, 4, 16, 16), "circle-opacity": 0, "circle-stroke-color": ink("--indigo"),
      "circle-stroke-width": zooms(9, 1.5, 16, 3),
    },
  });

  // What is being drawn lies on top of everything.
  const sketch = (ink) => [
    {
      id: "sketch-fill", type: "fill", source: "sketch", filter: isArea,
      paint: { "fill-color": ink("--jade"), "fill-opacity": 0.18 },
    },
    { id: "sketch-line", type: "line", source: "sketch", paint: { "line-color": ink("--jade"), "line-width": 2.4 } },
  ];

  const basemaps = (templates, layers) => templates.map((_, i) => ({
    id: `basemap-${i}`, type: "raster", source: `basemap-${i}`,
    layout: { visibility: layers.has("basemap") ? "visible" : "none" },
  }));

  const layersOf = (look, templates) => {
    const ink = palette();
    const [paper, ...rest] = ground(ink, look.layers);
    return [
      paper, ...basemaps(templates, look.layers), ...rest, ...buildings(ink, look.layers), ...estates(ink, look),
      projects(ink, look.layers), ...names(ink, look), ...sketch(ink),
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
      names: { type: "geojson", data: collection(points) },
      sketch: { type: "geojson", data: collection([]) },
    };
    templates.forEach((template, i) => {
      sources[`basemap-${i}`] = { type: "raster", tiles: [template], tileSize: 256, maxzoom: 18 };
    });
    return { version: 8, sources, layers: layersOf(look, templates) };
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
