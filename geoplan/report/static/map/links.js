/* Deep links: what is shown stands behind the # of the address, and is restored from there. */

// ------------------------------------------------------------------ writing

let chosen = null; // what the open popup speaks of: [set, id]
const idOf = (set, i) => (set.name === "communes" ? communes.code[i]
  : set.name === "proposals" ? String(proposals.rank[i])
    : set.name === "positions" ? positionId(i) : set.points.id ? set.points.id[i] : "");

function address() {
  const centre = map.getCenter();
  const parts = [["v", [centre.lat.toFixed(5), centre.lng.toFixed(5), map.getZoom()].join(",")]];
  if (state.technology !== data.start) parts.push(["t", state.technology]);
  const changed = [...boxes].filter(([, made]) => made.input.checked !== made.start).map(([name]) => encodeURIComponent(name));
  if (changed.length) parts.push(["l", changed.join(",")]);
  if (filter.from !== null || filter.to !== null) parts.push(["y", `${filter.from === null ? "" : filter.from},${filter.to === null ? "" : filter.to}`]);
  if (filter.commune) parts.push(["c", encodeURIComponent(filter.commune)]);
  if (state.opacity !== 0.5) parts.push(["a", Math.round(state.opacity * 100)]);
  if (data.after && state.swipe !== 0.5) parts.push(["s", Math.round(state.swipe * 100)]);
  if (chosen && chosen[1]) parts.push(["o", chosen.map(encodeURIComponent).join(",")]);
  return "#" + parts.map((part) => part.join("=")).join("&");
}

let noting = null;
let written = "";
function noted() {
  clearTimeout(noting);
  noting = setTimeout(() => {
    if (printed) return;
    written = address();
    try { window.history.replaceState(null, "", written); } catch (error) { /* some viewers forbid it */ }
  }, 250);
}

// ------------------------------------------------------------------ reading

function partsOf(hash) {
  const parts = {};
  hash.slice(1).split("&").forEach((part) => {
    const [key, value] = part.split("=");
    if (value !== undefined) parts[key] = value;
  });
  return parts;
}

const unescaped = (text) => { try { return decodeURIComponent(text); } catch (error) { return ""; } };

function restoreBoxes(list) {
  const changed = new Set(list.split(",").map(unescaped));
  boxes.forEach((made, name) => {
    const wanted = changed.has(name) !== made.start;
    if (made.input.checked === wanted) return;
    made.input.checked = wanted;
    made.input.dispatchEvent(new Event("change"));
  });
}

function find(set, id) {
  if (set.name === "communes") return communeOf.has(id) ? communeOf.get(id) : -1;
  if (set.name === "positions") return Array.from(positions.many, (n, i) => positionId(i)).indexOf(id);
  return set.name === "proposals" ? proposals.rank.indexOf(Number(id)) : set.points.id ? set.points.id.indexOf(id) : -1;
}

function restore() {
  if (window.location.hash === written || !/^#[a-z]=/.test(window.location.hash)) return;
  const parts = partsOf(window.location.hash);
  const radio = [...document.querySelectorAll("[name=gp-technology]")].find((input) => input.value === parts.t);
  if (radio) {
    radio.checked = true;
    state.technology = radio.value;
  }
  restoreBoxes(parts.l || "");
  const year = (text) => (/^\d{4}$/.test(text) ? Number(text) : null);
  [filter.from, filter.to] = (parts.y || ",").split(",").map(year);
  filter.commune = communeOf.has(unescaped(parts.c || "")) ? unescaped(parts.c) : "";
  showFilter();
  if (/^\d+$/.test(parts.a || "")) {
    setOpacity(Math.min(100, Number(parts.a)) / 100);
    if (byId("gp-opacity")) byId("gp-opacity").value = parts.a;
  }
  if (data.after && /^\d+$/.test(parts.s || "")) setSwipe(Number(parts.s) / 100);
  refresh();
  map.invalidateSize({ pan: false }); // the head may have another height now
  const [lat, lon, zoom] = (parts.v || "").split(",").map(Number);
  if (Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 3 && zoom <= 17) map.setView([lat, lon], zoom, { animate: false });
  const [name, id] = (parts.o || ",").split(",").map(unescaped);
  const set = [...sets, communeSet].find((one) => one.name === name);
  const i = set && id ? find(set, id) : -1;
  if (i >= 0) show([{ set, i }], 0, pointOf(set, i));
}

function buildLinks() {
  map.on("moveend", noted);
  map.on("popupclose", () => { chosen = null; noted(); });
  window.addEventListener("hashchange", restore);
  restore();
}
