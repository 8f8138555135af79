"use strict";
// The map of places: plain ground, towns, what lies on them. Without WebGL the drawing and the list stay as they are.
(() => {
  const box = document.getElementById("map");
  if (!box || !window.maplibregl || !hasWebGL()) return;
  const still = document.getElementById("map-still");
  const pairs = (text) => Object.fromEntries((text || "").split(",").filter(Boolean).map((p) => p.split(":")));
  const colours = pairs(box.dataset.utilities), names = pairs(box.dataset.names);
  const bounds = box.dataset.bounds.split(",").map(Number);
  const empty = { type: "FeatureCollection", features: [] };
  const font = getComputedStyle(document.body).fontFamily;

  function hasWebGL() {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  }

  box.hidden = false;
  if (still) still.hidden = true;
  maplibregl.setWorkerUrl(box.dataset.worker);
  const map = new maplibregl.Map({
    container: box,
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": "#eef1f5" } }] },
    bounds: [[bounds[0], bounds[1]], [bounds[2], bounds[3]]],
    fitBoundsOptions: { padding: 36, maxZoom: 16 },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 19,
    preserveDrawingBuffer: true, // so that it prints
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ unit: "metric" }), "bottom-left");
  window.tongjianMap = map;

  // Words are drawn as pictures: no font files are fetched, and every sign of the system's fonts shows.
  map.on("styleimagemissing", ({ id }) => {
    if (id[0] === "p") { drawRing(id); return; }
    const kind = id[0], text = id.slice(2), size = kind === "n" ? 13 : 14;
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    const face = `${kind === "n" ? 600 : 500} ${size * 2}px ${font}`;
    pen.font = face;
    canvas.width = Math.ceil(pen.measureText(text).width) + 16;
    canvas.height = size * 2 + 16;
    pen.font = face;
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    if (kind === "t") {
      pen.strokeStyle = "rgba(255,255,255,.9)";
      pen.lineWidth = 8;
      pen.strokeText(text, 8, canvas.height / 2);
    }
    pen.fillStyle = kind === "n" ? "#fff" : "#3d4858";
    pen.fillText(text, 8, canvas.height / 2);
    if (!map.hasImage(id)) map.addImage(id, pen.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: 2 });
  });

  // Things of several layers put together: a ring with each layer's share in its colour around their number.
  function drawRing(id) {
    const [, count, ...rest] = id.split(":"), parts = rest.join(":").split(",").map((p) => p.split(":"));
    const log = Math.log10(Number(count)), core = log < 2 ? 10 + (log - .3) * 4.1 : Math.min(17 + (log - 2) * 4, 25);
    const outer = core + 4, half = outer + 2;
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = canvas.height = Math.ceil(half) * 4;
    pen.scale(2, 2);
    pen.translate(canvas.width / 4, canvas.height / 4);
    const disc = (radius, colour, from = 0, to = 2 * Math.PI) => {
      pen.beginPath();
      pen.moveTo(0, 0);
      pen.arc(0, 0, radius, from, to);
      pen.fillStyle = colour;
      pen.fill();
    };
    disc(half, "#fff");
    let from = -Math.PI / 2;
    for (const [colour, size] of parts) {
      const to = from + 2 * Math.PI * Number(size) / Number(count);
      disc(outer, colour, from, to);
      from = to;
    }
    disc(core, "#fff");
    pen.font = `600 13px ${font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = "#1b2433";
    pen.fillText(count, 0, .5);
    if (!map.hasImage(id)) map.addImage(id, pen.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: 2 });
  }

  const only = (...kinds) => ["match", ["geometry-type"], kinds, true, false];
  const utility = ["match", ["get", "utility"], ...Object.entries(colours).flat(), "#7b8794"];

  map.on("load", () => {
    map.addSource("towns", { type: "geojson", data: box.dataset.towns || empty });
    map.addSource("pipes", { type: "geojson", data: empty });
    map.addSource("things", { type: "geojson", data: empty });
    map.addSource("found", { type: "geojson", data: empty });
    map.addLayer({ id: "town-fill", source: "towns", type: "fill", filter: only("Polygon", "MultiPolygon"), paint: { "fill-color": "#fff" } });
    map.addLayer({ id: "town-line", source: "towns", type: "line", filter: only("Polygon", "MultiPolygon"), paint: { "line-color": "#a9b6c8", "line-width": 1.25 } });
    map.addLayer({ id: "town-name", source: "towns", type: "symbol", filter: only("Point"), layout: { "icon-image": ["concat", "t:", ["get", "name"]], "icon-padding": 4 } });
    map.addLayer({ id: "pipe-rough", source: "pipes", type: "line", filter: ["all", only("LineString", "MultiLineString"), ["==", ["get", "exact"], 0]],
      paint: { "line-color": utility, "line-opacity": .75, "line-width": ["+", 1, ["*", .8, ["coalesce", ["get", "thick"], 0]]] } });
    map.addLayer({ id: "pipe-dot", source: "pipes", type: "circle", filter: only("Point", "MultiPoint"), paint: { "circle-color": utility, "circle-radius": 2, "circle-opacity": .7 } });
    map.addLayer({ id: "pipe", source: "pipes", type: "line", filter: ["all", only("LineString"), ["==", ["get", "exact"], 1]],
      layout: { "line-cap": "round" }, paint: { "line-color": utility, "line-width": ["interpolate", ["linear"], ["zoom"], 12, 1.25, 18, 4] } });
    map.addLayer({ id: "thing-fill", source: "things", type: "fill", filter: only("Polygon", "MultiPolygon"), paint: { "fill-color": ["get", "colour"], "fill-opacity": .3, "fill-outline-color": ["get", "colour"] } });
    map.addLayer({ id: "thing-line", source: "things", type: "line", filter: only("LineString", "MultiLineString"), paint: { "line-color": ["get", "colour"], "line-width": 3 } });
    map.addLayer({ id: "thing", source: "things", type: "circle", filter: ["all", only("Point", "MultiPoint"), ["!", ["has", "count"]]],
      paint: { "circle-color": ["get", "colour"], "circle-radius": 6, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } });
    map.addLayer({ id: "many", source: "things", type: "circle", filter: ["all", ["has", "count"], ["!", ["has", "parts"]]],
      paint: { "circle-color": ["get", "colour"], "circle-opacity": .92, "circle-stroke-color": "#fff", "circle-stroke-width": 2,
        "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], .3, 11, 2, 18, 4, 26] } });
    map.addLayer({ id: "many-number", source: "things", type: "symbol", filter: ["all", ["has", "count"], ["!", ["has", "parts"]]],
      layout: { "icon-image": ["concat", "n:", ["to-string", ["get", "count"]]], "icon-allow-overlap": true, "icon-ignore-placement": true } });
    map.addLayer({ id: "many-kinds", source: "things", type: "symbol", filter: ["has", "parts"],
      layout: { "icon-image": ["concat", "p:", ["to-string", ["get", "count"]], ":", ["get", "parts"]], "icon-allow-overlap": true, "icon-ignore-placement": true } });
    map.addLayer({ id: "found-line", source: "found", type: "line", filter: only("LineString", "MultiLineString"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": "#ffc21f", "line-width": 9, "line-opacity": .85 } });
    map.addLayer({ id: "found-core", source: "found", type: "line", filter: ["all", only("LineString"), ["has", "utility"]], layout: { "line-cap": "round" }, paint: { "line-color": utility, "line-width": 3 } });
    map.addLayer({ id: "dig-fill", source: "found", type: "fill", filter: only("Polygon", "MultiPolygon"), paint: { "fill-color": "#c2571a", "fill-opacity": .2, "fill-outline-color": "#c2571a" } });
    map.addLayer({ id: "dig-point", source: "found", type: "circle", filter: only("Point"), paint: { "circle-color": "#c2571a", "circle-radius": 6, "circle-stroke-color": "#fff", "circle-stroke-width": 2 } });
    const found = document.getElementById("found");
    if (found) showFound(JSON.parse(found.textContent));
    load();
  });

  function showFound(data) {
    for (const id of ["pipe", "pipe-rough"]) map.setPaintProperty(id, "line-opacity", .35);
    map.getSource("found").setData(data);
    const at = new maplibregl.LngLatBounds();
    const walk = (c) => (typeof c[0] === "number" ? at.extend(c) : c.forEach(walk));
    data.features.forEach((f) => walk(f.geometry.coordinates));
    if (!at.isEmpty()) map.fitBounds(at, { padding: 60, maxZoom: 17, animate: false });
  }

  let asked = null;
  async function load() {
    if (asked) asked.abort();
    asked = new AbortController();
    const b = map.getBounds();
    const form = document.getElementById("map-form");
    const query = form ? new URLSearchParams(new FormData(form)) : new URLSearchParams({ layer: "pipes" });
    query.set("bbox", [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((n) => n.toFixed(6)).join(","));
    query.set("zoom", map.getZoom().toFixed(2));
    try {
      const answer = await fetch(`${box.dataset.piece}?${query}`, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const data = await answer.json();
      map.getSource("things").setData({ type: "FeatureCollection", features: data.features });
      map.getSource("pipes").setData(data.pipes);
      box.dataset.loaded = String(Number(box.dataset.loaded || 0) + 1);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }
  map.on("moveend", load);

  function card(lines, url, site) {
    const made = document.createElement("div");
    made.className = "map-card";
    lines.filter(Boolean).forEach((text, n) => made.appendChild(Object.assign(document.createElement(n ? "span" : "b"), { textContent: text })));
    if (url) made.appendChild(Object.assign(document.createElement("a"), { href: url, textContent: `${box.dataset.open} →` }));
    if (site && box.dataset.site) made.appendChild(Object.assign(document.createElement("a"), { href: site, textContent: `${box.dataset.site} →` }));
    return made;
  }
  function show(event, lines, url, site) {
    new maplibregl.Popup({ closeButton: false, maxWidth: "18rem", offset: 8 }).setLngLat(event.lngLat).setDOMContent(card(lines, url, site)).addTo(map);
  }
  const drawing = () => box.dataset.drawing === "1";
  for (const id of ["thing", "thing-line", "thing-fill", "pipe", "many", "many-kinds"]) {
    map.on("mouseenter", id, () => { if (!drawing()) map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", id, () => { if (!drawing()) map.getCanvas().style.cursor = ""; });
  }
  for (const id of ["thing", "thing-line", "thing-fill"]) {
    map.on("click", id, (e) => { const p = e.features[0].properties; show(e, [p.name, p.layerName, [p.area, p.stage].filter(Boolean).join(" · ")], p.url, p.site); });
  }
  map.on("click", "pipe", (e) => {
    if (drawing()) return;
    const p = e.features[0].properties;
    const url = `${box.dataset.pipes}?segment=${encodeURIComponent(p.name)}`;
    if (box.dataset.go) window.location.assign(url);
    else show(e, [p.name, names[p.utility]], url);
  });
  for (const id of ["many", "many-kinds"]) map.on("click", id, (e) => map.easeTo({ center: e.features[0].geometry.coordinates, zoom: map.getZoom() + 2 }));

  // A dig: corners are clicked, the form says them as text and can be sent by hand as well.
  const draw = document.querySelector("[data-draw]"), field = document.getElementById("dig");
  if (!draw || !field) return;
  let corners = [];
  draw.hidden = false;
  draw.addEventListener("click", () => {
    const on = !drawing();
    box.dataset.drawing = on ? "1" : "";
    draw.setAttribute("aria-pressed", String(on));
    map.getCanvas().style.cursor = on ? "crosshair" : "";
    if (on) { corners = []; field.value = ""; map.doubleClickZoom.disable(); } else map.doubleClickZoom.enable();
  });
  map.on("click", (e) => {
    if (!drawing()) return;
    corners.push([Number(e.lngLat.lng.toFixed(7)), Number(e.lngLat.lat.toFixed(7))]);
    field.value = corners.map((c) => c.join(",")).join(" ");
    const shape = corners.length === 1 ? { type: "Point", coordinates: corners[0] }
      : corners.length === 2 ? { type: "LineString", coordinates: corners }
        : { type: "Polygon", coordinates: [[...corners, corners[0]]] };
    map.getSource("found").setData({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: shape }] });
  });
})();
