/* Places as people type and read them: decimal or in degrees, with point or comma, either order. */

// ------------------------------------------------------------------ reading a place

const COMPASS = { B: 1, N: 1, S: -1, "Đ": 1, E: 1, T: -1, W: -1 };
const IS_LATITUDE = "BNS";

// Numbers of one group as degrees: minutes and seconds stay below 60.
function degrees(parts) {
  if (!parts.length || parts.length > 3 || parts.slice(1).some((part) => part >= 60)) return NaN;
  return parts.reduceRight((sum, part) => sum / 60 + part, 0);
}

// Give the two groups of numbers of a text, each with the letter of its direction or "".
function groupsOf(text) {
  const tokens = text.match(/-?\d+(?:[.,]\d+)?|[BNSĐETW°]/g) || [];
  const signs = tokens.filter((token) => token in COMPASS);
  const groups = [];
  const value = (token) => Number(token.replace(",", "."));
  if (signs.length) {
    const before = tokens[0] in COMPASS;
    let open = { letter: "", parts: [] };
    tokens.filter((token) => token !== "°").forEach((token) => {
      if (!(token in COMPASS)) {
        open.parts.push(value(token));
        return;
      }
      if (before) {
        open = { letter: token, parts: [] };
        groups.push(open);
      } else {
        groups.push({ letter: token, parts: open.parts });
        open = { letter: "", parts: [] };
      }
    });
    if (!before && open.parts.length) return [];
    return groups;
  }
  const numbers = tokens.filter((token) => token !== "°").map(value);
  if (![2, 4, 6].includes(numbers.length)) return [];
  const half = numbers.length / 2;
  return [numbers.slice(0, half), numbers.slice(half)].map((parts) => ({ letter: "", parts }));
}

// Give {lat, lon} of "15,1234 108,5678", "108.56; 15.12", "15°07'12\"B 108°33'36\"Đ" …, else null.
function readPlace(written) {
  const text = written.normalize("NFC").toUpperCase().replace(/BẮC/g, "B").replace(/NAM/g, "S")
    .replace(/ĐÔNG/g, "Đ").replace(/TÂY/g, "T").replace(/[º˚]/g, "°").replace(/[−–]/g, "-");
  if (!/\d/.test(text) || /[^\d\s.,;:/°'’′"”″“+BNSĐETW-]/.test(text)) return null;
  const groups = groupsOf(text);
  if (groups.length !== 2) return null;
  const [a, b] = groups.map(({ letter, parts }) => (COMPASS[letter] || 1) * degrees(parts));
  if (!isFinite(a) || !isFinite(b)) return null;
  const [first, second] = groups.map(({ letter }) => letter);
  const named = first && second;
  if (named && IS_LATITUDE.includes(first) === IS_LATITUDE.includes(second)) return null;
  // Without letters the range decides: Việt Nam lies between 102 and 118 degrees east.
  const swapped = named ? !IS_LATITUDE.includes(first) : Math.abs(a) > 90 || (a >= 95 && b < 30);
  const [lat, lon] = swapped ? [b, a] : [a, b];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}

// ------------------------------------------------------------------ writing one

function sexagesimal(value, letter) {
  let seconds = Math.round(Math.abs(value) * 36000) / 10;
  const whole = Math.floor(seconds / 3600);
  seconds -= whole * 3600;
  const minutes = Math.floor(seconds / 60);
  const rest = number(seconds - minutes * 60, 1).padStart(4, "0");
  return `${whole}°${String(minutes).padStart(2, "0")}'${rest}"${letter}`;
}

const decimal = ({ lat, lon }) => `${number(lat, 5)}; ${number(lon, 5)}`;
const inDegrees = ({ lat, lon }) => `${sexagesimal(lat, lat < 0 ? words.south : words.north)} ${sexagesimal(lon, lon < 0 ? words.west : words.east)}`;

// ------------------------------------------------------------------ a typed place on the map

function nearestOf(points, { lat, lon }, test) {
  let best = -1;
  let least = Infinity;
  const shrink = Math.cos((lat * Math.PI) / 180);
  for (let i = 0; i < points.size; i += 1) {
    if (test && !test(i)) continue;
    const d = (points.lat[i] - lat) ** 2 + ((points.lon[i] - lon) * shrink) ** 2;
    if (d < least) [least, best] = [d, i];
  }
  return best < 0 ? null : { i: best, metres: geodesic([lat, lon], [points.lat[best], points.lon[best]]) };
}

function markPlace(place) {
  Object.assign(typed, { size: 1, lat: [place.lat], lon: [place.lon], px: [mercatorX(place.lon)], py: [mercatorY(place.lat)], grid: null });
  classify();
  map.setView([place.lat, place.lon], Math.max(map.getZoom(), 13), { animate: false });
  points.redraw();
  show([{ set: setNamed("typed"), i: 0 }], 0, [place.lat, place.lon]);
}

// ------------------------------------------------------------------ where the reader stands

function locate() {
  toast(words.locating);
  try {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { toast(""); markPlace({ lat: coords.latitude, lon: coords.longitude }); },
      () => toast(words.locate_refused),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  } catch (error) {
    toast(words.locate_refused);
  }
}

let fading = null;
function toast(text) {
  byId("gp-toast").textContent = text;
  byId("gp-toast").hidden = !text;
  clearTimeout(fading);
  if (text) fading = setTimeout(() => toast(""), 9000);
}
