// Yiju: the photos of what is in view, where the reader wants to see them.
"use strict";

(() => {
  const yiju = (window.yijuMap ??= {});
  const nearest = 11;

  // `city`: { map, state }.
  yiju.photos = ({ map, state }) => {
    const source = map.getSource("photos");
    let shown = "";
    const refresh = () => {
      const isOn = state.layers.has("photos") && map.getZoom() >= nearest;
      const wanted = isOn ? `${location.origin}/map/photos.geojson?bbox=${yiju.boxOf(map)}` : "";
      if (wanted === shown) return;
      shown = wanted;
      source.setData(wanted || yiju.collection([]));
    };
    map.on("moveend", refresh);
    document.querySelector('[data-map-layer="photos"]')?.addEventListener("change", refresh);
    refresh();
  };
})();
