// Yiju: what the map tells of what one points at: its name at once, the card of an estate from the server.
"use strict";

(() => {
  const yiju = (window.yijuMap ??= {});
  const say = yiju.say;
  const touchable = ["estates", "projects", "building-points", "footprints", "outlines"];

  const element = (tag, text, css) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (css) made.className = css;
    return made;
  };
  yiju.element = element;

  const link = (words, href, css) => {
    const made = element("a", words, css);
    made.href = href;
    return made;
  };

  // As the legend shows it: the stage's colour and its word.
  const stagePill = (key, names) => {
    const pill = element("span", undefined, "pill stage");
    const mark = document.querySelector(`[data-stage="${CSS.escape(key)}"] .mark`)?.cloneNode(true);
    pill.append(...(mark ? [mark] : []), names[key] ?? key);
    return pill;
  };

  const shell = (title, stage, names) => {
    const card = element("div", undefined, "map-card");
    const head = element("div", undefined, "map-card-head");
    head.append(element("h2", title));
    if (stage) head.append(stagePill(stage, names));
    card.append(head);
    return card;
  };

  // Until the server's card is there, and when it does not come.
  const estateCard = ({ id, name, stage, number }, names) => {
    const card = shell(name ?? number ?? "…", stage, names);
    card.append(link(say("打开小区", "Open the estate"), `/estates/${encodeURIComponent(id)}`, "button primary"));
    return card;
  };

  const line = (card, facts) => {
    const known = facts.filter(([, value]) => value !== undefined && value !== "");
    if (known.length) card.append(element("p", known.map(([words]) => words).join(" · "), "note"));
  };

  const buildingCard = ({ id, estate, name, floors, year, households }, names) => {
    const card = shell(name, null, names);
    line(card, [
      [say(`${floors} 层`, `${floors} floors`), floors], [say(`${year} 年建`, `built ${year}`), year],
      [say(`${households} 户`, `${households} households`), households],
    ]);
    const address = `/estates/${encodeURIComponent(estate)}/buildings/${encodeURIComponent(id)}`;
    card.append(link(say("打开楼栋", "Open the building"), address, "button primary"));
    return card;
  };

  const projectCard = ({ id, name, number, stage, year, estates }, names) => {
    const card = shell(name ?? number, stage, names);
    line(card, [
      [number, number], [say(`${year} 年计划`, `programme ${year}`), year],
      [say(`${estates} 个小区`, `${estates} estates`), estates],
    ]);
    card.append(link(say("打开项目", "Open the project"), `/projects/${encodeURIComponent(id)}`, "button primary"));
    return card;
  };

  // The server's own fragment: what stands in it is escaped there, and the content security policy runs no script.
  const fetchCard = async (id) => {
    const answer = await fetch(`/map/estates/${encodeURIComponent(id)}/card`, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    return template.content;
  };

  // `city`: { map, state, names, small, changed(), tools(kind, feature) }.
  yiju.cards = (city) => {
    const { map, state, names } = city;
    let popup = null;

    const choose = (id) => {
      const mark = (chosen, on) => {
        if (chosen) map.setFeatureState({ source: "city", sourceLayer: "estates", id: chosen }, { chosen: on });
      };
      mark(state.estate, false);
      mark(id, true);
      if (state.estate === id) return;
      state.estate = id;
      city.changed();
    };

    const open = (place, card) => {
      popup?.remove();
      const holder = element("div");
      holder.append(card);
      const made = new maplibregl.Popup({ maxWidth: "320px", offset: 12, focusAfterOpen: true })
        .setLngLat(place).setDOMContent(holder).addTo(map);
      made.on("close", () => {
        if (popup !== made) return;
        popup = null;
        choose(null);
        if (document.activeElement === document.body) map.getCanvas().focus();
      });
      popup = made;
      return holder;
    };

    map.getContainer().addEventListener("keydown", (event) => { if (event.key === "Escape") popup?.remove(); });

    const withTools = (holder, kind, properties) => {
      const tools = city.tools?.(kind, properties) ?? [];
      if (tools.length) holder.append(...tools);
    };

    // Shows the estate with the name it has in the tile, then with its whole card.
    const showEstate = async (properties, place) => {
      const holder = open(place, estateCard(properties, names));
      choose(properties.id);
      try {
        const card = await fetchCard(properties.id);
        if (!holder.isConnected) return;
        const hadFocus = holder.contains(document.activeElement);
        holder.replaceChildren(card);
        if (hadFocus) holder.querySelector("a, button")?.focus();
      } catch {
        // the name and the link stand already
      }
      withTools(holder, "estate", properties);
    };

    const show = (feature, at) => {
      const { properties, layer, geometry } = feature;
      const place = geometry.type === "Point" ? geometry.coordinates : at;
      if (layer.id === "projects") {
        withTools(open(place, projectCard(properties, names)), "project", properties);
      } else if (layer["source-layer"] === "buildings") {
        withTools(open(place, buildingCard(properties, names)), "building", properties);
      } else if (properties.estates !== undefined && properties.id === undefined) {
        // Many estates: nearer, until each stands for itself.
        map.easeTo({ center: place, zoom: Math.max(9.2, map.getZoom() + 2) });
      } else {
        showEstate(properties, place);
      }
    };

    const near = 6;
    const at = ({ x, y }) => map.queryRenderedFeatures(
      [[x - near, y - near], [x + near, y + near]], { layers: touchable });

    map.on("click", (event) => {
      if (city.isDrawing?.()) return;
      const found = at(event.point).sort((a, b) => touchable.indexOf(a.layer.id) - touchable.indexOf(b.layer.id));
      if (found.length) show(found[0], event.lngLat);
    });

    // The name follows the pointer.
    const tip = new maplibregl.Popup({
      closeButton: false, closeOnClick: false, focusAfterOpen: false, offset: 12, className: "map-tip",
    });
    map.on("mousemove", (event) => {
      const [feature] = city.isDrawing?.() ? [] : at(event.point);
      map.getCanvas().style.cursor = feature ? "pointer" : "";
      const name = feature?.properties.name;
      if (!name || popup) tip.remove();
      else tip.setLngLat(event.lngLat).setText(name).addTo(map);
    });
    map.on("mouseout", () => tip.remove());

    // Enter opens the estate nearest to the middle, so that the keyboard reaches what the pointer does.
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || city.isDrawing?.()) return;
      const canvas = map.getCanvas();
      const distance = (feature) => {
        const spot = map.project(feature.geometry.coordinates);
        return Math.hypot(spot.x - canvas.clientWidth / 2, spot.y - canvas.clientHeight / 2);
      };
      const [nearest] = map.queryRenderedFeatures({ layers: ["estates"] }).sort((a, b) => distance(a) - distance(b));
      if (nearest) show(nearest, map.getCenter());
    });

    return { showEstate, close: () => popup?.remove() };
  };
})();
