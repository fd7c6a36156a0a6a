/* Getting about, and putting everything in its place. */

// ------------------------------------------------------------------ getting about

function goTo(set, i, zoom) {
  closePanel();
  if (set.name === "communes") {
    map.fitBounds(polygons[i].getBounds(), { padding: [40, 40], animate: false });
    show([{ set, i }], 0, [communes.lat[i], communes.lon[i]]);
    return;
  }
  map.setView(pointOf(set, i), Math.max(map.getZoom(), zoom), { animate: false });
  show([{ set, i }], 0, pointOf(set, i));
}

function closePanel() {
  byId("gp-app").classList.remove("gp-panel-open");
  byId("gp-open").setAttribute("aria-expanded", "false");
}

function buildPanel() {
  byId("gp-open").addEventListener("click", () => {
    byId("gp-app").classList.add("gp-panel-open");
    byId("gp-open").setAttribute("aria-expanded", "true");
    byId("gp-close").focus();
  });
  byId("gp-close").addEventListener("click", () => {
    closePanel();
    byId("gp-open").focus();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closePanel(); });
}

function whole(animate) {
  // Room for the inset, which stands in the lower left corner.
  const room = narrow.matches ? { paddingTopLeft: [10, 70], paddingBottomRight: [10, 205] }
    : { paddingTopLeft: [map.getSize().x > 800 ? 200 : 24, 24], paddingBottomRight: [24, 36] };
  map.fitBounds(data.bounds, { ...room, animate });
}

function icon(path) {
  const holder = make("span", { "aria-hidden": "true" });
  holder.innerHTML = `<svg viewBox="0 0 20 20"><path d="${path}"/></svg>`; // a drawing of our own, no data
  return holder;
}

function buildControls() {
  L.control.zoom({ position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  const tool = (id, text, sign, act) => {
    const button = make("button", { type: "button", id, class: "gp-tool", title: text, "aria-label": text }, sign);
    L.DomEvent.on(button, "click", (event) => { L.DomEvent.stop(event); act(); });
    return button;
  };
  const Tools = L.Control.extend({
    options: { position: "topright" },
    onAdd() {
      const holder = L.DomUtil.create("div", "leaflet-bar leaflet-control gp-tools");
      L.DomEvent.disableClickPropagation(holder);
      holder.append(tool("gp-whole", words.whole, icon("M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4"), () => { map.closePopup(); whole(true); }),
        tool("gp-measure", words.measure, icon("M2.5 13.5 13.5 2.5l4 4L6.5 17.5zM6 10l1.5 1.5M8.7 7.3l2.2 2.2M11.4 4.6l1.5 1.5"), () => setMeasure(!measure.on)));
      if (navigator.geolocation) {
        holder.append(tool("gp-locate", words.locate, icon("M10 1.5v3.5M10 15v3.5M1.5 10H5M15 10h3.5M10 5a5 5 0 1 0 0 10 5 5 0 0 0 0-10M10 8.8a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4"), locate));
      }
      return holder;
    },
  });
  new Tools().addTo(map);
  byId("gp-measure").setAttribute("aria-pressed", "false");
  L.control.scale({ imperial: false, position: "bottomright", maxWidth: 120 }).addTo(map);
  ["gp-legend", "gp-open", "gp-measuring"].forEach((id) => {
    L.DomEvent.disableClickPropagation(byId(id)).disableScrollPropagation(byId(id));
  });
  map.getContainer().setAttribute("aria-label", words.map_label);
  map.getContainer().setAttribute("role", "application");
}

function buildPointing() {
  const slack = () => (window.matchMedia("(pointer: coarse)").matches ? 12 : 3);
  map.on("click", (event) => {
    if (measure.on) {
      addCorner(event.latlng);
      return;
    }
    const found = points.find(event.layerPoint, slack());
    if (found.length && found[0].set.name === "bin") {
      map.fitBounds(found[0].set.bounds, { padding: [60, 60], maxZoom: Math.min(17, map.getZoom() + 3) });
      return;
    }
    const things = found.filter(({ set }) => set.name !== "bin");
    const i = communeAt(event.latlng);
    if (things.length) show(things, 0, pointOf(things[0].set, things[0].i));
    else if (i >= 0) show([{ set: communeSet, i }], 0, event.latlng);
  });
  const tip = L.tooltip({ direction: "top", offset: [0, -8], className: "gp-tip", opacity: 1 });
  let waiting = null;
  map.on("mousemove", (event) => {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = null;
      const hit = points.find(event.layerPoint, 2)[0];
      map.getContainer().style.cursor = measure.on ? "crosshair" : hit ? "pointer" : "";
      if (hit) tip.setLatLng(pointOf(hit.set, hit.i)).setContent(make("span", {}, hit.set.title(hit.i))).addTo(map);
      else tip.remove();
    });
  });
  map.on("mouseout movestart zoomstart", () => tip.remove());
}

// Everything that follows from the technology and the filter.
function refresh() {
  classify();
  paintGround();
  points.redraw();
  tallies.forEach((count) => count());
  tellFilter();
  keys();
  holeRemark.hidden = state.technology !== "MBB";
  document.querySelectorAll(".gp-figures").forEach((figures) => {
    figures.hidden = figures.dataset.technology !== state.technology;
  });
  map.closePopup();
  if (listed) listed();
}

map.setMinZoom(5);
map.setMaxZoom(17);
whole(false);
const points = new Points();
points.addTo(map);
switchTechnology();
buildLayers();
buildFilter();
buildLists();
buildListing();
buildSearch();
buildPanel();
buildControls();
buildMeasure();
buildPointing();
buildKeyboard();
byId("gp-legend").open = map.getSize().x >= 1000; // else it would hide a corner of the area
buildSwipe();
buildPrinting();
refresh();
if (document.fonts && document.fonts.ready) document.fonts.ready.then(() => points.redraw());
new ResizeObserver(() => { if (!printed) map.invalidateSize({ pan: false }); }).observe(map.getContainer());
map.invalidateSize({ pan: false });
whole(false); // again, now that the head has its height
buildLinks();
document.documentElement.setAttribute("data-ready", "true");
