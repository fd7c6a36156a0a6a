/* On paper: the map is drawn again to the width of an A4 or A3 sheet, with its legend open. */

// ------------------------------------------------------------------ printing

const SHEETS = { A4: [277, 190], A3: [400, 277] }; // what a landscape sheet leaves inside 10 mm, in mm
let printed = null;

// A canvas on paper blanks whatever lies below it, so that all of the map is drawn on one.
function drawGroundOnPaper(c, corner, scale) {
  const origin = map.getPixelOrigin().add(corner);
  const at = ([lat, lon]) => [mercatorX(lon) * scale - origin.x, mercatorY(lat) * scale - origin.y];
  c.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--sea");
  c.fillRect(0, 0, c.canvas.width, c.canvas.height);
  c.strokeStyle = "#ffffff";
  c.lineWidth = 1.2;
  communes.shapes.forEach((shape, i) => {
    c.beginPath();
    shape.forEach((polygon) => polygon.forEach((ring) => {
      ring.forEach((place, k) => (k ? c.lineTo(...at(place)) : c.moveTo(...at(place))));
      c.closePath();
    }));
    c.fillStyle = groundColour(i);
    c.fill("evenodd");
    c.stroke();
  });
  c.imageSmoothingEnabled = false;
  pictures.filter((picture) => picture.shown).forEach((picture) => {
    const [[south, west], [north, east]] = data.area.bounds;
    const [x, y] = at([north, west]);
    const [right, bottom] = at([south, east]);
    c.globalAlpha = state.opacity;
    c.drawImage(picture.layer.getElement(), x, y, right - x, bottom - y);
    c.globalAlpha = 1;
  });
}

function startPrinting() {
  if (printed) return;
  printed = { centre: map.getCenter(), bounds: map.getBounds(), zoom: map.getZoom(), legend: byId("gp-legend").open };
  const [width, height] = SHEETS[byId("gp-paper").value];
  const app = byId("gp-app");
  app.style.setProperty("--paper-width", width + "mm");
  app.style.setProperty("--paper-height", height + "mm");
  app.classList.add("gp-printing");
  byId("gp-legend").open = true;
  points.sharpness = 2;
  map.invalidateSize({ pan: false, animate: false });
  // The whole area fills the sheet; a part of it is printed as it was seen.
  const all = printed.bounds.pad(0.02).contains(data.bounds);
  if (all) map.fitBounds(data.bounds, { padding: [14, 14], animate: false });
  else map.setView(printed.centre, Math.min(map.getBoundsZoom(printed.bounds), 17), { animate: false });
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
