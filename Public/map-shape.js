// Yiju: one area drawn on the map: corners set, dragged, inserted and taken away, every step undone and done again.
"use strict";

(() => {
  const yiju = (window.yijuMap ??= {});
  const { say, element } = yiju;
  const stepLimit = 200;
  const cornerLimit = 5000;
  const handleLimit = 300;
  const middleLimit = 120;

  const rounded = ({ lng, lat }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))];
  const middle = ([ax, ay], [bx, by]) => [(ax + bx) / 2, (ay + by) / 2];
  const closed = (ring) => [...ring, ring[0]];

  // Metres of a degree at a latitude, on the ellipsoid of CGCS2000.
  const metres = (latitude) => {
    const [axis, eccentricity2] = [6378137, 0.00669438];
    const phi = (latitude * Math.PI) / 180;
    const w2 = 1 - eccentricity2 * Math.sin(phi) ** 2;
    const degree = (axis * Math.PI) / 180;
    return [(degree * Math.cos(phi)) / Math.sqrt(w2), (degree * (1 - eccentricity2)) / w2 ** 1.5];
  };

  const ringArea = (ring) => {
    const [x0, y0] = ring[0];
    const [east, north] = metres(y0);
    const flat = ring.map(([x, y]) => [(x - x0) * east, (y - y0) * north]);
    return Math.abs(flat.reduce((sum, [ax, ay], i) => {
      const [bx, by] = flat[(i + 1) % flat.length];
      return sum + ax * by - bx * ay;
    }, 0)) / 2;
  };

  // Rings as they are edited: open, without the first corner at the end.
  const fromGeoJSON = (geometry) => {
    if (!geometry) return [];
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return polygons.map((rings) => rings.map((ring) => ring.slice(0, -1)));
  };

  // `freehand`: dragging draws, too. `changed()` after every step, `cancel()` at Esc.
  yiju.shape = (map, { freehand, changed, cancel }) => {
    let polygons = [];
    let open = [];
    let steps = [];
    let at = -1;
    let handles = [];
    let pointer = null;
    let stroke = null;
    let last = null;
    const canvas = map.getCanvas();
    const source = map.getSource("sketch");
    const cross = element("span", undefined, "map-cross");
    cross.setAttribute("aria-hidden", "true");

    // Beside the tools, or above them on a phone.
    const frame = () => {
      const isWide = matchMedia("(min-width: 721px)").matches;
      return { top: 40, right: 60, bottom: isWide ? 40 : map.getContainer().clientHeight / 2, left: isWide ? 340 : 40 };
    };

    // MARK: steps

    const keep = () => {
      steps = [...steps.slice(Math.max(0, at - stepLimit + 2), at + 1), JSON.stringify({ polygons, open })];
      at = steps.length - 1;
    };
    const go = (to) => {
      if (to < 0 || to >= steps.length) return;
      at = to;
      ({ polygons, open } = JSON.parse(steps[at]));
      show();
      changed();
    };
    const step = (focus) => {
      keep();
      show(focus);
      changed();
    };

    // MARK: what is seen

    const draw = () => {
      const features = polygons.map((rings) => ({
        type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: rings.map(closed) },
      }));
      const line = stroke ?? (pointer ? [...open, pointer] : open);
      if (line.length > 1) {
        features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } });
      }
      source.setData(yiju.collection(features));
    };

    const handle = (css, words, place) => {
      const button = element("button", undefined, css);
      button.type = "button";
      button.setAttribute("aria-label", words);
      const marker = new maplibregl.Marker({ element: button, draggable: true }).setLngLat(place).addTo(map);
      handles.push(marker);
      return marker;
    };

    const cornerHandle = (ring, i, path, isOpen) => {
      const marker = handle("map-corner", say(`角点 ${i + 1}`, `Corner ${i + 1}`), ring[i]);
      const button = marker.getElement();
      button.dataset.corner = [...path, i].join(",");
      marker.on("drag", () => {
        ring[i] = rounded(marker.getLngLat());
        draw();
      });
      marker.on("dragend", () => step(button.dataset.corner));
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        if (isOpen && i === 0) close();
        else button.focus();
      });
    };

    const middleHandle = (ring, i, path) => {
      const next = (i + 1) % ring.length;
      const words = say(`在角点 ${i + 1} 之后插入`, `Insert after corner ${i + 1}`);
      const marker = handle("map-middle", words, middle(ring[i], ring[next]));
      const insert = () => {
        ring.splice(i + 1, 0, rounded(marker.getLngLat()));
        step([...path, i + 1].join(","));
      };
      let isDragged = false;
      marker.on("drag", () => { isDragged = true; });
      marker.on("dragend", insert);
      marker.getElement().addEventListener("click", (event) => {
        event.stopPropagation();
        if (!isDragged) insert();
      });
    };

    // Of a long outline only what is in view can be taken hold of.
    const show = (wanted) => {
      const held = document.activeElement?.closest(".map-corner, .map-middle");
      const focus = wanted ?? held?.dataset.corner;
      for (const marker of handles) marker.remove();
      handles = [];
      const bounds = map.getBounds();
      const rings = polygons.flatMap((some, p) => some.map((ring, r) => ({ ring, path: [p, r] })));
      if (open.length) rings.push({ ring: open, path: ["open"] });
      const inView = rings.flatMap(({ ring, path }) =>
        ring.map((corner, i) => ({ ring, path, i, isOpen: path[0] === "open" })).filter(
          ({ i }) => bounds.contains(ring[i])));
      for (const { ring, path, i, isOpen } of inView.slice(0, handleLimit)) {
        cornerHandle(ring, i, path, isOpen);
        if (!isOpen && inView.length <= middleLimit) middleHandle(ring, i, path);
      }
      draw();
      const corner = focus && handles.find((marker) => marker.getElement().dataset.corner === focus)?.getElement();
      if (corner) corner.focus();
      else if (held) canvas.focus();
    };

    // MARK: corners

    const isNearLast = (place) => {
      if (!open.length) return false;
      const [a, b] = [map.project(open[open.length - 1]), map.project(place)];
      return Math.hypot(a.x - b.x, a.y - b.y) < 4;
    };
    const add = (lngLat) => {
      const place = rounded(lngLat);
      if (polygons.length || open.length >= cornerLimit || isNearLast(place)) return;
      open.push(place);
      step();
    };
    const close = () => {
      if (open.length < 3) return;
      polygons = [[open]];
      open = [];
      pointer = null;
      step();
      canvas.focus();
    };
    const remove = (corner) => {
      const [p, r, i] = corner.split(",").map(Number);
      if (Number.isNaN(p)) {
        open.splice(r, 1);
      } else if (polygons[p][r].length > 3) {
        polygons[p][r].splice(i, 1);
      } else if (r > 0) {
        polygons[p].splice(r, 1);
      } else {
        polygons.splice(p, 1);
      }
      step(Number.isNaN(p) ? undefined : [p, r, Math.max(0, i - 1)].join(","));
    };
    const nudge = (corner, [x, y], pixels) => {
      const [p, r, i] = corner.split(",").map(Number);
      const ring = Number.isNaN(p) ? open : polygons[p][r];
      const index = Number.isNaN(p) ? r : i;
      const spot = map.project(ring[index]);
      ring[index] = rounded(map.unproject([spot.x + x * pixels, spot.y + y * pixels]));
      step(corner);
    };

    // MARK: hands and keys

    const onFocus = (event) => { last = event.target.dataset?.corner ?? last; };
    const onHandle = (event) => event.originalEvent?.target.closest?.(".map-corner, .map-middle");
    const onClick = (event) => { if (!onHandle(event) && !stroke) add(event.lngLat); };
    const onDouble = (event) => {
      event.preventDefault();
      close();
    };
    const onMove = (event) => {
      if (stroke) {
        const place = rounded(event.lngLat);
        if (stroke.length < cornerLimit && Math.hypot(...farFromLast(place)) > 5) stroke.push(place);
        draw();
      } else if (open.length) {
        pointer = rounded(event.lngLat);
        draw();
      }
    };
    const farFromLast = (place) => {
      const [a, b] = [map.project(stroke[stroke.length - 1]), map.project(place)];
      return [a.x - b.x, a.y - b.y];
    };
    const onDown = (event) => {
      if (freehand && !open.length && !onHandle(event)) {
        polygons = [];
        stroke = [rounded(event.lngLat)];
      }
    };
    const onUp = () => {
      if (!stroke) return;
      const drawn = stroke;
      stroke = null;
      // A press without a way is a click: it sets a corner.
      if (drawn.length < 8) return;
      open = drawn;
      close();
    };

    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const onKey = (event) => {
      const corner = event.target.dataset?.corner;
      const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
      if (isUndo) go(event.shiftKey ? at + 1 : at - 1);
      else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "y") go(at + 1);
      else if (event.key === "Escape") cancel();
      else if (event.key === "Enter" && event.target === canvas) close();
      else if (event.key === " " && event.target === canvas) add(map.getCenter());
      else if (["Backspace", "Delete"].includes(event.key) && corner) remove(corner);
      else if (event.key === "Backspace" && open.length) remove(`open,${open.length - 1}`);
      else if (corner && arrows[event.key]) nudge(corner, arrows[event.key], event.shiftKey ? 10 : 1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };

    const listeners = [
      ["click", onClick], ["dblclick", onDouble], ["mousemove", onMove], ["touchmove", onMove], ["mousedown", onDown],
      ["touchstart", onDown], ["mouseup", onUp], ["touchend", onUp], ["moveend", () => show()],
    ];
    for (const [name, listener] of listeners) map.on(name, listener);
    // Before the map's own keys: an arrow on a corner moves the corner.
    map.getContainer().addEventListener("keydown", onKey, true);
    map.getContainer().addEventListener("focusin", onFocus);
    map.getContainer().append(cross);
    map.doubleClickZoom.disable();
    if (freehand) map.dragPan.disable();
    canvas.classList.add("drawing");

    return {
      start(geometry) {
        polygons = fromGeoJSON(geometry);
        const bounds = new maplibregl.LngLatBounds();
        for (const corner of polygons.flat(2)) bounds.extend(corner);
        if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: frame(), animate: false, maxZoom: 18 });
        open = [];
        steps = [];
        at = -1;
        step();
      },
      stop() {
        for (const [name, listener] of listeners) map.off(name, listener);
        map.getContainer().removeEventListener("keydown", onKey, true);
        map.getContainer().removeEventListener("focusin", onFocus);
        for (const marker of handles) marker.remove();
        cross.remove();
        source.setData(yiju.collection([]));
        map.doubleClickZoom.enable();
        map.dragPan.enable();
        canvas.classList.remove("drawing");
      },
      undo: () => go(at - 1),
      redo: () => go(at + 1),
      // The corner held last, without a keyboard.
      remove() {
        if (handles.some((marker) => marker.getElement().dataset.corner === last)) remove(last);
        else if (open.length) remove(`open,${open.length - 1}`);
      },
      clear() {
        polygons = [];
        open = [];
        step();
        canvas.focus();
      },
      get canUndo() { return at > 0; },
      get canRedo() { return at < steps.length - 1; },
      get isTouched() { return at > 0; },
      get corners() { return open.length; },
      get areaM2() {
        return polygons.reduce((sum, [outer, ...holes]) =>
          sum + ringArea(outer) - holes.reduce((inner, hole) => inner + ringArea(hole), 0), 0);
      },
      // Nil until an area is closed.
      get geometry() {
        if (!polygons.length) return null;
        const rings = polygons.map((some) => some.map(closed));
        return rings.length === 1 ? { type: "Polygon", coordinates: rings[0] }
          : { type: "MultiPolygon", coordinates: rings };
      },
    };
  };
})();
