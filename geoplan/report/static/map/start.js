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

function buildControls() {
  L.control.zoom({ position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  const Whole = L.Control.extend({
    options: { position: "topright" },
    onAdd() {
      const holder = L.DomUtil.create("div", "leaflet-bar leaflet-control");
      const button = make("a", { href: "#", role: "button", title: words.whole, "aria-label": words.whole, class: "gp-whole" }, "⤢");
      L.DomEvent.disableClickPropagation(holder).on(button, "click", (event) => { L.DomEvent.stop(event); map.closePopup(); whole(true); });
      holder.append(button);
      return holder;
    },
  });
  new Whole().addTo(map);
  L.control.scale({ imperial: false, position: "bottomright", maxWidth: 120 }).addTo(map);
  ["gp-legend", "gp-open"].forEach((id) => {
    L.DomEvent.disableClickPropagation(byId(id)).disableScrollPropagation(byId(id));
  });
  map.getContainer().setAttribute("aria-label", words.map_label);
  map.getContainer().setAttribute("role", "application");
}

function buildPointing() {
  const slack = () => (window.matchMedia("(pointer: coarse)").matches ? 12 : 3);
  map.on("click", (event) => {
    const found = points.find(event.layerPoint, slack());
    const i = communeAt(event.latlng);
    if (found.length) show(found, 0, pointOf(found[0].set, found[0].i));
    else if (i >= 0) show([{ set: communeSet, i }], 0, event.latlng);
  });
  const tip = L.tooltip({ direction: "top", offset: [0, -8], className: "gp-tip", opacity: 1 });
  let waiting = null;
  map.on("mousemove", (event) => {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = null;
      const hit = points.find(event.layerPoint, 2)[0];
      map.getContainer().style.cursor = hit ? "pointer" : "";
      if (hit) tip.setLatLng(pointOf(hit.set, hit.i)).setContent(make("span", {}, hit.set.title(hit.i))).addTo(map);
      else tip.remove();
    });
  });
  map.on("mouseout movestart zoomstart", () => tip.remove());
}

function refresh() {
  paintGround();
  points.redraw();
  tallies.forEach((tally) => tally());
  holeRemark.hidden = state.technology !== "MBB";
  document.querySelectorAll(".gp-figures").forEach((figures) => {
    figures.hidden = figures.dataset.technology !== state.technology;
  });
  map.closePopup();
}

map.setMinZoom(5);
whole(false);
const points = new Points();
points.addTo(map);
switchTechnology();
buildLayers();
buildLists();
buildSearch();
buildPanel();
buildControls();
buildPointing();
keys();
byId("gp-legend").open = map.getSize().x >= 1000; // else it would hide a corner of the area
refresh();
if (document.fonts && document.fonts.ready) document.fonts.ready.then(() => points.redraw());
new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
map.invalidateSize({ pan: false });
whole(false); // again, now that the head has its height
document.documentElement.setAttribute("data-ready", "true");
