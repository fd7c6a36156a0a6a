/* Measuring along the ground: legs on the WGS 84 ellipsoid, and their sum. */

// ------------------------------------------------------------------ distance on the ellipsoid

/* T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid," Survey Review 23
   (176), 1975: within 0.5 mm. Opposite points of the Earth, where it fails, are no legs here. */
function geodesic([lat1, lon1], [lat2, lon2]) {
  const a = 6378137;
  const f = 1 / 298.257223563;
  const b = a * (1 - f);
  const rad = Math.PI / 180;
  const L0 = (lon2 - lon1) * rad;
  const U1 = Math.atan((1 - f) * Math.tan(lat1 * rad));
  const U2 = Math.atan((1 - f) * Math.tan(lat2 * rad));
  const [s1, c1, s2, c2] = [Math.sin(U1), Math.cos(U1), Math.sin(U2), Math.cos(U2)];
  let lambda = L0;
  for (let round = 0; round < 100; round += 1) {
    const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)];
    const sinSigma = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
    if (sinSigma === 0) return 0;
    const cosSigma = s1 * s2 + c1 * c2 * cl;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (c1 * c2 * sl) / sinSigma;
    const cos2 = 1 - sinAlpha * sinAlpha;
    const mid = cos2 ? cosSigma - (2 * s1 * s2) / cos2 : 0;
    const C = (f / 16) * cos2 * (4 + f * (4 - 3 * cos2));
    const last = lambda;
    lambda = L0 + (1 - C) * f * sinAlpha * (sigma + C * sinSigma * (mid + C * cosSigma * (2 * mid * mid - 1)));
    if (Math.abs(lambda - last) > 1e-12) continue;
    const u2 = (cos2 * (a * a - b * b)) / (b * b);
    const A = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
    const B = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
    const delta = B * sinSigma * (mid + (B / 4) * (cosSigma * (2 * mid * mid - 1)
      - (B / 6) * mid * (4 * sinSigma * sinSigma - 3) * (4 * mid * mid - 3)));
    return b * A * (sigma - delta);
  }
  return NaN;
}

const distanceText = (metres) => (metres < 1000 ? `${number(metres)} m` : `${number(metres / 1000, metres < 1e5 ? 2 : 1)} km`);

// ------------------------------------------------------------------ the tool

const measure = { on: false, corners: [], line: null };

function measureText() {
  const legs = measure.corners.slice(1).map((corner, k) => geodesic(measure.corners[k], corner));
  const sum = legs.reduce((total, leg) => total + leg, 0);
  const shown = legs.slice(-6).map(distanceText).join(" + ");
  return { sum, text: legs.length ? say("measured", { total: distanceText(sum), legs: (legs.length > 6 ? "… + " : "") + shown }) : words.measure_hint };
}

function drawMeasure() {
  if (!measure.line) {
    measure.renderer = L.svg({ padding: 0.5 });
    measure.line = L.polyline([], { renderer: measure.renderer, color: "#12344d", weight: 3, dashArray: "6 5", interactive: false }).addTo(map);
    measure.dots = L.layerGroup().addTo(map);
  }
  measure.line.setLatLngs(measure.corners);
  measure.dots.clearLayers();
  measure.corners.forEach((corner) => L.circleMarker(corner, {
    renderer: measure.renderer, radius: 4.5, color: "#12344d", weight: 2, fillColor: "#fff", fillOpacity: 1, interactive: false,
  }).addTo(measure.dots));
  const { sum, text } = measureText();
  byId("gp-measured").textContent = text;
  byId("gp-measured").dataset.metres = sum.toFixed(3);
  byId("gp-measured").dataset.corners = measure.corners.map((corner) => corner.join(",")).join(";");
  byId("gp-measure-undo").disabled = !measure.corners.length;
}

function addCorner(latlng) {
  measure.corners.push([latlng.lat, latlng.lng]);
  drawMeasure();
}

function setMeasure(on) {
  measure.on = on;
  if (!on) measure.corners = [];
  byId("gp-measuring").hidden = !on;
  byId("gp-app").classList.toggle("gp-measure-on", on);
  byId("gp-measure").setAttribute("aria-pressed", String(on));
  map.closePopup();
  drawMeasure();
  if (on) map.doubleClickZoom.disable();
  else map.doubleClickZoom.enable();
}

function buildMeasure() {
  byId("gp-measure-undo").addEventListener("click", () => { measure.corners.pop(); drawMeasure(); });
  byId("gp-measure-end").addEventListener("click", () => { setMeasure(false); map.getContainer().focus(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && measure.on) setMeasure(false); });
}
