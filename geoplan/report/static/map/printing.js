/* On paper: the map is drawn again to the width of an A4 or A3 sheet, with its legend open. */

// ------------------------------------------------------------------ printing

const SHEETS = { A4: [277, 190], A3: [400, 277] }; // what a landscape sheet leaves inside 10 mm, in mm
let printed = null;

function startPrinting() {
  if (printed) return;
  printed = { centre: map.getCenter(), bounds: map.getBounds(), zoom: map.getZoom(), legend: byId("gp-legend").open };
  const [width, height] = SHEETS[byId("gp-paper").value];
  const app = byId("gp-app");
  app.style.setProperty("--paper-width", width + "mm");
  app.style.setProperty("--paper-height", height + "mm");
  app.classList.add("gp-printing");
  byId("gp-legend").open = true;
  points.sharpness = 3;
  map.invalidateSize({ pan: false, animate: false });
  map.setView(printed.centre, Math.min(map.getBoundsZoom(printed.bounds), 17), { animate: false });
  points._reset();
}

function endPrinting() {
  if (!printed) return;
  const before = printed;
  printed = null;
  byId("gp-app").classList.remove("gp-printing");
  byId("gp-legend").open = before.legend;
  points.sharpness = null;
  map.invalidateSize({ pan: false, animate: false });
  map.setView(before.centre, before.zoom, { animate: false });
  points._reset();
}

function buildPrinting() {
  const sheet = make("style", {});
  document.head.append(sheet);
  const choose = () => { sheet.textContent = `@page { size: ${byId("gp-paper").value} landscape; margin: 10mm; }`; };
  byId("gp-paper").addEventListener("change", choose);
  byId("gp-print").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", startPrinting);
  window.addEventListener("afterprint", endPrinting);
  choose();
}
