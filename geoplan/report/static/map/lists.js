/* Undoes the short lists of layers/coding.py: places from differences, texts from their numbers. */

// ------------------------------------------------------------------ reading the lists

function sums(steps) {
  const values = new Int32Array(steps.length);
  let sum = 0;
  for (let i = 0; i < steps.length; i += 1) {
    sum += steps[i];
    values[i] = sum;
  }
  return values;
}

const at = (column, i) => column.values[column.index[i]];
const without = { x: [], y: [] };

// Mercator at zoom 0, so that drawing needs only a product and a sum.
const mercatorX = (lon) => ((lon + 180) / 360) * 256;
const mercatorY = (lat) => (0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * 256;

function projected(columns) {
  const set = columns || { ...without };
  const size = set.x.length;
  set.size = size;
  set.lon = Float64Array.from(sums(set.x), (step) => step / DEGREE);
  set.lat = Float64Array.from(sums(set.y), (step) => step / DEGREE);
  set.px = set.lon.map(mercatorX);
  set.py = set.lat.map(mercatorY);
  return set;
}

function rings(commune) {
  return commune.map((polygon) => polygon.map((steps) => {
    const points = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      points.push([y / DEGREE, x / DEGREE]);
    }
    return points;
  }));
}

// Sites stand in the order of their positions, those of none last or first: where each begins.
function joined(positions, sites) {
  sites.on = sums(sites.position || []);
  positions.first = new Int32Array(positions.size + 1).fill(-1);
  positions.many = new Int32Array(positions.size);
  for (let i = 0; i < sites.size; i += 1) {
    const k = sites.on[i];
    if (k < 0) continue;
    if (!positions.many[k]) positions.first[k] = i;
    positions.many[k] += 1;
  }
}

const sitesOn = (k) => Array.from({ length: positions.many[k] }, (one, n) => positions.first[k] + n);

// Names that follow from the sites are not in the page.
const membersOf = (k) => positions.members[k]
  || sitesOn(k).map((i) => `${at(sites.operator, i)}:${sites.id[i]}`).sort().join(";");
const positionId = (k) => positions.id[k] || membersOf(k);

const communes = projected(data.communes);
communes.shapes = communes.rings.map(rings);
const communeOf = new Map(communes.code.map((code, i) => [code, i]));
const communeName = (code) => (communeOf.has(code) ? communes.name[communeOf.get(code)] : code);
const hamlets = projected(data.hamlets.points);
const unplaced = data.hamlets.unplaced;
const clusters = projected(data.clusters);
const sites = projected(data.sites);
const positions = projected(data.positions);
const holes = projected(data.holes);
const proposals = projected(data.proposals);
const changes = projected(data.after ? data.after.sites : null);
const typed = projected(null);
sites.operators = sites.operators || [];
sites.year = sites.size ? sites.first.values.map((day) => (day ? Number(day.slice(0, 4)) : null)) : [];
joined(positions, sites);
