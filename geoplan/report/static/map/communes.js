/* The ground: communes coloured by their share of hamlets that are not white. */

// ------------------------------------------------------------------ communes

["gpGround", "gpArea"].forEach((name, i) => {
  map.createPane(name).style.zIndex = 250 + 50 * i;
  map.getPane(name).style.pointerEvents = "none";
});
const ground = L.canvas({ pane: "gpGround", padding: 0.4 });
const polygons = communes.shapes.map((shape) => L.polygon(shape, {
  renderer: ground, interactive: false, color: "#ffffff", weight: 1.2, fillOpacity: 1, smoothFactor: 0.6,
}).addTo(map));

function known(i) {
  const status = communes.status[state.technology];
  const good = (status.covered[i] || 0) + (status.dead_spot[i] || 0);
  return { good, all: good + (status.white[i] || 0) };
}

function groundColour(i) {
  if (filter.commune && communes.code[i] !== filter.commune) return "#eef0f1";
  if (!state.choropleth) return "#f4f1e8";
  const { good, all } = known(i);
  if (!all) return theme.noData;
  return theme.notWhite.find((step) => good / all >= step[0])[1];
}

function paintGround() {
  polygons.forEach((polygon, i) => polygon.setStyle({ fillColor: groundColour(i) }));
}

function inside(latlng, shape) {
  return shape.some((polygon) => {
    let odd = false;
    polygon.forEach((ring) => {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
        const a = ring[i];
        const b = ring[j];
        if ((a[0] > latlng.lat) !== (b[0] > latlng.lat)
          && latlng.lng < ((b[1] - a[1]) * (latlng.lat - a[0])) / (b[0] - a[0]) + a[1]) odd = !odd;
      }
    });
    return odd;
  });
}

function communeAt(place) {
  const latlng = L.latLng(place);
  return communes.shapes.findIndex(
    (shape, i) => polygons[i].getBounds().contains(latlng) && inside(latlng, shape));
}

const picked = L.polygon([], {
  renderer: ground, interactive: false, color: "#12344d", weight: 2.5, fill: false, smoothFactor: 0.6,
}).addTo(map);
